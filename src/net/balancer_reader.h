#ifndef BGC_NET_BALANCER_READER_H
#define BGC_NET_BALANCER_READER_H

/*
 * Reads what a load balancer keeps of the past: its audit, its receipts
 * (docs/remote-helpers.md, What others can read). For commands that ask a few questions
 * and end; the console's own client is net/balancer_client.h.
 */

#include "base/err.h"
#include "net/fair_queue.h"
#include "net/ssh.h"

#include <stddef.h>
#include <uv.h>

struct balancer_reader;

/* Who hears the answer, on later turns only. */
struct balancer_reader_taker {
    /* Each line; `value` is decoded and not printable yet. */
    void (*on_line)(void *context, const char *key, const char *value);

    /* The bytes of a receipt, piece by piece; NULL: not wanted. */
    void (*on_bytes)(void *context, const char *bytes, size_t length);

    /* Once, at last. ERR_NONE: the answer is whole, and the helper said ok. */
    void (*on_end)(void *context, const struct err *err);
    void *context;
};

/* `target` and `identity` are copied; `env` and `command`, which is
 * balancer_command(), are kept. */
struct balancer_reader *balancer_reader_new(uv_loop_t *loop, struct fair_queue *queue,
                                            const struct ssh_target *target,
                                            const struct ssh_identity *identity,
                                            const char *env, const char *command);

/* "audit", "receipts", "receipt". `key` and `value` are one more line of the request;
 * NULL: none. */
void balancer_reader_ask(struct balancer_reader *reader, const char *verb,
                         const char *key, const char *value,
                         const struct balancer_reader_taker *taker);

/* Forgets all questions. Not from within a taker. */
void balancer_reader_free(struct balancer_reader *reader);

#endif
