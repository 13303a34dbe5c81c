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

static void take_all(struct balancer_status *status, const char *const lines[][2],
                     size_t count)
{
    balancer_status_init(status);
    for (size_t i = 0; i < count; i++)
        balancer_status_take(status, lines[i][0], lines[i][1]);
}

static void test_lease_and_fuse(void **state)
{
    /* clang-format off */
    static const char *const lines[][2] = {
        {"lease",          "held"},
        {"lease_epoch",    "7"},
        {"lease_run",      "20261123T182622Z-7f3a"},
        {"lease_who",      "ann"},
        {"lease_where",    "ws1"},
        {"lease_stage",    "watching"},
        {"lease_since_ms", "42000"},
        {"lease_left_ms",  "58000"},
        {"fuse",           "held"},
        {"fuse_to",        "25"},
        {"fuse_left_ms",   "1500"},
        {"fuse_held",      "no server of blue_backend is UP and checked"},
        {"fuse_run",       "20261123T182622Z-7f3b"},
        {"contract",         "failed"},
        {"contract_release", "4e2b9d07c6b5a4938271605f4e3d2c1b0a998877"},
        {"contract_closed",  "8f3c2a1d5e6b7f8091a2b3c4d5e6f70812345678"},
        {"maintenance",    "on"},
    };
    /* clang-format on */
    struct balancer_status status;
    (void)state;
    take_all(&status, lines, LENGTH_OF(lines));
    struct event event = balancer_status_event(&status);
    const struct lease *lease = event.status.lease;
    assert_int_equal(lease->state, LEASE_HELD);
    assert_int_equal(lease->epoch, 7);
    assert_string_equal(lease->run, lines[2][1]);
    assert_string_equal(lease->who, "ann");
    assert_string_equal(lease->where, "ws1");
    assert_string_equal(lease->stage, "watching");
    assert_int_equal(event.status.lease_since_ms, 42000);
    assert_int_equal(event.status.lease_left_ms, 58000);

    const struct fuse *fuse = event.status.fuse;
    assert_int_equal(fuse->state, FUSE_HELD);
    assert_int_equal(fuse->to, 25);
    assert_string_equal(fuse->held, lines[11][1]);
    assert_string_equal(fuse->run, lines[12][1]);
    assert_int_equal(event.status.fuse_left_ms, 1500);
    assert_true(event.status.maintenance);
    assert_int_equal(event.status.contract->state, CONTRACT_FAILED);
    assert_string_equal(event.status.contract->release,
                        "4e2b9d07c6b5a4938271605f4e3d2c1b0a998877");
    assert_string_equal(event.status.contract->closed,
                        "8f3c2a1d5e6b7f8091a2b3c4d5e6f70812345678");
    /* The lease's epoch is not that of the newest change. */
    assert_int_equal(event.status.epoch, 0);
}

static void test_states_by_name(void **state)
{
    struct balancer_status status;
    (void)state;
    for (enum lease_state lease = 0; lease < LEASE_STATE_COUNT; lease++) {
        balancer_status_init(&status);
        balancer_status_take(&status, "lease", lease_state_name(lease));
        assert_int_equal(status.lease.state, lease);
    }
    for (enum fuse_state fuse = 0; fuse < FUSE_STATE_COUNT; fuse++) {
        balancer_status_init(&status);
        balancer_status_take(&status, "fuse", fuse_state_name(fuse));
        assert_int_equal(status.fuse.state, fuse);
    }
    balancer_status_take(&status, "lease", "lent");
    balancer_status_take(&status, "fuse", "wet");
    balancer_status_take(&status, "contract", "half"); /* a later helper's word */
    assert_int_equal(status.contract.state, CONTRACT_NONE);
    balancer_status_take(&status, "maintenance", "off");
    assert_int_equal(status.lease.state, LEASE_UNKNOWN);
    assert_int_equal(status.fuse.state, FUSE_NONE);
    assert_false(status.maintenance);
}

/* A host that lies draws nothing on the terminal, and no sum of its numbers overflows.
 */
static void test_hostile(void **state)
{
    /* clang-format off */
    static const char *const lines[][2] = {
        {"sha256",          "\x1b[2Jsha"},
        {"haproxy_version", "2.6\n\x1b[31m"},
        {"lease_run",       "r\x1b]0;title\x07un"},
        {"lease_who",       "a\x1b[1mnn\xff"},
        {"lease_where",     "w\ts"},
        {"lease_stage",     "watch\ning"},
        {"fuse_run",        "\x1b[Hrun"},
        {"fuse_held",       "a\nb"},
        {"epoch",           "9223372036854775807"},
        {"seq",             "-1"},
        {"entries",         "2147483648"},
        {"old_workers",     "1e3"},
        {"lease_epoch",     "9223372036854775807"},
        {"lease_since_ms",  "9223372036854775807"},
        {"lease_left_ms",   "18446744073709551616"},
        {"fuse_left_ms",    "9223372036854775807"},
        {"fuse_to",         "101"},
    };
    /* clang-format on */
    struct balancer_status status;
    (void)state;
    take_all(&status, lines, LENGTH_OF(lines));
    assert_string_equal(status.helper_sha256, "sha");
    assert_string_equal(status.haproxy_version, "2.6 ");
    assert_string_equal(status.lease.run, "run");
    assert_string_equal(status.lease.who, "ann\xef\xbf\xbd");
    assert_null(strpbrk(status.lease.where, "\t\n"));
    assert_string_equal(status.lease.stage, "watch ing");
    assert_string_equal(status.fuse.run, "run");
    assert_string_equal(status.fuse.held, "a b");
    assert_int_equal(status.epoch, 0);
    assert_int_equal(status.seq, 0);
    assert_int_equal(status.entries, 0);
    assert_int_equal(status.old_workers, 0);
    assert_int_equal(status.lease.epoch, 0);
    assert_int_equal(status.lease_since_ms, 0);
    assert_int_equal(status.lease_left_ms, 0);
    assert_int_equal(status.fuse_left_ms, 0);
    assert_int_equal(status.fuse.to, SHARE_UNKNOWN);
}

static void test_long_words(void **state)
{
    char many[600];
    struct balancer_status status;
    (void)state;
    memset(many, 'x', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    balancer_status_init(&status);
    balancer_status_take(&status, "lease_run", many);
    balancer_status_take(&status, "lease_who", many);
    balancer_status_take(&status, "fuse_held", many);
    assert_int_equal(strlen(status.lease.run), sizeof status.lease.run - 1);
    assert_int_equal(strlen(status.lease.who), sizeof status.lease.who - 1);
    assert_int_equal(strlen(status.fuse.held), sizeof status.fuse.held - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_nothing_told),
        cmocka_unit_test(test_troubles),
        cmocka_unit_test(test_configuration),
        cmocka_unit_test(test_lease_and_fuse),
        cmocka_unit_test(test_states_by_name),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
