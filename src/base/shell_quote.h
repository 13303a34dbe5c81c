#ifndef BGC_BASE_SHELL_QUOTE_H
#define BGC_BASE_SHELL_QUOTE_H

/*
 * One word for a POSIX shell, whatever is in it.
 *
 * For lines that a human will copy; the program itself gives nothing to a shell.
 * The text is printable already (base/printable.h): a newline would stay one inside the
 * quotes, and no line is copied whole with it.
 */

#include "base/str.h"

/* Adds `text` so that a shell reads exactly it, as one word: bare where every character
 * is harmless, else in single quotes (POSIX.1 XCU 2.2.2). */
void shell_quote(struct str *out, const char *text);

#endif
