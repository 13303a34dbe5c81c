/* What bgc-lb tells of its load balancer, line by line. */

#include "net/balancer_status.h"

#include "lib/test.h"

#include <string.h>

static void test_all(void **state)
{
    /* clang-format off */
    static const char *const lines[][2] = {
        {"version",         "0.1.0"},
        {"sha256",          "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
        {"epoch",           "7"},
        {"seq",             "3"},
        {"intent",          "none"},
        {"disk_share",      "0"},
        {"runtime_share",   "100"},
        {"entries",         "1"},
        {"haproxy_version", "2.6.12-1+deb12u3"},
        {"old_workers",     "2"},
        {"later",           "unknown keys are left"},
    };
    /* clang-format on */
    struct balancer_status status;
    (void)state;
    balancer_status_init(&status);
    for (size_t i = 0; i < LENGTH_OF(lines); i++)
        balancer_status_take(&status, lines[i][0], lines[i][1]);

    struct event event = balancer_status_event(&status);
    assert_int_equal(event.type, EV_BALANCER_STATUS);
    assert_string_equal(event.status.helper_sha256, lines[1][1]);
    assert_string_equal(event.status.haproxy_version, "2.6.12-1+deb12u3");
    assert_string_equal(event.status.trouble, "");
    assert_int_equal(event.status.epoch, 7);
    assert_int_equal(event.status.seq, 3);
    assert_int_equal(event.status.disk_share, 0);
    assert_int_equal(event.status.runtime_share, 100);
    assert_int_equal(event.status.entries, 1);
    assert_int_equal(event.status.old_workers, 2);
    assert_false(event.status.intent_open);
}

static void test_nothing_told(void **state)
{
    struct balancer_status status;
    (void)state;
    balancer_status_init(&status);
    struct event event = balancer_status_event(&status);
    assert_int_equal(event.status.disk_share, SHARE_UNKNOWN);
    assert_int_equal(event.status.runtime_share, SHARE_UNKNOWN);
    assert_int_equal(event.status.epoch, 0);
}

static void test_troubles(void **state)
{
    struct balancer_status status;
    char many[500];
    (void)state;
    balancer_status_init(&status);
    balancer_status_take(&status, "trouble", "no \x1b]0;title\x07socket");
    balancer_status_take(&status, "trouble", "no map");
    assert_string_equal(status.trouble, "no socket; no map");
    memset(many, 'x', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    balancer_status_take(&status, "trouble", many);
    assert_true(strlen(status.trouble) < sizeof status.trouble);

    balancer_status_take(&status, "disk_share", "101");
    balancer_status_take(&status, "runtime_share", "green");
    balancer_status_take(&status, "intent", "open");
    assert_int_equal(status.disk_share, SHARE_UNKNOWN);
    assert_int_equal(status.runtime_share, SHARE_UNKNOWN);
    assert_true(status.intent_open);
}

static void test_configuration(void **state)
{
    struct balancer_status status;
    (void)state;
    balancer_status_init(&status);
    balancer_status_take(&status, "config", "edited");
    balancer_status_take(&status, "config_note", "3 lines \x1b[31mdiffer");
    struct event event = balancer_status_event(&status);
    assert_true(event.status.config_edited);
    assert_string_equal(event.status.config_note, "3 lines differ");
    balancer_status_take(&status, "config", "unknown"); /* is not known to be edited */
    assert_false(balancer_status_event(&status).status.config_edited);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_nothing_told),
        cmocka_unit_test(test_troubles),
        cmocka_unit_test(test_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
