#include "core/baseline.h"

#include "lib/counted.h"
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

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

static void take(struct traffic *traffic, int64_t at_ms, int64_t pid, int64_t requests)
{
    const struct server_row server = {.colour = COLOUR_BLUE,
                                      .counters.status[5] = requests / 100};
    struct balancer_sample sample = {
        .at_ms = at_ms, .pid = pid, .servers = &server, .server_count = 1};

    sample.backend[COLOUR_BLUE] = (struct counters){
        .requests = requests, .status[5] = requests / 100, .rtime_ms = 12};
    traffic_take(traffic, &sample);
}

static void says(const struct baseline *baseline, const char *wanted)
{
    char sentence[300];
    baseline_sentence(baseline, sentence, sizeof sentence);
    assert_string_equal(sentence, wanted);
}

static void test_measured(void **state)
{
    struct traffic *traffic = *state;
    struct baseline baseline = {0};

    says(&baseline, "no baseline: nothing was measured before the switch");
    for (int second = 0; second <= 60; second++)
        take(traffic, 1000 * (second + 1), 4711, 400 * second);
    baseline_measure(traffic, COLOUR_BLUE, 30000, &baseline);
    assert_true(baseline.known);
    assert_int_equal(baseline.window_ms, 30000);
    assert_int_equal(baseline.requests, 12000);
    assert_int_equal(baseline.app_5xx, 120);
    assert_float_equal(baseline_rate(&baseline), 400, 0.001);
    assert_float_equal(baseline_errors_percent(&baseline), 1, 0.001);
    says(&baseline, "blue before the switch: 400 req/s, 0.00 % failed, 1.00 % app 5xx, "
                    "12 ms (average of the last 1,024), over 30 s");
}

static void test_too_few_requests_are_none(void **state)
{
    struct traffic *traffic = *state;
    struct baseline baseline;

    baseline_measure(traffic, COLOUR_BLUE, 60000, &baseline);
    assert_false(baseline.known);
    says(&baseline, "no baseline: HAProxy's counters told nothing of blue before the "
                    "switch");
    take(traffic, 1000, 1, 0);
    take(traffic, 11000, 1, BASELINE_REQUESTS_LEAST - 1);
    baseline_measure(traffic, COLOUR_BLUE, 60000, &baseline);
    assert_false(baseline.known);
    says(&baseline, "no baseline: 99 requests to blue in 10 s before the switch, and "
                    "fewer than 100 say nothing");
    take(traffic, 12000, 1, BASELINE_REQUESTS_LEAST);
    baseline_measure(traffic, COLOUR_BLUE, 60000, &baseline);
    assert_true(baseline.known);
}

/* Only what the newest worker counted is measured. */
static void test_two_workers(void **state)
{
    struct traffic *traffic = *state;
    struct baseline baseline;

    take(traffic, 1000, 1, 0);
    take(traffic, 2000, 1, 5000);
    take(traffic, 3000, 2, 0);
    take(traffic, 4000, 2, 300);
    baseline_measure(traffic, COLOUR_BLUE, 60000, &baseline);
    assert_int_equal(baseline.requests, 300);
    assert_int_equal(baseline.window_ms, 1000);
}

static void test_journal(void **state)
{
    (void)state;
    const struct baseline written = {.known = true,
                                     .measured = true,
                                     .colour = COLOUR_GREEN,
                                     .window_ms = 60000,
                                     .requests = 24720,
                                     .failed = 5,
                                     .app_5xx = 25,
                                     .response_ms = 12};
    struct baseline read;
    char line[200];
    struct str out = str_on(line, sizeof line);

    baseline_write(&written, &out);
    assert_string_equal(line, "colour=green window_ms=60000 requests=24720 failed=5 "
                              "app_5xx=25 response_ms=12");
    memset(&read, 0, sizeof read);
    assert_true(baseline_read(line, &read));
    assert_true(read.known && read.measured);
    assert_int_equal(read.colour, COLOUR_GREEN);
    assert_int_equal(read.window_ms, written.window_ms);
    assert_int_equal(read.requests, written.requests);
    assert_int_equal(read.failed, written.failed);
    assert_int_equal(read.app_5xx, written.app_5xx);
    assert_int_equal(read.response_ms, written.response_ms);
}

static void test_what_is_no_baseline(void **state)
{
    (void)state;
    /* clang-format off */
    static const char *const lines[] = {
        "",
        "colour=green",
        "colour=red window_ms=1 requests=1 failed=1 app_5xx=1 response_ms=1",
        "colour=blue window_ms=1 requests=-1 failed=1 app_5xx=1 response_ms=1",
        "colour=blue window_ms=1 requests=1e9 failed=1 app_5xx=1 response_ms=1",
        "colour=blue window_ms=1 requests=1 failed=1 app_5xx=1 response_ms=",
        "colour=blue window_ms=1 requests=1000000000000001 failed=1 app_5xx=1 response_ms=1",
    };
    /* clang-format on */

    for (size_t i = 0; i < LENGTH_OF(lines); i++) {
        struct baseline baseline = {.window_ms = 7};
        if (baseline_read(lines[i], &baseline))
            fail_msg("line %zu was read", i);
        assert_int_equal(baseline.window_ms, 7);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_measured),
        TEST(test_too_few_requests_are_none),
        TEST(test_two_workers),
        TEST(test_journal),
        TEST(test_what_is_no_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
