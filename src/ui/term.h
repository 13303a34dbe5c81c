#ifndef BGC_UI_TERM_H
#define BGC_UI_TERM_H

/*
 * A terminal: cells go out, bytes of keys and a size come in. Nothing else.
 *
 * Because a terminal only blits, it can be ncurses (term_curses.c), plain text
 * (term_text.c), or later another process.
 */

#include "base/err.h"
#include "ui/canvas.h"

#include <stdbool.h>
#include <stddef.h>

struct term;

struct term_ops {
    const char *name;
    /* Shows the canvas; only what changed is sent. */
    void (*blit)(struct term *term, const struct canvas *canvas);
    /* The size in cells, asked anew. */
    void (*size)(struct term *term, int *ret_rows, int *ret_cols);
    /* The whole picture is sent again at the next blit. */
    void (*spoil)(struct term *term);
    /* Gives the screen back to the shell, and takes it again (Ctrl-Z, a pager). */
    void (*leave)(struct term *term);
    void (*enter)(struct term *term);
    void (*close)(struct term *term);
};

struct term {
    const struct term_ops *ops;
    int key_fd;       /* where its bytes are read, non-blocking; -1: it has no keys */
    bool unicode;     /* false: ASCII only */
    int colours;      /* 0, 8, 16 or 256 */
    char notice[200]; /* what the operator should know of it, e.g. a fallback; may be ""
                       */
};

enum term_colour { TERM_COLOUR_AUTO, TERM_COLOUR_NEVER };

/* Whether this process has a terminal that could show anything, as far as can be said
 * without touching it. */
bool term_curses_check(struct err *err);

/* Opens the terminal of this process by ncurses. Errors: ERR_IO with words for the
 * operator: not a terminal, TERM unknown, no UTF-8 (then ASCII, with a notice). */
struct term *term_curses_open(enum term_colour colour, struct err *err);

/* Gives the terminal back from a signal handler or a crash: async-signal-safe, does
 * nothing when none is open. */
void term_curses_rescue(void);

/* A terminal of `rows` x `cols` that writes each blit as plain text to `fd`. */
struct term *term_text_open(int fd, int rows, int cols, struct err *err);

void term_close(struct term *term); /* NULL is fine */

#endif
