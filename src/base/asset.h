#ifndef BGC_BASE_ASSET_H
#define BGC_BASE_ASSET_H

/*
 * The files of assets/ that the program carries in itself: helpers, recipes,
 * templates. The build makes the table (cmake/embed.cmake).
 */

#include <stddef.h>

struct asset {
    const char *name; /* "recipes/perl-starman/build.sh", "remote/bgc-lb" (assembled) */
    const char *bytes; /* NUL after the last byte, not counted */
    size_t length;
    const char *sha256; /* of the bytes, lower-case hexadecimal */
};

/* NULL: the program carries no such file. */
const struct asset *asset_find(const char *name);

/* All of them, sorted by name, for listing. */
const struct asset *asset_all(size_t *ret_count);

#endif
