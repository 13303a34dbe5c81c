#ifndef BGC_CORE_BACKOFF_H
#define BGC_CORE_BACKOFF_H

/*
 * How long to wait before the next try: doubling up to a cap, with jitter so that
 * two consoles which failed together do not come back together. Pure: the same seed
 * gives the same waits.
 */

#include <stdint.h>

struct backoff {
    int first_ms;
    int cap_ms;
    int failures; /* in a row */
    uint64_t random;
};

/* `first_ms` and `cap_ms` are at least 1. */
void backoff_init(struct backoff *backoff, int first_ms, int cap_ms, uint64_t seed);

/* After one more failure: between half and the whole of first_ms * 2^failures, never
 * above cap_ms. */
int backoff_next_ms(struct backoff *backoff);

/* After a success. */
void backoff_reset(struct backoff *backoff);

#endif
