#ifndef BGC_NET_CHILD_H
#define BGC_NET_CHILD_H

/*
 * A program that runs beside the loop: its input is given, its two outputs are taken
 * as they come, its end is told.
 *
 * A session of its own, without a terminal: it can ask nobody for anything, and a key
 * pressed here is no signal there. What it prints is read no faster than it is taken.
 */

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { CHILD_READ_MAX = 16 * 1024 };

struct child;

/* Begins `words` (a NULL at the end), found by PATH. `on_change` is called on the loop
 * when there is output, and at the end. NULL: ERR_CONFIG. */
struct child *child_new(uv_loop_t *loop, const char *const *words,
                        void (*on_change)(void *context), void *context,
                        struct err *err);

/* Its input, which must stay until child_free(); then its end, unless `hold`. Once. */
void child_input(struct child *child, const char *bytes, size_t length, bool hold);

/* What came of one output; false: nothing. Stays until child_took(), after which more
 * is read. */
bool child_output(struct child *child, bool is_error, const char **ret_bytes,
                  size_t *ret_length);
void child_took(struct child *child, bool is_error);

/* Whether it and both its outputs have ended, and all was taken. `*ret_status`: its
 * exit status; -1: a signal. */
bool child_has_ended(const struct child *child, int *ret_status);

/* Kills it where it runs, and frees when the loop has let go. No callback comes after.
 */
void child_free(struct child *child);

#endif
