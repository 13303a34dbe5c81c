#include "core/health.h"

#include "lib/test.h"

#include <stdio.h>
#include <string.h>

/* A verdict after each of a row of results: '+' good, '-' bad; 'o' ok, 's' sick, '?'
 * unknown. */
static void test_verdict(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        int rise;  int fall;  const char *results;  const char *verdicts;
    } cases[] = {
        {1,        1,         "+-+",                "oso"     },
        {2,        3,         "++",                 "?o"      },
        {2,        3,         "+-+-+-",             "??????"  },
        {2,        3,         "++--+--",            "?oooooo" },
        {2,        3,         "++---",              "?ooos"   },
        {2,        3,         "---+++",             "??ssoo"  },
        {3,        1,         "+++-++-+++",         "??osssssso"},
        {0,        0,         "+-",                 "os"      },
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct health health = {.state = HEALTH_UNKNOWN};
        for (size_t n = 0; n < strlen(cases[i].results); n++) {
            struct probe_result result = {
                .reason = cases[i].results[n] == '+' ? PROBE_OK : PROBE_TIMEOUT};
            enum health_state before = health.state;
            bool changed = health_take(&health, &result, 1000 + (int64_t)n,
                                       cases[i].rise, cases[i].fall);
            assert_int_equal("?os"[health.state], cases[i].verdicts[n]);
            assert_int_equal(changed, health.state != before);
            assert_int_equal(health.checked_ms, 1000 + (int64_t)n);
            if (changed)
                assert_int_equal(health.since_ms, 1000 + (int64_t)n);
        }
    }
}

static void test_history(void **state)
{
    (void)state;
    struct health health = {.state = HEALTH_UNKNOWN};
    struct probe_result good = {.reason = PROBE_OK};
    struct probe_result bad = {.reason = PROBE_STATUS, .status = 500};

    health_take(&health, &bad, 1, 2, 3);
    health_take(&health, &good, 2, 2, 3);
    health_take(&health, &bad, 3, 2, 3);
    assert_int_equal(health.history, 5); /* the newest is bit 0: bad good bad */
    assert_int_equal(health.history_count, 3);
    assert_int_equal(health.last.status, 500);
    for (int i = 0; i < 2 * HEALTH_HISTORY; i++)
        health_take(&health, &good, 4, 2, 3);
    assert_int_equal(health.history, 0);
    assert_int_equal(health.history_count, HEALTH_HISTORY);

    health_reset(&health);
    assert_int_equal(health.state, HEALTH_UNKNOWN);
    assert_int_equal(health.checked_ms, 0);
    health_take(&health, &good, 5, 2, 3);
    assert_int_equal(health.state, HEALTH_UNKNOWN); /* the streak was forgotten too */
}

static void test_sentence(void **state)
{
    (void)state;
    static const char request[] = "HEAD http://10.0.0.21:8080/health";
    /* clang-format off */
    static const struct {
        struct probe_result result;
        const char *words;
    } cases[] = {
        {{.reason = PROBE_OK, .status = 200, .elapsed_ms = 12},
         "200 in 12 ms"},
        {{.reason = PROBE_STATUS, .status = 500, .detail = "database schema is 41"},
         "500 (expected 200): database schema is 41"},
        {{.reason = PROBE_TIMEOUT, .elapsed_ms = 2000},
         "no whole answer in time, 2000 ms"},
        {{.reason = PROBE_RELEASE, .status = 200, .release = "77ab01c"},
         "another release than expected: 77ab01c"},
        {{.reason = PROBE_RELEASE, .status = 200},
         "another release than expected: none named"},
        {{.reason = PROBE_REFUSED, .detail = "Connection refused"},
         "nothing listens on the port: Connection refused"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char sentence[300], expected[300];
        health_sentence(&cases[i].result, request, 200, sentence, sizeof sentence);
        snprintf(expected, sizeof expected, "%s: %s", request, cases[i].words);
        assert_string_equal(sentence, expected);
    }
}

static void test_names(void **state)
{
    (void)state;
    for (enum probe_reason reason = 0; reason < PROBE_REASON_COUNT; reason++) {
        assert_true(strlen(probe_reason_name(reason)) > 0);
        assert_true(strlen(probe_reason_help(reason)) > 0);
    }
    assert_string_equal(probe_reason_name(PROBE_STATUS), "status");
    assert_string_equal(health_state_name(HEALTH_SICK), "sick");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_sentence),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
