#ifndef BGC_BASE_UTF8_RANGES_H
#define BGC_BASE_UTF8_RANGES_H

/*
 * Unicode's own tables, as sorted ranges. For utf8.c alone.
 */

#include <stddef.h>
#include <stdint.h>

struct utf8_range {
    uint32_t first;
    uint32_t last;
};

extern const struct utf8_range utf8_zero[]; /* combining: no cell of their own */
extern const size_t utf8_zero_count;
extern const struct utf8_range utf8_wide[]; /* East Asian and emoji: two cells */
extern const size_t utf8_wide_count;
extern const struct utf8_range
    utf8_unseen[]; /* controls, formats, private, unassigned */
extern const size_t utf8_unseen_count;

#endif
