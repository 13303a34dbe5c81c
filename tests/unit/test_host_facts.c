/* What bgc-host tells, line by line. */

#include "net/host_facts.h"

#include "lib/test.h"

#include <string.h>

struct line {
    const char *key, *value;
};

static struct host_facts facts_of(const struct line *lines, size_t count)
{
    struct host_facts facts;
    host_facts_begin(&facts, 77);
    for (size_t i = 0; i < count; i++)
        host_facts_take(&facts, lines[i].key, lines[i].value);
    return facts;
}

static void test_all(void **state)
{
    /* clang-format off */
    static const struct line lines[] = {
        {"version",        "0.1.0"},
        {"sha256",         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
        {"load1",          "0.25"},
        {"cpus",           "2"},
        {"disk_free_mb",   "20480"},
        {"memory_free_mb", "512"},
        {"current",        "20261123T120000Z-8f3c2a1"},
        {"revision",       "8f3c2a1000000000000000000000000000000000"},
        {"release",        "20261123T140000Z-4e2b9d0 4e2b9d0000000000000000000000000000000000 partial"},
        {"release",        "20261123T120000Z-8f3c2a1 8f3c2a1000000000000000000000000000000000 ok"},
        {"release",        "20261122T120000Z-77ab01c 77ab01c000000000000000000000000000000000 ok 20481"},
        {"release",        "20261121T120000Z-1111111 - ok -"},
        {"trouble",        "current is a directory"},
        {"job",            "20261123T140000Z-x build 0"},
        {"later",          "unknown keys are left"},
    };
    /* clang-format on */
    struct host_facts facts = facts_of(lines, LENGTH_OF(lines));
    (void)state;
    assert_int_equal(facts.at_ms, 77);
    assert_string_equal(facts.helper_sha256, lines[1].value);
    assert_true(facts.load1 > 0.24 && facts.load1 < 0.26);
    assert_int_equal(facts.cpus, 2);
    assert_int_equal(facts.disk_free_mb, 20480);
    assert_int_equal(facts.memory_free_mb, 512);
    assert_string_equal(facts.current, "20261123T120000Z-8f3c2a1");
    assert_string_equal(facts.revision, "8f3c2a1000000000000000000000000000000000");
    assert_string_equal(facts.previous, "20261122T120000Z-77ab01c");
    assert_int_equal(facts.release_count, 4);
    assert_string_equal(facts.releases[0].name, "20261123T140000Z-4e2b9d0");
    assert_false(facts.releases[0].whole);
    assert_int_equal(facts.releases[0].size_mb, -1);
    assert_true(facts.releases[2].whole);
    assert_int_equal(facts.releases[2].size_mb, 21);
    assert_int_equal(facts.releases[3].size_mb, -1);
    assert_string_equal(facts.trouble, "current is a directory");
    assert_string_equal(facts.job, "20261123T140000Z-x build");
    assert_false(facts.job_running);
    assert_int_equal(facts.job_rc, 0);
}

static void test_jobs(void **state)
{
    static const struct line running[] = {{"job", "r build running"}};
    static const struct line failed[] = {{"job", "r build 124"}};
    static const struct line lost[] = {{"job", "r build unknown"}};
    static const struct line none[] = {{"job", "nonsense"}};
    (void)state;
    assert_true(facts_of(running, 1).job_running);
    assert_int_equal(facts_of(failed, 1).job_rc, 124);
    assert_int_equal(facts_of(lost, 1).job_rc, -1);
    assert_false(facts_of(lost, 1).job_running);
    struct host_facts facts = facts_of(none, 1);
    assert_string_equal(facts.job, "");
}

/* More than a screen has room for: they are counted. */
static void test_many_releases(void **state)
{
    struct host_facts facts;

    (void)state;
    host_facts_begin(&facts, 1);
    for (int i = 0; i < HOST_RELEASES_SHOWN + 3; i++)
        host_facts_take(&facts, "release", "20261123T140000Z-4e2b9d0 - partial -");
    host_facts_take(&facts, "release", "20261122T140000Z-77ab01c - ok 10");
    assert_int_equal(facts.release_count, HOST_RELEASES_SHOWN + 4);
    assert_string_equal(facts.previous, "20261122T140000Z-77ab01c");
}

/* No host can draw on the operator's terminal or write beyond a field. */
static void test_foreign_text(void **state)
{
    static const struct line lines[] = {
        {"current", "\x1b[31mred\x1b[0m"},
        {"revision", "0123456789012345678901234567890123456789 and much more"},
        {"release", "nothing-but-a-name"},
        {"cpus", "-3"},
        {"disk_free_mb", "much"},
    };
    struct host_facts facts = facts_of(lines, LENGTH_OF(lines));
    (void)state;
    assert_string_equal(facts.current, "red");
    assert_true(strlen(facts.revision) < sizeof facts.revision);
    assert_int_equal(facts.release_count, 1);
    assert_string_equal(facts.previous, "");
    assert_int_equal(facts.cpus, 0);
    assert_int_equal(facts.disk_free_mb, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_many_releases),
        cmocka_unit_test(test_foreign_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
