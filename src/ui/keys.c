#include "ui/keys.h"

#include "base/str.h"
#include "base/utf8.h"

#include <string.h>

enum { ESC = 0x1b, SEQUENCE_MAX = 32, PASTE_BEGIN = 200, PASTE_END = 201 };

/* How a decoder ended: with a key, with nothing worth a key, or in want of bytes. */
enum outcome { GOT_KEY, GOT_NOTHING, WANTS_MORE };

struct sequence {
    char final; /* '~': the number decides */
    int number;
    enum keysym sym;
};

/* clang-format off */
static const struct sequence sequences[] = {
    { 'A', 0, KEYSYM_UP },      { 'B', 0, KEYSYM_DOWN },
    { 'C', 0, KEYSYM_RIGHT },   { 'D', 0, KEYSYM_LEFT },
    { 'H', 0, KEYSYM_HOME },    { 'F', 0, KEYSYM_END },
    { 'Z', 0, KEYSYM_BACKTAB }, { 'P', 0, KEYSYM_F1 },
    { 'Q', 0, KEYSYM_F1 + 1 },  { 'R', 0, KEYSYM_F1 + 2 },
    { 'S', 0, KEYSYM_F1 + 3 },
    { '~', 1, KEYSYM_HOME },    { '~', 2, KEYSYM_INSERT },
    { '~', 3, KEYSYM_DELETE },  { '~', 4, KEYSYM_END },
    { '~', 5, KEYSYM_PAGE_UP }, { '~', 6, KEYSYM_PAGE_DOWN },
    { '~', 7, KEYSYM_HOME },    { '~', 8, KEYSYM_END },
    { '~', 11, KEYSYM_F1 },     { '~', 12, KEYSYM_F1 + 1 },
    { '~', 13, KEYSYM_F1 + 2 }, { '~', 14, KEYSYM_F1 + 3 },
    { '~', 15, KEYSYM_F1 + 4 }, { '~', 17, KEYSYM_F1 + 5 },
    { '~', 18, KEYSYM_F1 + 6 }, { '~', 19, KEYSYM_F1 + 7 },
    { '~', 20, KEYSYM_F1 + 8 }, { '~', 21, KEYSYM_F1 + 9 },
    { '~', 23, KEYSYM_F1 + 10 },{ '~', 24, KEYSYM_F1 + 11 },
};

static const char *const names[KEYSYM_COUNT] = {
    [KEYSYM_ENTER] = "Enter",       [KEYSYM_ESCAPE] = "Esc",
    [KEYSYM_TAB] = "Tab",           [KEYSYM_BACKTAB] = "Shift-Tab",
    [KEYSYM_BACKSPACE] = "Backspace", [KEYSYM_DELETE] = "Del",
    [KEYSYM_INSERT] = "Ins",        [KEYSYM_UP] = "Up",
    [KEYSYM_DOWN] = "Down",         [KEYSYM_LEFT] = "Left",
    [KEYSYM_RIGHT] = "Right",       [KEYSYM_HOME] = "Home",
    [KEYSYM_END] = "End",           [KEYSYM_PAGE_UP] = "PgUp",
    [KEYSYM_PAGE_DOWN] = "PgDn",
};
/* clang-format on */

void keys_init(struct keys *keys)
{
    *keys = (struct keys){0};
}

size_t keys_feed(struct keys *keys, const char *bytes, size_t length, int64_t now_ms)
{
    size_t room = sizeof keys->pending - keys->length;
    size_t taken = length < room ? length : room;
    memcpy(keys->pending + keys->length, bytes, taken);
    keys->length += taken;
    if (taken > 0)
        keys->last_ms = now_ms;
    return taken;
}

static void drop(struct keys *keys, size_t bytes)
{
    memmove(keys->pending, keys->pending + bytes, keys->length - bytes);
    keys->length -= bytes;
}

/* Digits at `bytes`, read to at most 9999. */
static size_t read_number(const char *bytes, size_t length, int *ret_number)
{
    size_t i = 0;
    *ret_number = 0;
    for (; i < length && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
        if (*ret_number < 1000)
            *ret_number = *ret_number * 10 + (bytes[i] - '0');
    }
    return i;
}

