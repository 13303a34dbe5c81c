/* A histogram of durations with a relative error below 1/16: sixteen equal steps in
 * each power of two of microseconds, up to 2^32 us (more than an hour). It never
 * forgets and never allocates. */
#ifndef LAB_LOAD_HISTOGRAM_H
#define LAB_LOAD_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_STEPS = 16, HISTOGRAM_BUCKETS = HISTOGRAM_STEPS * 30 };

struct histogram {
    uint64_t count[HISTOGRAM_BUCKETS];
    uint64_t total; /* of all buckets */
};

void histogram_add(struct histogram *h, uint64_t us);

/* The duration in ms below which PERCENT of all lie; 0 where there are none. */
double histogram_percentile_ms(const struct histogram *h, double percent);

#endif
