#include "core/audit.h"

#include "lib/test.h"

static void test_line(void **state)
{
    (void)state;
    struct audit_entry entry;
    char way[64];

    assert_true(audit_read("2026-11-23T18:26:22Z uptime_ms=8123 who=ann%20lee@desk "
                           "run=20261123T182622Z-7f3a verb=switch from=0 to=100 new=1 "
                           "outcome=ok",
                           &entry));
    assert_string_equal(entry.time, "2026-11-23T18:26:22Z");
    assert_string_equal(entry.who, "ann lee@desk");
    assert_string_equal(entry.run, "20261123T182622Z-7f3a");
    assert_string_equal(entry.verb, "switch");
    assert_string_equal(entry.outcome, "ok");
    audit_way(&entry, way, sizeof way);
    assert_string_equal(way, "blue → green");
}

static void test_what_is_not_told_is_empty(void **state)
{
    (void)state;
    struct audit_entry entry;
    char way[64];

    assert_true(audit_read("2026-11-23T18:26:22Z who=%1B[31mred run=- verb=takeover "
                           "from=- to=- outcome=ok",
                           &entry));
    assert_string_equal(entry.who, "red"); /* no host draws on a terminal */
    assert_string_equal(entry.run, "");
    audit_way(&entry, way, sizeof way);
    assert_string_equal(way, "");
    assert_true(
        audit_read("2026-11-23T18:26:22Z verb=switch from=0 to=25 outcome=ok", &entry));
    audit_way(&entry, way, sizeof way);
    assert_string_equal(way, "blue → 25 % green");
}

static void test_the_page_is_no_share(void **state)
{
    (void)state;
    struct audit_entry entry;
    char way[64];

    assert_true(audit_read(
        "2026-11-23T18:26:22Z verb=maintenance from=0 to=1 outcome=ok", &entry));
    audit_way(&entry, way, sizeof way);
    assert_string_equal(way, "page up");
    assert_true(audit_read(
        "2026-11-23T18:26:22Z verb=maintenance from=1 to=0 outcome=ok", &entry));
    audit_way(&entry, way, sizeof way);
    assert_string_equal(way, "page down");
}

static void test_other_lines(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "verb=switch outcome=ok",
        "2026-11-23T18:26:22Z",
        "2026-11-23T18:26:22Z verb=switch",
        "2026-11-23 18:26:22Z verb=switch outcome=ok",
    };
    struct audit_entry entry;

    for (size_t i = 0; i < LENGTH_OF(lines); i++)
        assert_false(audit_read(lines[i], &entry));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_what_is_not_told_is_empty),
        cmocka_unit_test(test_the_page_is_no_share),
        cmocka_unit_test(test_other_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
