#include "core/span.h"

#include "lib/counted.h"
#include "lib/test.h"

#include <stdlib.h>

static int setup(void **state)
{
    struct traffic *traffic = calloc(1, sizeof *traffic);
    assert_non_null(traffic);
    traffic_init(traffic);
    *state = traffic;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

/* Green's backend, as one sample tells it. */
struct seen {
    int64_t requests, rtime_ms, http_5xx, econ, app_5xx;
};

static void take(struct traffic *traffic, int64_t at_ms, int64_t pid, struct seen seen)
{
    const struct server_row server = {.colour = COLOUR_GREEN,
                                      .counters.status[5] = seen.app_5xx};
    struct balancer_sample sample = {
        .at_ms = at_ms, .pid = pid, .servers = &server, .server_count = 1};

    sample.backend[COLOUR_GREEN] = (struct counters){.requests = seen.requests,
                                                     .status[5] = seen.http_5xx,
                                                     .econ = seen.econ,
                                                     .rtime_ms = seen.rtime_ms};
    traffic_take(traffic, &sample);
}

static void test_needs_two_samples(void **state)
{
    struct traffic *traffic = *state;

    assert_false(span_measure(traffic, COLOUR_GREEN, 0).known);
    take(traffic, 1000, 1, (struct seen){.requests = 5});
    assert_false(span_measure(traffic, COLOUR_GREEN, 0).known);
    take(traffic, 2000, 1, (struct seen){.requests = 9});
    assert_true(span_measure(traffic, COLOUR_GREEN, 0).known);
    assert_int_equal(span_measure(traffic, COLOUR_GREEN, 0).requests, 4);
    assert_int_equal(span_measure(traffic, COLOUR_BLUE, 0).requests, 0);
    assert_int_equal(span_measure(traffic, COLOUR_BLUE, 0).response_ms, -1);
}

/* A sample taken a millisecond before the beginning is not in it. */
static void test_never_reaches_before_its_beginning(void **state)
{
    struct traffic *traffic = *state;

    take(traffic, 1000, 1, (struct seen){.requests = 0});
    take(traffic, 2000, 1,
         (struct seen){.requests = 100, .http_5xx = 100, .econ = 100});
    take(traffic, 3000, 1,
         (struct seen){.requests = 130, .http_5xx = 100, .econ = 100});

    struct span span = span_measure(traffic, COLOUR_GREEN, 2000);
    assert_int_equal(span.begin_ms, 2000);
    assert_int_equal(span.window_ms, 1000);
    assert_int_equal(span.requests, 30);
    assert_int_equal(span.failed, 0);
    assert_false(span_measure(traffic, COLOUR_GREEN, 2001).known);
    assert_false(span_measure(traffic, COLOUR_GREEN, 3001).known);
    assert_int_equal(span_measure(traffic, COLOUR_GREEN, 1999).requests, 30);
    assert_int_equal(span_measure(traffic, COLOUR_GREEN, 1000).failed, 100);
}

static void test_two_workers_do_not_compare(void **state)
{
    struct traffic *traffic = *state;

    take(traffic, 1000, 1, (struct seen){.requests = 100});
    take(traffic, 2000, 1, (struct seen){.requests = 200});
    take(traffic, 3000, 2, (struct seen){.requests = 300});
    struct span span = span_measure(traffic, COLOUR_GREEN, 0);
    assert_false(span.known);
    assert_true(span.cut);
    take(traffic, 4000, 2, (struct seen){.requests = 310});
    span = span_measure(traffic, COLOUR_GREEN, 0);
    assert_true(span.known);
    assert_true(span.cut);
    assert_int_equal(span.begin_ms, 3000);
    assert_int_equal(span.requests, 10);
    assert_false(span_measure(traffic, COLOUR_GREEN, 3000).cut);
}

static void test_cleared_counters_do_not_compare(void **state)
{
    struct traffic *traffic = *state;

    take(traffic, 1000, 1, (struct seen){.requests = 100});
    take(traffic, 2000, 1, (struct seen){.requests = 20});
    take(traffic, 3000, 1, (struct seen){.requests = 50});
    struct span span = span_measure(traffic, COLOUR_GREEN, 0);
    assert_true(span.cut);
    assert_int_equal(span.requests, 30);
}

static void test_errors(void **state)
{
    struct traffic *traffic = *state;

    take(traffic, 1000, 1, (struct seen){0});
    take(traffic, 2000, 1,
         (struct seen){.requests = 200, .http_5xx = 9, .econ = 3, .app_5xx = 6});
    struct span span = span_measure(traffic, COLOUR_GREEN, 0);
    assert_int_equal(span.failed, 3);
    assert_int_equal(span.app_5xx, 6);
    assert_float_equal(span_errors_percent(&span), 4.5, 0.001);
    assert_float_equal(percent_of(0, 0), 0, 0);
    assert_float_equal(percent_of(3, 0), 0, 0);
    assert_float_equal(percent_of(3, 2), 100, 0);
}

/* HAProxy's own arithmetic: swrate_add_dynamic() and swrate_avg(), rounded up. */
struct average {
    int64_t requests, sum;
};

static void average_take(struct average *average, int64_t requests, int64_t ms)
{
    for (int64_t i = 0; i < requests; i++) {
        average->requests++;
        if (average->requests > 512)
            average->sum -= (average->sum + 511) / 512;
        average->sum += ms;
    }
}

static struct seen average_seen(const struct average *average)
{
    int64_t window = average->requests < 512 ? average->requests : 512;
    return (struct seen){.requests = average->requests,
                         .rtime_ms =
                             window > 0 ? (average->sum + window - 1) / window : 0};
}

/* Whatever a worker served before, the mean is that of the requests in between. */
static void test_response_of_the_span_alone(void **state)
{
    /* clang-format off */
    static const struct { int64_t before, before_ms, requests, ms, within_ms; } cases[] = {
        {      0,    0,   100,  40,  1 },
        {    100,  500,   100,  20,  2 }, /* not yet 512 in all */
        {  50000,  500,   200,  20,  7 },
        {  50000,  500,  2000,  20,  2 },
        {  50000,   10,   200, 400,  7 },
        {  50000,   10, 20000, 400,  2 },
        { 900000, 3000,  5000,   8,  2 },
    };
    /* clang-format on */

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct traffic *traffic = *state;
        struct average average = {0};
        traffic_init(traffic);
        average_take(&average, cases[i].before, cases[i].before_ms);
        take(traffic, 1000, 1, average_seen(&average));
        average_take(&average, cases[i].requests, cases[i].ms);
        take(traffic, 2000, 1, average_seen(&average));

        struct span span = span_measure(traffic, COLOUR_GREEN, 0);
        int64_t off_ms = span.response_ms - cases[i].ms;
        if (off_ms > cases[i].within_ms || off_ms < -cases[i].within_ms)
            fail_msg("case %zu: %lld ms, not %lld", i, (long long)span.response_ms,
                     (long long)cases[i].ms);
        if (span.response_least_ms > cases[i].ms)
            fail_msg("case %zu: at least %lld ms, but it was %lld", i,
                     (long long)span.response_least_ms, (long long)cases[i].ms);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_needs_two_samples),
        TEST(test_never_reaches_before_its_beginning),
        TEST(test_two_workers_do_not_compare),
        TEST(test_cleared_counters_do_not_compare),
        TEST(test_errors),
        TEST(test_response_of_the_span_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
