#ifndef BGC_NET_HELPER_CALL_H
#define BGC_NET_HELPER_CALL_H

/*
 * Questions to a helper over SSH, each from its request to the end of its answer.
 *
 * Whether the helper said yes is its `end` line. An answer without one was cut
 * off and says nothing, whatever the exit status is.
 */

#include "base/err.h"
#include "net/fair_queue.h"
#include "net/helper_text.h"
#include "net/ssh.h"

#include <stdbool.h>

struct helper_call;

/* The questions of one client that are not answered yet. */
struct helper_calls {
    struct fair_queue *queue;
    struct helper_call *first;
};

/* Who hears the answer. Items are HELPER_LINE and HELPER_BLOCK only; `message` lines
 * are kept for the end. A `tick` line only shows that the line lives. */
struct helper_taker {
    void (*on_item)(void *context, const struct helper_item *item);

    /* Once, at last. `err` ERR_NONE: the answer is whole, `code` is its end ("ok",
     * "stale", ...) and `message` its printable sentence. Otherwise it is not whole,
     * and code and message are "". ERR_LIMIT, ERR_BUSY: the request was never sent. */
    void (*on_end)(void *context, const char *code, const char *message,
                   const struct err *err);
    void *context;
    void *owned; /* heap memory, freed after on_end or in its place; NULL: none */
};

struct helper_question {
    const char *name;               /* of the host, for messages; kept */
    const char *command;            /* a constant of the program */
    struct helper_request *request; /* begun; ended here and copied */
    const char *body;               /* NULL: the verb takes none */
    size_t body_length;
    bool is_stream;           /* standard input is held open: its end is our leaving */
    int silence_ms, limit_ms; /* as in ssh.h */
};

void helper_calls_init(struct helper_calls *calls, struct fair_queue *queue);

/* Asks. The taker is called on later turns only; also where nothing could be asked
 * because the request is too large or the connection's queue is full. */
void helper_call(struct helper_calls *calls, struct ssh *ssh,
                 const struct helper_question *question,
                 const struct helper_taker *taker);

/* Forgets what is not answered; no taker is called any more. Their connections must be
 * freed before. Not from within a taker. */
void helper_calls_free(struct helper_calls *calls);

#endif
