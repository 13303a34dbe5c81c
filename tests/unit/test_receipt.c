#include "core/receipt.h"

#include "lib/test.h"

/* A minute of traffic: 1,204 requests to blue, 3,612 to green, one of them ours. */
static struct traffic_point begin_point(void)
{
    return (struct traffic_point){
        .at_ms = 10000,
        .pid = 4711,
        .backend[COLOUR_BLUE] = {.requests = 5000, .econ = 1, .status[5] = 1},
        .backend[COLOUR_GREEN] = {.requests = 7},
    };
}

static struct traffic_point end_point(void)
{
    struct traffic_point point = begin_point();

    point.at_ms += 31000;
    point.backend[COLOUR_BLUE].requests += 1204;
    point.backend[COLOUR_BLUE].sessions = 3;
    point.backend[COLOUR_GREEN].requests += 3612;
    point.backend[COLOUR_GREEN].status[4] += 6;
    point.backend[COLOUR_GREEN].wretr += 2;
    point.backend[COLOUR_GREEN].wredis += 5;
    point.backend[COLOUR_GREEN].cli_abrt += 4;
    return point;
}

static struct receipt receipt_at(const struct traffic_point *end, int64_t own_requests)
{
    struct traffic_point begin = begin_point();
    struct receipt receipt;

    receipt_open(&receipt, &begin, COLOUR_BLUE, COLOUR_GREEN);
    receipt.switch_us = 120;
    const int64_t own[COLOUR_COUNT] = {[COLOUR_GREEN] = own_requests};
    receipt_update(&receipt, &begin, end, own);
    return receipt;
}

static void assert_sentence(const struct receipt *receipt, const char *expected)
{
    char sentence[300];

    receipt_sentence(receipt, sentence, sizeof sentence);
    assert_string_equal(sentence, expected);
}

static void test_open(void **state)
{
    (void)state;
    struct traffic_point begin = begin_point();
    struct receipt receipt = receipt_at(&begin, 0);

    assert_int_equal(receipt.verdict, RECEIPT_OPEN);
    assert_sentence(&receipt, "open: no sample since the switch");
}

static void test_clean(void **state)
{
    (void)state;
    struct traffic_point end = end_point();
    struct receipt receipt = receipt_at(&end, 1);

    assert_int_equal(receipt.verdict, RECEIPT_CLEAN);
    assert_int_equal(receipt.requests[COLOUR_GREEN], 3611);
    assert_int_equal(receipt.own_requests, 1);
    assert_int_equal(receipt.client_4xx[COLOUR_GREEN], 6);
    assert_int_equal(receipt.retries, 2);
    assert_int_equal(receipt.redispatches, 5);
    assert_int_equal(receipt.client_aborts, 4);
    assert_int_equal(receipt.old_sessions, 3);
    assert_int_equal(receipt.switch_us, 120);
    assert_string_equal(receipt.reason, "");
    assert_sentence(&receipt, "clean: 1,204 requests blue, 3,611 green, failed 0, app "
                              "5xx 0, worker 4711, 00:31 window");
}

static void test_failed(void **state)
{
    (void)state;
    struct traffic_point end = end_point();
    end.backend[COLOUR_BLUE].econ += 2;
    end.backend[COLOUR_BLUE].status[5] += 2;
    end.backend[COLOUR_GREEN].srv_abrt += 1;
    struct receipt receipt = receipt_at(&end, 1);

    assert_int_equal(receipt.verdict, RECEIPT_FAILED);
    assert_int_equal(receipt.failed, 3);
    assert_int_equal(receipt.server_aborts, 1);
    assert_string_equal(receipt.reason, "3 requests were not served");
}

/* The app's 5xx are not the switch's fault, but a guard weighs them. */
static void test_app_errors_stand_apart(void **state)
{
    (void)state;
    struct traffic_point end = end_point();
    end.backend[COLOUR_GREEN].status[5] += 361;
    end.server_5xx[COLOUR_GREEN] += 361;
    struct receipt receipt = receipt_at(&end, 2);

    assert_int_equal(receipt.verdict, RECEIPT_CLEAN);
    assert_int_equal(receipt.failed, 0);
    assert_int_equal(receipt.app_5xx[COLOUR_GREEN], 361);
    assert_float_equal(receipt_errors_percent(&receipt), 10, 0.01);
    assert_sentence(&receipt, "clean: 1,204 requests blue, 3,610 green, failed 0, app "
                              "5xx 361, worker 4711, 00:31 window");
}

static void test_unproven(void **state)
{
    (void)state;
    struct traffic_point end = end_point();
    struct receipt receipt;

    end.pid = 5000;
    receipt = receipt_at(&end, 0);
    assert_int_equal(receipt.verdict, RECEIPT_UNPROVEN);
    assert_sentence(&receipt,
                    "unproven, HAProxy's worker changed from 4711 to 5000: its "
                    "counters began anew: 0 requests blue, 0 green, failed 0, app 5xx "
                    "0, worker 4711, 00:31 window");

    end = end_point();
    end.backend[COLOUR_BLUE].econ = 0;
    receipt = receipt_at(&end, 0);
    assert_int_equal(receipt.verdict, RECEIPT_UNPROVEN);
    assert_string_equal(receipt.reason,
                        "HAProxy's counters were set to zero in between");

    /* Our own request alone proves nothing. */
    end = end_point();
    end.backend[COLOUR_GREEN] = begin_point().backend[COLOUR_GREEN];
    end.backend[COLOUR_GREEN].requests += 1;
    receipt = receipt_at(&end, 1);
    assert_int_equal(receipt.verdict, RECEIPT_UNPROVEN);
    assert_string_equal(receipt.reason, "no request came to green");
    assert_float_equal(receipt_errors_percent(&receipt), 0, 0.01);
}

static void test_update_forgets(void **state)
{
    (void)state;
    struct traffic_point begin = begin_point(), end = end_point();
    struct receipt receipt = receipt_at(&end, 0);

    const int64_t none[COLOUR_COUNT] = {0};
    receipt_update(&receipt, &begin, &end, none);
    assert_int_equal(receipt.requests[COLOUR_BLUE], 1204);
    assert_int_equal(receipt.retries, 2);
}

static void test_grouped_numbers(void **state)
{
    (void)state;
    struct receipt receipt = {
        .verdict = RECEIPT_CLEAN,
        .pid = 9,
        .requests = {999, 12003004},
        .failed = 1000,
        .end_ms = 6000000,
    };
    assert_sentence(&receipt, "clean: 999 requests blue, 12,003,004 green, failed "
                              "1,000, app 5xx 0, worker 9, 100:00 window");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_failed),
        cmocka_unit_test(test_app_errors_stand_apart),
        cmocka_unit_test(test_unproven),
        cmocka_unit_test(test_update_forgets),
        cmocka_unit_test(test_grouped_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
