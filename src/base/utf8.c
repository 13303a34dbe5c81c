#include "base/utf8.h"

#include "base/utf8_ranges.h"

#include <string.h>

/* The rows of Unicode's table 3-7: how a character may begin, and what may stand
 * second. The narrow seconds keep out overlong forms, surrogates and what lies above
 * U+10FFFF. */
/* clang-format off */
static const struct form {
    unsigned char lead_first, lead_last;
    unsigned char second_first, second_last;
    unsigned char length;
} forms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
};
/* clang-format on */

static const struct form *form_of(unsigned char lead)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (lead >= forms[i].lead_first && lead <= forms[i].lead_last)
            return &forms[i];
    return NULL;
}

size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_character)
{
    const unsigned char *at = (const unsigned char *)bytes;
    if (at[0] < 0x80) {
        *ret_character = at[0];
        return 1;
    }
    *ret_character = UTF8_BAD;
    const struct form *form = form_of(at[0]);
    if (form == NULL || length < form->length || at[1] < form->second_first ||
        at[1] > form->second_last)
        return 1;
    uint32_t character = at[0] & (0x7FU >> form->length);
    for (size_t i = 1; i < form->length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 1;
        character = character << 6 | (at[i] & 0x3FU);
    }
    *ret_character = character;
    return form->length;
}

size_t utf8_encode(uint32_t character, char buffer[UTF8_BYTES_MAX])
{
    if (character < 0x80) {
        buffer[0] = (char)character;
        return 1;
    }
    size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        buffer[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    buffer[0] = (char)((0xF00U >> length & 0xFF) | character);
    return length;
}

static bool in_ranges(uint32_t character, const struct utf8_range *ranges, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (character > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && character >= ranges[low].first;
}

bool utf8_is_seen(uint32_t character)
{
    if (character >= 0x20 && character < 0x7F)
        return true;
    return !in_ranges(character, utf8_unseen, utf8_unseen_count);
}

int utf8_width(uint32_t character)
{
    if (character < 0x300)
        return 1;
    if (in_ranges(character, utf8_zero, utf8_zero_count))
        return 0;
    return in_ranges(character, utf8_wide, utf8_wide_count) ? 2 : 1;
}

size_t utf8_text_width(const char *text)
{
    size_t cells = 0;
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t character;
        size_t taken = utf8_decode(text, left, &character);
        cells += (size_t)utf8_width(character);
        text += taken;
        left -= taken;
    }
    return cells;
}
