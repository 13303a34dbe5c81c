#ifndef BGC_BASE_ESCAPE_H
#define BGC_BASE_ESCAPE_H

/*
 * Where a terminal's escape sequence ends (ECMA-48 5.3 to 5.6).
 *
 * Both forms are known: ESC with a letter, and the one C1 character in UTF-8. A
 * string without an end (OSC, DCS, SOS, PM, APC) goes to the end of the text, or for
 * ESCAPE_MAX bytes. Nothing is carried out.
 */

#include <stdbool.h>
#include <stddef.h>

enum { ESCAPE_MAX = 4096 };

/* Length of the sequence at `bytes`, 0: none begins here. A lone ESC is none. */
size_t escape_length(const char *bytes, size_t length);

/* Whether this sequence erases to the end of its line (EL: CSI K, CSI 0 K, CSI 2 K). */
bool escape_erases_line(const char *sequence, size_t length);

#endif
