#ifndef BGC_CORE_BASELINE_H
#define BGC_CORE_BASELINE_H

/*
 * The baseline: what the old colour did before the first step of a switch.
 *
 * The guard window compares the new colour with it. It is measured once, while the old
 * colour has all the traffic, and kept in the journal: after the switch nobody can
 * measure it any more. Where too few requests came there is none, and then the guard
 * has no verdict on what only a comparison can tell.
 */

#include "base/str.h"
#include "core/share.h"
#include "core/traffic.h"

#include <stdbool.h>
#include <stdint.h>

/* Fewer say nothing of a rate: one that failed would be more than a percent. */
enum { BASELINE_REQUESTS_LEAST = 100 };

struct baseline {
    bool known;         /* false: too few requests, or no counters */
    bool measured;      /* somebody tried; else nobody has yet */
    enum colour colour; /* the old one */
    int64_t window_ms;  /* that it was measured over */
    int64_t requests;
    int64_t failed;      /* struct outcome says what counts */
    int64_t app_5xx;     /* served, with a 5xx of the app's own */
    int64_t response_ms; /* HAProxy's rtime: average of the last 1,024 requests */
};

/* Measures `colour` over the newest `window_ms`, or as much of it as one worker has
 * counted and the samples remember. */
void baseline_measure(const struct traffic *traffic, enum colour colour,
                      int64_t window_ms, struct baseline *ret_baseline);

double baseline_rate(const struct baseline *baseline); /* requests a second */

/* Failed and the app's 5xx, of the requests; the app's 5xx alone. */
double baseline_errors_percent(const struct baseline *baseline);
double baseline_app_5xx_percent(const struct baseline *baseline);

/* "blue before the switch: 412 req/s, 0.02 % failed, 0.10 % app 5xx, 12 ms (average of
 * the last 1,024), over 60 s"; or why there is none. */
void baseline_sentence(const struct baseline *baseline, char *buffer, size_t size);

/* For the journal: "colour=blue window_ms=60000 requests=24720 failed=5 app_5xx=25
 * response_ms=12", and back. False: `text` is not such a line, nothing is changed. */
void baseline_write(const struct baseline *baseline, struct str *out);
bool baseline_read(const char *text, struct baseline *ret_baseline);

#endif