/* What the control sequence with these parameters means. XTerm sends modifiers as the
 * second number: 1 + (1 shift, 2 alt, 4 ctrl). */
static enum outcome meaning(struct keys *keys, const char *parameters, size_t length,
                            char final, struct key *key)
{
    int number, modifiers = 1;
    size_t at = read_number(parameters, length, &number);
    if (at < length && parameters[at] == ';')
        read_number(parameters + at + 1, length - at - 1, &modifiers);

    if (final == '~' && (number == PASTE_BEGIN || number == PASTE_END)) {
        keys->pasting = number == PASTE_BEGIN;
        return GOT_NOTHING;
    }
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        const struct sequence *known = &sequences[i];
        if (known->final != final || (final == '~' && known->number != number))
            continue;
        key->sym = known->sym;
        key->alt = modifiers > 1 && ((modifiers - 1) & 2) != 0;
        key->ctrl = modifiers > 1 && ((modifiers - 1) & 4) != 0;
        return GOT_KEY;
    }
    return GOT_NOTHING;
}

/* ESC [ parameters final. The Linux console sends F1 to F5 as ESC [ [ letter. */
static enum outcome decode_csi(struct keys *keys, struct key *key, size_t *ret_taken)
{
    const char *bytes = keys->pending;
    size_t at = 2;
    if (keys->length > 2 && bytes[2] == '[') {
        if (keys->length < 4)
            return WANTS_MORE;
        *ret_taken = 4;
        if (bytes[3] < 'A' || bytes[3] > 'E')
            return GOT_NOTHING;
        key->sym = KEYSYM_F1 + (enum keysym)(bytes[3] - 'A');
        return GOT_KEY;
    }
    while (at < keys->length && at < SEQUENCE_MAX && bytes[at] >= 0x20 &&
           bytes[at] < 0x40)
        at++;
    if (at == keys->length && at < SEQUENCE_MAX)
        return WANTS_MORE;
    *ret_taken = at + 1;
    if (at == SEQUENCE_MAX || bytes[at] < 0x40 || bytes[at] > 0x7e) {
        *ret_taken = at; /* not a sequence: swallow what looked like one */
        return GOT_NOTHING;
    }
    if (bytes[2] >= '<' && bytes[2] <= '?') /* private: a mouse, a terminal's report */
        return GOT_NOTHING;
    return meaning(keys, bytes + 2, at - 2, bytes[at], key);
}

static enum outcome decode_ss3(struct keys *keys, struct key *key, size_t *ret_taken)
{
    if (keys->length < 3)
        return WANTS_MORE;
    *ret_taken = 3;
    if (keys->pending[2] == 'M') { /* Enter of the keypad */
        key->sym = KEYSYM_ENTER;
        return GOT_KEY;
    }
    return meaning(keys, "", 0, keys->pending[2], key);
}

static enum outcome decode_control(unsigned char byte, struct key *key)
{
    switch (byte) {
    case '\r':
    case '\n':
        key->sym = KEYSYM_ENTER;
        return GOT_KEY;
    case '\t':
        key->sym = KEYSYM_TAB;
        return GOT_KEY;
    case 0x08:
    case 0x7f:
        key->sym = KEYSYM_BACKSPACE;
        return GOT_KEY;
    default:
        if (byte < 1 || byte > 26)
            return GOT_NOTHING;
        key->sym = KEYSYM_TEXT;
        key->ctrl = true;
        key->character = (uint32_t)('a' + byte - 1);
        return GOT_KEY;
    }
}

