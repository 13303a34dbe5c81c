#ifndef BGC_NET_SECRET_H
#define BGC_NET_SECRET_H

/*
 * Secrets of the operator. Where the API token comes from, in this order:
 *
 *     token_command     a program that prints it (10 s)
 *     token_file        a file that nobody else may read
 *     token_variable    an environment variable, unset after reading
 *
 * The first one that is set decides; when it fails the others are not tried, since a
 * wrong token is worse than none. No error ever holds a part of the token.
 */

#include "base/err.h"
#include "core/settings.h"

#include <stdbool.h>
#include <stddef.h>

enum { SECRET_MAX = 1024 };

/* Reads the token into `token`. The variable is unset whichever source was used, so
 * that no child process inherits it. Errors: none of the three is set (all are named);
 * a file that others can read; no printable ASCII. */
bool secret_read(const struct settings *settings, char token[SECRET_MAX],
                 struct err *err);

/* Any other secret, from a file that nobody else may read; `name` is its setting.
 * Errors as above. */
bool secret_read_file(const char *name, const char *file, char secret[SECRET_MAX],
                      struct err *err);

/* Wipes it. */
void secret_forget(char token[SECRET_MAX]);

#endif
