/* Waits that grow, have a cap, and differ from console to console. */

#include "core/backoff.h"

#include "lib/test.h"

#include <limits.h>

static void test_doubles_up_to_the_cap(void **state)
{
    (void)state;
    static const int wholes[] = {500, 1000, 2000, 4000, 5000, 5000, 5000};

    for (uint64_t seed = 0; seed < 500; seed++) {
        struct backoff backoff;
        backoff_init(&backoff, 500, 5000, seed);
        for (size_t i = 0; i < LENGTH_OF(wholes); i++)
            assert_in_range(backoff_next_ms(&backoff), wholes[i] / 2, wholes[i]);
    }
}

static void test_begins_again_after_a_success(void **state)
{
    (void)state;
    struct backoff backoff;

    backoff_init(&backoff, 100, 10000, 1);
    for (int i = 0; i < 5; i++)
        backoff_next_ms(&backoff);
    backoff_reset(&backoff);
    assert_in_range(backoff_next_ms(&backoff), 50, 100);
}

static void test_same_seed_same_waits(void **state)
{
    (void)state;
    struct backoff one, two, other;
    int differ = 0;

    backoff_init(&one, 1000, 60000, 42);
    backoff_init(&two, 1000, 60000, 42);
    backoff_init(&other, 1000, 60000, 43);
    for (int i = 0; i < 10; i++) {
        int wait_ms = backoff_next_ms(&one);
        assert_int_equal(backoff_next_ms(&two), wait_ms);
        differ += backoff_next_ms(&other) != wait_ms;
    }
    assert_in_range(differ, 5, 10);
}

static void test_extremes(void **state)
{
    (void)state;
    struct backoff backoff;

    backoff_init(&backoff, 1, 1, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(backoff_next_ms(&backoff), 1);
    backoff_init(&backoff, 5000, 1000, 0);
    assert_in_range(backoff_next_ms(&backoff), 500, 1000);
    backoff_init(&backoff, 1, INT_MAX, 0);
    for (int i = 0; i < 1000; i++)
        assert_in_range(backoff_next_ms(&backoff), 1, INT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doubles_up_to_the_cap),
        cmocka_unit_test(test_begins_again_after_a_success),
        cmocka_unit_test(test_same_seed_same_waits),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