/* How long the UTF-8 sequence that begins with `lead` is. */
static size_t utf8_length(unsigned char lead)
{
    return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

/* A key that is no escape sequence, at `bytes`. */
static enum outcome decode_plain(const char *bytes, size_t length, struct key *key,
                                 size_t *ret_taken)
{
    unsigned char lead = (unsigned char)bytes[0];
    *ret_taken = 1;
    if (lead < 0x20 || lead == 0x7f)
        return decode_control(lead, key);
    if (length < utf8_length(lead))
        return WANTS_MORE;
    *ret_taken = utf8_decode(bytes, length, &key->character);
    if (key->character == UTF8_BAD || (key->character >= 0x80 && key->character < 0xa0))
        return GOT_NOTHING;
    key->sym = KEYSYM_TEXT;
    return GOT_KEY;
}

static enum outcome decode_escape(struct keys *keys, struct key *key, size_t *ret_taken)
{
    if (keys->length < 2)
        return WANTS_MORE;
    switch (keys->pending[1]) {
    case '[':
        return decode_csi(keys, key, ret_taken);
    case 'O':
        return decode_ss3(keys, key, ret_taken);
    case ESC: /* two in a row: the first was pressed */
        *ret_taken = 1;
        key->sym = KEYSYM_ESCAPE;
        return GOT_KEY;
    default:
        key->alt = true;
        enum outcome outcome =
            decode_plain(keys->pending + 1, keys->length - 1, key, ret_taken);
        *ret_taken += 1;
        return outcome;
    }
}

static enum outcome decode(struct keys *keys, struct key *key, size_t *ret_taken)
{
    *key = (struct key){0};
    if (keys->pending[0] == ESC)
        return decode_escape(keys, key, ret_taken);
    return decode_plain(keys->pending, keys->length, key, ret_taken);
}

/* How long an unfinished sequence may wait. Only a lone ESC is a key by itself; the
 * rest of a longer one is on its way, and its letters must not become keys. */
static int64_t patience_ms(const struct keys *keys)
{
    if (keys->pasting)
        return KEYS_PASTE_MS;
    return keys->length == 1 && keys->pending[0] == ESC ? KEYS_ESCAPE_MS
                                                        : KEYS_SEQUENCE_MS;
}

/* No more bytes came: a lone ESC was the key; anything else unfinished was never one.
 */
static bool give_up_waiting(struct keys *keys, struct key *ret_key)
{
    bool escape = keys->length == 1 && keys->pending[0] == ESC && !keys->pasting;
    keys->length = 0;
    *ret_key = (struct key){.sym = escape ? KEYSYM_ESCAPE : KEYSYM_NONE};
    return escape;
}

bool keys_next(struct keys *keys, int64_t now_ms, struct key *ret_key)
{
    int64_t silence_ms = now_ms - keys->last_ms;
    if (keys->pasting && silence_ms >= KEYS_PASTE_MS)
        keys->pasting = false;

    while (keys->length > 0) {
        size_t taken = 1;
        enum outcome outcome = decode(keys, ret_key, &taken);
        if (outcome == WANTS_MORE) {
            if (silence_ms < patience_ms(keys))
                return false;
            return give_up_waiting(keys, ret_key);
        }
        drop(keys, taken);
        bool text = ret_key->sym == KEYSYM_TEXT && !ret_key->ctrl && !ret_key->alt;
        if (outcome == GOT_KEY && (!keys->pasting || text)) {
            ret_key->pasted = keys->pasting;
            return true;
        }
    }
    return false;
}

int64_t keys_timeout(const struct keys *keys)
{
    if (keys->length == 0 && !keys->pasting)
        return INT64_MAX;
    return keys->last_ms + patience_ms(keys);
}

void key_text(struct key key, char buffer[KEY_NAME_MAX])
{
    struct str name = str_on(buffer, KEY_NAME_MAX);
    if (key.ctrl)
        str_add(&name, "Ctrl-");
    if (key.alt)
        str_add(&name, "Alt-");
    if (key.sym >= KEYSYM_F1 && key.sym <= KEYSYM_F12) {
        str_addf(&name, "F%d", (int)(key.sym - KEYSYM_F1) + 1);
    } else if (key.sym == KEYSYM_TEXT && key.character == ' ') {
        str_add(&name, "Space");
    } else if (key.sym == KEYSYM_TEXT) {
        char bytes[UTF8_BYTES_MAX];
        size_t length = utf8_encode(key.character, bytes);
        if (key.ctrl && key.character >= 'a' && key.character <= 'z')
            bytes[0] = (char)(bytes[0] - 'a' + 'A');
        str_add_bytes(&name, bytes, length);
    } else {
        str_add(&name, key.sym < KEYSYM_COUNT && names[key.sym] ? names[key.sym] : "");
    }
}
