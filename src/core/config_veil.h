#ifndef BGC_CORE_CONFIG_VEIL_H
#define BGC_CORE_CONFIG_VEIL_H

/*
 * A line of haproxy.cfg without its secrets, for the screen and the journal.
 */

#include "base/str.h"

#include <stddef.h>

/* Appends `length` bytes of `line` to `out`; in place of the password of a `stats auth`
 * (or `user`), and of the secret of our preview, stands "(not shown)". */
void config_veil(const char *line, size_t length, struct str *out);

#endif
