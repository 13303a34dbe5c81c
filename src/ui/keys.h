#ifndef BGC_UI_KEYS_H
#define BGC_UI_KEYS_H

/*
 * Bytes of a terminal become keys.
 *
 *     keys_feed(keys, bytes, length, now)    what read() gave
 *     while (keys_next(keys, now, &key))     each whole key, in order
 *     keys_timeout(keys)                     when to ask keys_next() again
 *
 * Pure: no clock, no descriptor. A lone ESC is told from the beginning of a
 * sequence by KEYS_ESCAPE_MS without another byte. What is pasted comes as text
 * that is marked so, without its control characters: a pasted line can never
 * answer a gate. Unknown sequences are swallowed whole.
 *
 * Sources: ECMA-48 section 5.4 (control sequences), XTerm Control Sequences
 * (PC-style function keys, bracketed paste mode), console_codes(4).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KEYS_PENDING_MAX = 4096, /* bytes that wait */
    KEYS_ESCAPE_MS = 50,
    KEYS_SEQUENCE_MS = 500,
    KEYS_PASTE_MS = 10000, /* a paste whose end never came is over after that silence */
    KEY_NAME_MAX = 24,
};

enum keysym {
    KEYSYM_NONE,
    KEYSYM_TEXT, /* `character` */
    KEYSYM_ENTER,
    KEYSYM_ESCAPE,
    KEYSYM_TAB,
    KEYSYM_BACKTAB,
    KEYSYM_BACKSPACE,
    KEYSYM_DELETE,
    KEYSYM_INSERT,
    KEYSYM_UP,
    KEYSYM_DOWN,
    KEYSYM_LEFT,
    KEYSYM_RIGHT,
    KEYSYM_HOME,
    KEYSYM_END,
    KEYSYM_PAGE_UP,
    KEYSYM_PAGE_DOWN,
    KEYSYM_F1,
    KEYSYM_F12 = KEYSYM_F1 + 11,
    KEYSYM_COUNT,
};

struct key {
    enum keysym sym;
    uint32_t character; /* KEYSYM_TEXT: what was typed; with `ctrl` the small letter */
    bool ctrl, alt;
    bool pasted;
};

struct keys {
    char pending[KEYS_PENDING_MAX];
    size_t length;   /* of `pending` */
    int64_t last_ms; /* when the newest byte came */
    bool pasting;
};

void keys_init(struct keys *keys);

/* Takes what was read at mono time `now_ms`. Returns how many bytes found room: take
 * keys out, then feed the rest. */
size_t keys_feed(struct keys *keys, const char *bytes, size_t length, int64_t now_ms);

/* The next whole key. False: none yet. */
bool keys_next(struct keys *keys, int64_t now_ms, struct key *ret_key);

/* The mono time at which keys_next() can tell more without another byte; INT64_MAX:
 * never. */
int64_t keys_timeout(const struct keys *keys);

/* "d", "Ctrl-L", "Alt-x", "PgUp", "Enter", "Space": as the key table writes it. */
void key_text(struct key key, char buffer[KEY_NAME_MAX]);

#endif
