#ifndef BGC_BASE_MEMORY_H
#define BGC_BASE_MEMORY_H

/*
 * Memory that is always there.
 *
 * Nothing sensible can be done when a few kilobytes are not to be had, so the
 * program ends by SIGABRT, whose handler gives the terminal back; a run goes on
 * from its journal. Large or foreign sizes are bounded by the caller before.
 */

#include <stddef.h>

/* `size` bytes of zero; the caller frees. Never NULL. */
void *memory_new(size_t size);

/* As realloc(); never NULL. */
void *memory_resize(void *memory, size_t size);

/* A copy of `length` bytes with a NUL behind; the caller frees. Never NULL. */
char *memory_copy(const char *bytes, size_t length);

#endif
