#ifndef BGC_NET_PUBLIC_KEY_H
#define BGC_NET_PUBLIC_KEY_H

/*
 * The line of authorized_keys that lets our own key log in.
 */

#include "base/err.h"
#include "net/ssh_key.h"

#include <stdbool.h>
#include <stddef.h>

enum { PUBLIC_KEY_LINE_MAX = 8 * 1024 };

/* Reads the first line of `key_file` with ".pub" behind its name, as ssh-keygen leaves
 * it beside a key. Errors: ERR_IO, ERR_CONFIG, with what to do. */
bool public_key_read(const char *key_file, char line[PUBLIC_KEY_LINE_MAX],
                     struct err *err);

/* Makes the line of a key blob. */
void public_key_write(const unsigned char *blob, size_t length,
                      char line[PUBLIC_KEY_LINE_MAX]);

#endif
