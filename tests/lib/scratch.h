#ifndef BGC_TESTS_LIB_SCRATCH_H
#define BGC_TESTS_LIB_SCRATCH_H

/*
 * A directory of a test's own below /tmp, gone with all that is in it afterwards.
 */

#include <stddef.h>

enum { SCRATCH_PATH_MAX = 256 };

struct scratch {
    char path[32];
};

void scratch_make(struct scratch *scratch);

/* "PATH/NAME" in `path`, which is returned. */
const char *scratch_file(const struct scratch *scratch, const char *name,
                         char path[SCRATCH_PATH_MAX]);

/* Writes `length` bytes to a file of this name with this mode. */
void scratch_write(const struct scratch *scratch, const char *name, const char *bytes,
                   size_t length, unsigned mode);

/* Reads at most `size` - 1 bytes, a NUL behind; returns how many. */
size_t scratch_read(const char *path, char *buffer, size_t size);

void scratch_remove(struct scratch *scratch);

#endif
