#ifndef BGC_BASE_FILE_H
#define BGC_BASE_FILE_H

/*
 * Reads a small file whole.
 */

#include "base/err.h"

#include <stddef.h>

/* All of the file at `path`, with a NUL behind; the caller frees. A file of more than
 * `most` bytes is an error. NULL: ERR_IO, with the path and the system's words. */
char *file_read(const char *path, size_t most, size_t *ret_length, struct err *err);

#endif
