#ifndef BGC_CORE_SPAN_H
#define BGC_CORE_SPAN_H

/*
 * What one colour's backend counted over a span of time.
 *
 * A span has two ends, both samples of one worker, and never reaches back over its
 * beginning: what was counted before it is never in it. Where the worker changed on
 * the way, or somebody cleared its counters, the span is what came after, and says so.
 *
 * HAProxy tells no response time of a span, only `rtime`, "the average over the last
 * 1,024 requests" (management manual, 9.1). It is the plain average of a worker's first
 * 512 requests, and from then on each new one takes 1/512 of the weight: two batches of
 * 512 are 95 % of it (TIME_STATS_SAMPLES, swrate_add_dynamic()). So after a quiet night
 * it still tells of yesterday. Two of them give back the mean of the requests in
 * between; as they are whole milliseconds, that is known within a few. Tried on 2.6.12:
 * 200 requests of 5 ms behind 2,000 of 60 ms show as 46 ms, and are found at 10 to 13.
 */

#include "core/traffic.h"

#include <stdbool.h>
#include <stdint.h>

struct span {
    bool known;        /* false: fewer than two samples to compare */
    bool cut;          /* counters began anew on the way: it is what came after */
    int64_t begin_ms;  /* mono time of its first sample */
    int64_t window_ms; /* its length */
    int64_t requests;
    int64_t failed;  /* struct outcome says what counts */
    int64_t app_5xx; /* served, with a 5xx of the app's own */
    /* The mean response time of its requests, and how low it may be by the rounding;
     * -1: no request came. */
    int64_t response_ms, response_least_ms;
};

/* The counts of `colour` from the first sample at or after `from_ms` to the newest. */
struct span span_measure(const struct traffic *traffic, enum colour colour,
                         int64_t from_ms);

/* Failed and the app's 5xx, of the requests. 0 where none failed. */
double span_errors_percent(const struct span *span);

/* `part` of `whole`, 0 to 100; 0 where there is no whole. */
double percent_of(int64_t part, int64_t whole);

#endif
