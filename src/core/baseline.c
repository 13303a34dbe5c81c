#include "core/baseline.h"

#include "core/span.h"

#include <string.h>

/* No worker counts so far in its life: what is greater was not written by us. */
static const long long NUMBER_MAX = INT64_C(1000000000000000);

static bool is_enough(int64_t window_ms, int64_t requests)
{
    return window_ms > 0 && requests >= BASELINE_REQUESTS_LEAST;
}

void baseline_measure(const struct traffic *traffic, enum colour colour,
                      int64_t window_ms, struct baseline *ret_baseline)
{
    const struct traffic_point *newest = traffic_last(traffic);
    struct baseline baseline = {.measured = true, .colour = colour};

    if (newest != NULL) {
        struct span span = span_measure(traffic, colour, newest->at_ms - window_ms);
        baseline.window_ms = span.window_ms;
        baseline.requests = span.requests;
        baseline.failed = span.failed;
        baseline.app_5xx = span.app_5xx;
        baseline.response_ms = newest->backend[colour].rtime_ms;
    }
    baseline.known = is_enough(baseline.window_ms, baseline.requests);
    *ret_baseline = baseline;
}

double baseline_rate(const struct baseline *baseline)
{
    return baseline->window_ms > 0
               ? (double)baseline->requests * 1000 / (double)baseline->window_ms
               : 0;
}

double baseline_errors_percent(const struct baseline *baseline)
{
    return percent_of(baseline->failed + baseline->app_5xx, baseline->requests);
}

double baseline_app_5xx_percent(const struct baseline *baseline)
{
    return percent_of(baseline->app_5xx, baseline->requests);
}

void baseline_sentence(const struct baseline *baseline, char *buffer, size_t size)
{
    struct str out = str_on(buffer, size);
    const char *name = colour_name(baseline->colour);
    long long window_s = (long long)baseline->window_ms / 1000;

    if (!baseline->measured)
        str_add(&out, "no baseline: nothing was measured before the switch");
    else if (baseline->window_ms <= 0)
        str_addf(&out,
                 "no baseline: HAProxy's counters told nothing of %s before "
                 "the switch",
                 name);
    else if (!baseline->known)
        str_addf(&out,
                 "no baseline: %lld requests to %s in %lld s before the switch, and "
                 "fewer than %d say nothing",
                 (long long)baseline->requests, name, window_s,
                 BASELINE_REQUESTS_LEAST);
    else
        str_addf(&out,
                 "%s before the switch: %.0f req/s, %.2f %% failed, %.2f %% app 5xx, "
                 "%lld ms (average of the last 1,024), over %lld s",
                 name, baseline_rate(baseline),
                 percent_of(baseline->failed, baseline->requests),
                 baseline_app_5xx_percent(baseline), (long long)baseline->response_ms,
                 window_s);
}

void baseline_write(const struct baseline *baseline, struct str *out)
{
    str_addf(out,
             "colour=%s window_ms=%lld requests=%lld failed=%lld app_5xx=%lld "
             "response_ms=%lld",
             colour_name(baseline->colour), (long long)baseline->window_ms,
             (long long)baseline->requests, (long long)baseline->failed,
             (long long)baseline->app_5xx, (long long)baseline->response_ms);
}

/* The value of `name` in "name=value name=value"; false where it is not there or is
 * longer than `size`. */
static bool find_value(const char *text, const char *name, char *value, size_t size)
{
    size_t name_length = strlen(name);

    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (length > name_length && str_starts(text, name) && text[name_length] == '=')
            return str_copy_bytes(value, size, text + name_length + 1,
                                  length - name_length - 1);
        text += length;
        text += strspn(text, " ");
    }
    return false;
}

static bool read_number(const char *text, const char *name, int64_t *ret_number)
{
    char value[32];
    long long number;

    if (!find_value(text, name, value, sizeof value) ||
        !str_to_long(value, 0, NUMBER_MAX, &number))
        return false;
    *ret_number = number;
    return true;
}

bool baseline_read(const char *text, struct baseline *ret_baseline)
{
    struct baseline baseline = {.measured = true};
    char colour[16];

    if (!find_value(text, "colour", colour, sizeof colour) ||
        !colour_from_name(colour, &baseline.colour) ||
        !read_number(text, "window_ms", &baseline.window_ms) ||
        !read_number(text, "requests", &baseline.requests) ||
        !read_number(text, "failed", &baseline.failed) ||
        !read_number(text, "app_5xx", &baseline.app_5xx) ||
        !read_number(text, "response_ms", &baseline.response_ms))
        return false;
    baseline.known = is_enough(baseline.window_ms, baseline.requests);
    *ret_baseline = baseline;
    return true;
}
