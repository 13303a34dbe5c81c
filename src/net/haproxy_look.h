#ifndef BGC_NET_HAPROXY_LOOK_H
#define BGC_NET_HAPROXY_LOOK_H

/*
 * One question to a local HAProxy socket and its whole answer, on a connection of
 * its own (management.txt 9.3: one line is answered, then HAProxy closes).
 *
 * Bounds: 2 s, 16 MiB. HAProxy takes ten connections and leaves the eleventh without
 * an answer, so silence has a likely reason, and the message names it.
 */

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct haproxy_look;

/* `err` ERR_NONE: `text` is the answer. Both are borrowed for the call. */
typedef void haproxy_look_fn(void *context, const char *text, size_t length,
                             const struct err *err);

/* Connects to `path` and asks `question` (kept until the end). `on_end` comes once, on
 * a later turn, unless the look is dropped before. The look then frees itself. */
struct haproxy_look *haproxy_look_begin(uv_loop_t *loop, const char *path,
                                        const char *question, haproxy_look_fn *on_end,
                                        void *context);

/* Nobody waits for the answer any more. */
void haproxy_look_drop(struct haproxy_look *look);

#endif
