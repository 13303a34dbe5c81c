#include "base/clock.h"

#include "lib/test.h"

#include <stdlib.h>
#include <time.h>

static const int64_t evening_ms = 1795458382123; /* 2026-11-23 18:26:22.123 UTC */

static void test_stamps(void **state)
{
    (void)state;
    char buffer[CLOCK_STAMP_SIZE];
    clock_stamp_utc(evening_ms, buffer);
    assert_string_equal(buffer, "20261123T182622Z");
    clock_iso_utc(evening_ms, buffer);
    assert_string_equal(buffer, "2026-11-23T18:26:22.123Z");
    clock_time_utc(evening_ms, buffer);
    assert_string_equal(buffer, "18:26:22 UTC");
    clock_iso_utc(0, buffer);
    assert_string_equal(buffer, "1970-01-01T00:00:00.000Z");
}

static void test_local_time_follows_the_zone(void **state)
{
    (void)state;
    char buffer[CLOCK_STAMP_SIZE];
    setenv("TZ", "XXX-02:30", 1);
    tzset();
    clock_time_local(evening_ms, buffer);
    assert_string_equal(buffer, "20:56:22");
    clock_stamp_utc(evening_ms, buffer);
    assert_string_equal(buffer, "20261123T182622Z");
}

static void test_now_goes_on(void **state)
{
    (void)state;
    struct moment before = clock_now();
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    struct moment after = clock_now();
    assert_true(after.mono_ms > before.mono_ms);
    assert_true(before.wall_ms > 1700000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stamps),
        cmocka_unit_test(test_local_time_follows_the_zone),
        cmocka_unit_test(test_now_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
