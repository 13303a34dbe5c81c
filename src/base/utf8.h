#ifndef BGC_BASE_UTF8_H
#define BGC_BASE_UTF8_H

/*
 * UTF-8, decoded strictly, and how many cells a character takes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_BAD = 0xFFFD, UTF8_BYTES_MAX = 4 };

/* Decodes the character at `bytes` (`length` > 0). Returns how many bytes it took; for
 * an invalid or cut sequence 1 (never 0) with UTF8_BAD. */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_character);

/* Writes `character` into `buffer` and returns its bytes (1..4). */
size_t utf8_encode(uint32_t character, char buffer[UTF8_BYTES_MAX]);

/* Whether `character` has a look of its own: false for controls, for marks that only
 * steer (direction, joining, tags), for private and unassigned ones. */
bool utf8_is_seen(uint32_t character);

/* Cells a printable character takes: 0 (combining), 1 or 2. Ambiguous ones are 1;
 * the answer does not depend on the locale. */
int utf8_width(uint32_t character);

/* Cells of a whole printable string. */
size_t utf8_text_width(const char *text);

#endif
