#ifndef BGC_BASE_INI_H
#define BGC_BASE_INI_H

/*
 * Reads ini text strictly, by libinih.
 *
 * libinih cuts long lines and names in silence, takes ` ;` in a value as a
 * comment, joins indented lines and gives no line numbers. So each line is
 * looked at here first, and what libinih would misread is refused with file and
 * line: lines over INI_LINE_MAX bytes, NUL and control bytes, bad UTF-8,
 * indented lines, ` ;` after a value, names over INI_NAME_MAX, lines that are
 * neither section, key nor comment.
 *
 * Whether a key is known, and given once, is the caller's question.
 */

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { INI_LINE_MAX = 190, INI_NAME_MAX = 48 };

struct ini_entry {
    const char *file;
    int line; /* from 1 */
    const char *section;
    const char *key;
    const char *value;
};

/* Called for each key. Returning false (with `err` set) stops the reading. */
typedef bool ini_take_fn(void *context, const struct ini_entry *entry, struct err *err);

/* Reads `length` bytes of `text`, which came from a file called `name`. Errors:
 * ERR_CONFIG with "name:line: ...", and whatever `take` said. */
bool ini_read_text(const char *name, const char *text, size_t length, ini_take_fn *take,
                   void *context, struct err *err);

#endif
