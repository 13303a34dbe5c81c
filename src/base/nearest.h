#ifndef BGC_BASE_NEAREST_H
#define BGC_BASE_NEAREST_H

/*
 * "Did you mean ...?": how far two words are apart.
 */

enum { NEAREST_FAR = 100 }; /* more than any two words that one could mean */

/* Letters to add, drop, change or swap with their neighbour until `a` is `b`.
 * NEAREST_FAR where the words are too long, or so different that no one meant it. */
int nearest_distance(const char *a, const char *b);

#endif
