#include "ui/ascii.h"

#include <stddef.h>

struct likeness {
    uint32_t character;
    char ascii;
};

/* clang-format off */
static const struct likeness likenesses[] = {
    /* states */
    { 0x25CF, '*' }, /* ● live    */    { 0x25CB, 'o' }, /* ○ idle, ahead */
    { 0x2714, '+' }, /* ✔ ok      */    { 0x2718, 'x' }, /* ✘ bad         */
    { 0x25D0, '@' }, /* ◐ running */    { 0x26A0, '!' }, /* ⚠ warning     */
    { 0x25CC, '?' }, /* ◌ unknown */    { 0x25B6, '>' }, /* ▶ selected    */
    /* punctuation */
    { 0x00B7, '.' }, /* · */            { 0x2026, '~' }, /* … */
    { 0x2013, '-' }, /* – */            { 0x2014, '-' }, /* — */
    { 0x2192, '>' }, /* → */            { 0x2190, '<' }, /* ← */
    { 0x2191, '^' }, /* ↑ */            { 0x2193, 'v' }, /* ↓ */
    { 0x00A0, ' ' },
    { 0x2018, '\'' }, { 0x2019, '\'' }, /* ‘ ’ as gcc and others quote */
    { 0x201C, '"' },  { 0x201D, '"' },  /* “ ” */
    /* lines */
    { 0x2500, '-' }, /* ─ */            { 0x2502, '|' }, /* │ */
    { 0x250C, '+' }, { 0x2510, '+' }, { 0x2514, '+' }, { 0x2518, '+' },
    { 0x251C, '+' }, { 0x2524, '+' }, { 0x252C, '+' }, { 0x2534, '+' },
    { 0x253C, '+' }, { 0x2501, '=' }, /* ━ */
    /* charts */
    { 0x2581, '_' }, { 0x2582, '.' }, { 0x2583, ':' }, { 0x2584, '-' },
    { 0x2585, '=' }, { 0x2586, '+' }, { 0x2587, '*' }, { 0x2588, '#' },
    { 0x2591, '.' }, /* ░ */
};
/* clang-format on */

char ascii_of(uint32_t character)
{
    if (character < 0x80)
        return (char)character;
    for (size_t i = 0; i < sizeof likenesses / sizeof *likenesses; i++) {
        if (likenesses[i].character == character)
            return likenesses[i].ascii;
    }
    return '?';
}
