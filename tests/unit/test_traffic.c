#include "core/traffic.h"

#include "lib/counted.h"
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

static int setup(void **state)
{
    *state = malloc(sizeof(struct traffic));
    assert_non_null(*state);
    memset(*state, 0xa5, sizeof(struct traffic));
    traffic_init(*state);
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

/* A sample at which green's backend has counted `requests`. */
static struct balancer_sample sample_of(int64_t at_ms, int64_t pid, int64_t requests)
{
    return (struct balancer_sample){
        .at_ms = at_ms,
        .pid = pid,
        .runtime_share = 100,
        .backend[COLOUR_GREEN].requests = requests,
    };
}

static void take(struct traffic *traffic, int64_t at_ms, int64_t pid, int64_t requests)
{
    struct balancer_sample sample = sample_of(at_ms, pid, requests);
    traffic_take(traffic, &sample);
}

static void test_ring(void **state)
{
    struct traffic *traffic = *state;

    assert_null(traffic_last(traffic));
    for (int i = 0; i < TRAFFIC_HISTORY + 5; i++)
        take(traffic, 1000 + i, 1, i);
    assert_int_equal(traffic_last(traffic)->at_ms, 1000 + TRAFFIC_HISTORY + 4);
    assert_int_equal(traffic_point_back(traffic, 1)->at_ms, 1000 + TRAFFIC_HISTORY + 3);
    assert_int_equal(traffic_point_back(traffic, TRAFFIC_HISTORY - 1)->at_ms, 1005);
    assert_null(traffic_point_back(traffic, TRAFFIC_HISTORY));
    assert_null(traffic_point_back(traffic, -1));
}

static void test_sample(void **state)
{
    struct traffic *traffic = *state;
    const struct server_row servers[] = {
        {.colour = COLOUR_BLUE, .counters.status[5] = 2},
        {.colour = COLOUR_GREEN, .counters.status[5] = 3},
        {.colour = COLOUR_GREEN, .counters.status[5] = 4},
    };
    struct balancer_sample sample = sample_of(7, 4711, 10);
    sample.servers = servers;
    sample.server_count = LENGTH_OF(servers);
    sample.frontend.requests = 12;

    traffic_take(traffic, &sample);
    const struct traffic_point *point = traffic_last(traffic);
    assert_int_equal(point->pid, 4711);
    assert_int_equal(point->share, 100);
    assert_int_equal(point->frontend.requests, 12);
    assert_int_equal(point->backend[COLOUR_GREEN].requests, 10);
    assert_int_equal(point->server_5xx[COLOUR_BLUE], 2);
    assert_int_equal(point->server_5xx[COLOUR_GREEN], 7);

    sample.stopping = true;
    sample.at_ms = 8;
    traffic_take(traffic, &sample);
    assert_int_equal(traffic_last(traffic)->at_ms, 7);
}

static void test_rates(void **state)
{
    struct traffic *traffic = *state;
    struct rates rates = traffic_rates(traffic, COLOUR_GREEN, 10000);

    assert_false(rates.known);
    take(traffic, 1000, 1, 0);
    assert_false(traffic_rates(traffic, COLOUR_GREEN, 10000).known);
    take(traffic, 2000, 1, 500);
    take(traffic, 3000, 1, 700);

    rates = traffic_rates(traffic, COLOUR_GREEN, 10000);
    assert_true(rates.known);
    assert_int_equal(rates.window_ms, 2000);
    assert_float_equal(rates.requests_per_s, 350, 0.01);
    rates = traffic_rates(traffic, COLOUR_GREEN, 1000);
    assert_int_equal(rates.window_ms, 1000);
    assert_float_equal(rates.requests_per_s, 200, 0.01);
    assert_float_equal(traffic_rates(traffic, COLOUR_BLUE, 1000).requests_per_s, 0,
                       0.01);

    /* Samples further apart than the window still give a rate, with their own. */
    take(traffic, 8000, 1, 1700);
    rates = traffic_rates(traffic, COLOUR_GREEN, 1000);
    assert_int_equal(rates.window_ms, 5000);
    assert_float_equal(rates.requests_per_s, 200, 0.01);
}

/* Neither a new worker's zero nor cleared counters may look like traffic. */
static void test_rates_never_reach_across(void **state)
{
    struct traffic *traffic = *state;

    take(traffic, 1000, 1, 5000);
    take(traffic, 2000, 1, 6000);
    take(traffic, 3000, 2, 10);
    assert_false(traffic_rates(traffic, COLOUR_GREEN, 10000).known);
    take(traffic, 4000, 2, 30);
    struct rates rates = traffic_rates(traffic, COLOUR_GREEN, 10000);
    assert_true(rates.known);
    assert_int_equal(rates.window_ms, 1000);
    assert_float_equal(rates.requests_per_s, 20, 0.01);
    take(traffic, 5000, 2, 5);
    assert_false(traffic_rates(traffic, COLOUR_GREEN, 10000).known);
}

/* No counter that only grows may be found smaller. */
static void test_compare(void **state)
{
    (void)state;
    /* clang-format off */
    static const size_t growing[] = {
        offsetof(struct counters, requests), offsetof(struct counters, status[0]),
        offsetof(struct counters, status[5]), offsetof(struct counters, econ),
        offsetof(struct counters, eresp), offsetof(struct counters, wretr),
        offsetof(struct counters, wredis), offsetof(struct counters, cli_abrt),
        offsetof(struct counters, srv_abrt),
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(growing); i++) {
        struct traffic_point before = {.pid = 1}, after = {.pid = 1};
        *(int64_t *)((char *)&before.backend[COLOUR_BLUE] + growing[i]) = 1;
        if (traffic_points_compare(&before, &after))
            fail_msg("counter %zu", i);
        *(int64_t *)((char *)&after.backend[COLOUR_BLUE] + growing[i]) = 1;
        assert_true(traffic_points_compare(&before, &after));
    }
    struct traffic_point before = {.pid = 1, .server_5xx[COLOUR_GREEN] = 1};
    struct traffic_point after = {.pid = 1};
    assert_false(traffic_points_compare(&before, &after));
    after = before;
    after.pid = 2;
    assert_false(traffic_points_compare(&before, &after));
}

/* What HAProxy 2.6.12 counted for one request of each kind: the differences in the
 * backend's row and in the sum of its servers' hrsp_5xx. */
static void test_outcome(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *what;         int be_5xx, srv_5xx, econ, eresp, srv_abrt;  int failed, app_5xx;
    } cases[] = {
        {"200",                   0, 0, 0, 0, 0,                               0, 0},
        {"the app's 500",         1, 1, 0, 0, 0,                               0, 1},
        {"refused: 503",          1, 0, 1, 0, 0,                               1, 0},
        {"no server: 503",        1, 0, 1, 0, 0,                               1, 0},
        {"no answer: 504",        1, 0, 0, 1, 0,                               1, 0},
        {"not HTTP: 502",         1, 0, 0, 1, 0,                               1, 0},
        {"502 after 2 retries",   1, 0, 0, 3, 0,                               1, 0},
        {"cut short",             0, 0, 0, 1, 1,                               1, 0},
        {"stalled",               0, 0, 0, 0, 1,                               1, 0},
        {"a rule's 503",          1, 0, 0, 0, 0,                               0, 0},
        {"500 at its headers",    0, 1, 0, 0, 0,                               0, 1},
        {"that 500 at its end",   1, 0, 0, 0, 0,                               0, 0},
        {"200 after a retry",     0, 0, 0, 1, 0,                               0, 0},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct traffic_point begin = {
            .backend[COLOUR_GREEN] = {.requests = 40, .econ = 7, .status[5] = 9},
            .server_5xx[COLOUR_GREEN] = 4,
        };
        struct traffic_point end = begin;
        end.backend[COLOUR_GREEN].requests += 1;
        end.backend[COLOUR_GREEN].status[5] += cases[i].be_5xx;
        end.backend[COLOUR_GREEN].econ += cases[i].econ;
        end.backend[COLOUR_GREEN].eresp += cases[i].eresp;
        end.backend[COLOUR_GREEN].srv_abrt += cases[i].srv_abrt;
        end.server_5xx[COLOUR_GREEN] += cases[i].srv_5xx;

        struct outcome outcome = traffic_outcome(&begin, &end, COLOUR_GREEN);
        if (outcome.failed != cases[i].failed || outcome.app_5xx != cases[i].app_5xx)
            fail_msg("%s: failed %d, app 5xx %d", cases[i].what, (int)outcome.failed,
                     (int)outcome.app_5xx);
        assert_int_equal(outcome.requests, 1);
        outcome = traffic_outcome(&begin, &end, COLOUR_BLUE);
        assert_int_equal(outcome.requests + outcome.failed + outcome.app_5xx, 0);
    }
}

