#ifndef BGC_APP_HELLO_H
#define BGC_APP_HELLO_H

/*
 * What an engine and whoever attaches to it say to each other, and how they introduce
 * themselves. Over net/wire.h:
 *
 *     engine                                         terminal
 *     HELLO  who I am, what I was started with  -->
 *                                               <--  HELLO  who I am, my size
 *     PICTURE  ui/picture.h                     -->
 *                                               <--  SHOWN  it is on the screen
 *                                               <--  KEYS, SIZE, SPOIL, LEAVE
 *     SUSPEND, LEAVE, GOODBYE                   -->
 *
 * or, for a command,                            <--  HELLO  with `ask`
 *     REPLY  exit code, and what it prints      -->
 *
 * A HELLO is lines of KEY=VALUE, and keys that are not known are passed over, so that
 * builds of different age can always tell each other what they are.
 */

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* Changes whenever one side would not understand the other any more. */
enum { HELLO_PROTOCOL = 1 };

enum message_type {
    MESSAGE_HELLO = 'H',   /* struct hello */
    MESSAGE_PICTURE = 'P', /* ui/picture.h; the next one comes after SHOWN */
    MESSAGE_SHOWN = 'A',
    MESSAGE_KEYS = 'K',    /* bytes of the terminal */
    MESSAGE_SIZE = 'S',    /* "ROWS COLS" */
    MESSAGE_SPOIL = 'C',   /* the whole picture, please */
    MESSAGE_SUSPEND = 'Z', /* Ctrl-Z was pressed */
    MESSAGE_LEAVE = 'L',   /* from the engine: give the screen back, words follow; from
                              the terminal: its operator leaves */
    MESSAGE_GOODBYE = 'G', /* words to print; nothing comes after it */
    MESSAGE_REPLY = 'R',   /* one byte of exit code, then words to print */
};

enum {
    HELLO_WORD_MAX = 96,
    HELLO_TEXT_MAX = 4096,
    HELLO_STYLES_MAX = 1024,
};

struct hello {
    /* of both */
    int protocol;
    char version[HELLO_WORD_MAX];
    char build[HELLO_WORD_MAX];    /* app/build_id.h */
    char settings[HELLO_WORD_MAX]; /* digest of the ini file that was read */

    /* of the engine */
    int pid;
    bool idle; /* no run is open and nobody is attached */
    char styles[HELLO_STYLES_MAX];

    /* of the terminal */
    char ask[HELLO_WORD_MAX]; /* a command of the engine's; empty: a terminal */
    bool json;
    bool read_only;
    int rows, cols;
    char who[HELLO_WORD_MAX]; /* "ann@desk pts/3" */
    char agent[128];  /* its operator's SSH agent (SSH_AUTH_SOCK); the engine uses the
                         newest */
    char notice[256]; /* of the terminal itself, struct term */
};

void hello_write(const struct hello *hello, struct str *out);

/* `bytes` need no NUL. What is missing stays zero; what is too long is cut. All texts
 * are made printable. */
void hello_read(const char *bytes, size_t length, struct hello *ret_hello);

/* "ann@desk pts/3": who sits at this process's terminal, and where from. */
void hello_introduce(char who[HELLO_WORD_MAX]);

#endif
