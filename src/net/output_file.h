#ifndef BGC_NET_OUTPUT_FILE_H
#define BGC_NET_OUTPUT_FILE_H

/*
 * All that a step printed on a host, raw, in a file beside the run's journal:
 * STATE/runs/RUN/HOST-STEP.log, 0600. To lose output is bad luck, to lose the run
 * because of it would be a fault: errors here stop nothing.
 */

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_FILE_MAX = 64 * 1024 * 1024 };

struct output_file {
    int fd;         /* -1: not open */
    int64_t length; /* of the file */
};

void output_file_init(struct output_file *file);

/* Opens or makes the file to append to. Characters of `host` that are no part of a
 * host name stand as '_'. */
bool output_file_open(struct output_file *file, const char *state, const char *run,
                      const char *host, const char *step, struct err *err);

/* Appends. At OUTPUT_FILE_MAX a last line says that the rest is missing; false from
 * then on, with ERR_LIMIT once and ERR_NONE afterwards. */
bool output_file_add(struct output_file *file, const char *bytes, size_t length,
                     struct err *err);

void output_file_close(struct output_file *file);

#endif