static void test_errors_percent(void **state)
{
    struct traffic *traffic = *state;
    struct server_row server = {.colour = COLOUR_GREEN};
    struct balancer_sample sample = sample_of(1000, 1, 100);
    sample.servers = &server;
    sample.server_count = 1;

    traffic_take(traffic, &sample);
    sample.at_ms = 2000;
    sample.backend[COLOUR_GREEN].requests = 300;
    sample.backend[COLOUR_GREEN].status[5] = 5; /* 3 of the app, 2 of HAProxy */
    sample.backend[COLOUR_GREEN].eresp = 2;
    sample.backend[COLOUR_GREEN].rtime_ms = 12;
    server.counters.status[5] = 3;
    traffic_take(traffic, &sample);

    struct rates rates = traffic_rates(traffic, COLOUR_GREEN, 10000);
    assert_float_equal(rates.errors_percent, 2.5, 0.01);
    assert_float_equal(rates.http_5xx_per_s, 5, 0.01);
    assert_int_equal(rates.response_ms, 12);

    sample.at_ms = 3000; /* no request, no percent */
    traffic_take(traffic, &sample);
    rates = traffic_rates(traffic, COLOUR_GREEN, 1000);
    assert_true(rates.known);
    assert_float_equal(rates.errors_percent, 0, 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ring, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sample, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rates, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rates_never_reach_across, setup, teardown),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_outcome),
        cmocka_unit_test_setup_teardown(test_errors_percent, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
