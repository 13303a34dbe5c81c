#include "histogram.h"

/* Below 16 us a bucket is one microsecond; above, the four bits after the leading one
 * choose among the sixteen steps of its power of two. */
static unsigned bucket_of(uint64_t us)
{
    if (us < HISTOGRAM_STEPS)
        return (unsigned)us;
    unsigned power = 63u - (unsigned)__builtin_clzll(us);
    unsigned step = (unsigned)(us >> (power - 4)) & (HISTOGRAM_STEPS - 1);
    unsigned bucket = (power - 3) * HISTOGRAM_STEPS + step;
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

static uint64_t bucket_end_us(unsigned bucket)
{
    if (bucket < HISTOGRAM_STEPS)
        return bucket + 1;
    unsigned power = bucket / HISTOGRAM_STEPS + 3;
    unsigned step = bucket % HISTOGRAM_STEPS;
    return ((uint64_t)HISTOGRAM_STEPS + step + 1) << (power - 4);
}

void histogram_add(struct histogram *h, uint64_t us)
{
    h->count[bucket_of(us)]++;
    h->total++;
}

double histogram_percentile_ms(const struct histogram *h, double percent)
{
    double wanted = (double)h->total * percent / 100.0;
    uint64_t seen = 0;

    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->count[i];
        if (h->count[i] > 0 && (double)seen >= wanted)
            return (double)bucket_end_us(i) / 1000.0;
    }
    return 0;
}
