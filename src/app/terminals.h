#ifndef BGC_APP_TERMINALS_H
#define BGC_APP_TERMINALS_H

/*
 * All terminals of one engine: who is there, who has the say, what each is shown, and
 * when the engine may end because nobody needs it.
 *
 * The terminal that came first has the say: its keys alone begin runs and answer gates.
 * Another one takes it by a key; when its holder leaves, the one that has been there
 * for longest gets it. Those that only look on never have it.
 *
 * An engine goes on while somebody is attached or a run is open. After that it waits
 * for the lease to be given back; and where the last terminal was lost rather than
 * left, for a little while, because its operator comes back.
 */

#include "app/terminal.h"

enum { TERMINALS_MAX = 16 };

struct terminals {
    struct engine *engine;
    int listening;    /* -1: this engine has only its first terminal */
    struct hello own; /* what each one that connects is told */
    struct moment begun;
    uv_poll_t listener;
    uv_timer_t frame_timer;                /* somebody's next picture is due */
    uv_timer_t end_timer;                  /* it may be time to end */
    struct terminal *items[TERMINALS_MAX]; /* in the order in which they came */
    int count;
    struct terminal *say; /* NULL: nobody */
    int64_t lost_ms;      /* when the last terminal was lost, 0: it left */
    int64_t owing_ms;     /* since when only the lease keeps us, 0: it does not */
    char stopped_by[HELLO_WORD_MAX];  /* who asked the engine to end; empty: nobody */
    struct wire wires[TERMINALS_MAX]; /* of those who are told the last words */
    int wire_count;
};

/* Listens at `listening`, takes `first`, a connected socket; either may be -1. Watches
 * the engine's turns from now on. */
void terminals_open(struct terminals *terminals, struct engine *engine, int listening,
                    int first, const struct hello *own);

/* Nobody is attached any more, and none can be. Who was has not been told yet. */
void terminals_close(struct terminals *terminals);

/* The last thing that an engine does: tells who was attached when it ended, or waited
 * for its end, what became of it. */
void terminals_tell_end(struct terminals *terminals, const char *words);

/* How many look at it. */
int terminals_attached(const struct terminals *terminals);

#endif
