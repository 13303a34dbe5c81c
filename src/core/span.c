#include "core/span.h"

enum { AVERAGE_REQUESTS = 512 }; /* TIME_STATS_SAMPLES of HAProxy */

static const double NOTHING = 0.001; /* of a weight: less is not worth the reckoning */

/* What is left of an average's weight after `requests` more. */
static double weight_kept(int64_t before, int64_t requests)
{
    double kept = 1;

    for (int64_t i = 0; i < requests && kept > NOTHING; i++) {
        int64_t counted = before + i + 1;
        int64_t window = counted < AVERAGE_REQUESTS ? counted : AVERAGE_REQUESTS;
        kept *= 1 - 1 / (double)window;
    }
    return kept > NOTHING ? kept : 0;
}

static int64_t mean_between(double before_ms, double after_ms, double kept)
{
    double mean_ms = (after_ms - kept * before_ms) / (1 - kept);
    return mean_ms > 0 ? (int64_t)(mean_ms + 0.5) : 0;
}

/* HAProxy rounds its averages up: each may be less by almost a millisecond, and the
 * mean is lowest where only the later one is. */
static void measure_response(struct span *span, const struct counters *begin,
                             const struct counters *end)
{
    double kept = weight_kept(begin->requests, span->requests);
    double before_ms = (double)begin->rtime_ms, after_ms = (double)end->rtime_ms;

    span->response_ms = mean_between(before_ms, after_ms, kept);
    span->response_least_ms = mean_between(before_ms, after_ms - 1, kept);
}

struct span span_measure(const struct traffic *traffic, enum colour colour,
                         int64_t from_ms)
{
    const struct traffic_point *end = traffic_last(traffic);
    const struct traffic_point *begin = end;
    struct span span = {.response_ms = -1, .response_least_ms = -1};

    if (end == NULL)
        return span;
    for (int back = 1; !span.cut && back < traffic->count; back++) {
        const struct traffic_point *point = traffic_point_back(traffic, back);
        if (point->at_ms < from_ms)
            break;
        if (traffic_points_compare(point, end))
            begin = point;
        else
            span.cut = true;
    }
    span.begin_ms = begin->at_ms;
    span.window_ms = end->at_ms - begin->at_ms;
    if (span.window_ms <= 0)
        return span;

    struct outcome outcome = traffic_outcome(begin, end, colour);
    span.known = true;
    span.requests = outcome.requests;
    span.failed = outcome.failed;
    span.app_5xx = outcome.app_5xx;
    if (span.requests > 0)
        measure_response(&span, &begin->backend[colour], &end->backend[colour]);
    return span;
}

double percent_of(int64_t part, int64_t whole)
{
    if (part <= 0 || whole <= 0)
        return 0;
    return part < whole ? 100.0 * (double)part / (double)whole : 100.0;
}

double span_errors_percent(const struct span *span)
{
    return percent_of(span->failed + span->app_5xx, span->requests);
}
