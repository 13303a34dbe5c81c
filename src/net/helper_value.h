#ifndef BGC_NET_HELPER_VALUE_H
#define BGC_NET_HELPER_VALUE_H

/*
 * The values of a helper's answer, read. Pure.
 *
 * A value that is not what it should be counts as not told: `otherwise` stands for
 * it. What is returned can be added to any moment or pair without an overflow.
 */

#include <stddef.h>
#include <stdint.h>

/* A number between `least` and `most`, neither larger than the helpers' own numbers,
 * which have 15 digits (docs/remote-helpers.md). */
int64_t helper_number(const char *value, int64_t least, int64_t most,
                      int64_t otherwise);

/* An epoch, a seq, a number of an event, a length of time: none is below 0. */
int64_t helper_count(const char *value, int64_t otherwise);

/* Words for people: printable in `buffer`. */
void helper_words(const char *value, char *buffer, size_t size);

/* The same, behind what `list` holds already: "one; two". A list that is full keeps its
 * beginning. */
void helper_words_add(const char *value, char *list, size_t size);

#endif
