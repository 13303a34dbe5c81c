#ifndef BGC_NET_HOST_OUTPUT_H
#define BGC_NET_HOST_OUTPUT_H

/*
 * Keeps all that steps print, a file for each step of each host (net/output_file).
 *
 * After a connection was lost some bytes come again: those that the file has
 * already are passed over, so that it is the log of the host byte for byte.
 */

#include "core/model.h"
#include "net/output_file.h"

#include <stddef.h>
#include <stdint.h>

struct host_output;

/* `state` is the environment's state directory; kept, like `recipe`. */
struct host_output *host_output_new(const char *state, const struct recipe *recipe);

/* Takes bytes of the log of `step` of `run` on the host of index `host`, called `name`;
 * `offset` is that of the first one. Errors are told once for each file and stop
 * nothing: false with `err` set. */
bool host_output_take(struct host_output *output, int host, const char *name,
                      const char *run, int step, int64_t offset, const char *bytes,
                      size_t length, struct err *err);

void host_output_free(struct host_output *output);

#endif
