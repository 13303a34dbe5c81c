#include "core/guard.h"

#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

static struct host *green(struct good_model *good)
{
    return &good->model.fleet.hosts[GOOD_GREEN_2];
}

/* clang-format off */

static void nothing(struct good_model *good) { (void)good; }
static void green_is_live(struct good_model *good)
{
    good->model.balancers[0].runtime_share = good->model.balancers[0].disk_share = SHARE_GREEN;
}
static void down(struct good_model *good)
{
    green(good)->server.op_state = 0;
    str_copy(green(good)->server.status, sizeof green(good)->server.status, "DOWN");
}
static void sick(struct good_model *good)
{
    green(good)->health.state = HEALTH_SICK;
    green(good)->health.last.reason = PROBE_REFUSED;
}
static void unknown(struct good_model *good) { health_reset(&green(good)->health); }
static void mixed(struct good_model *good) { green(good)->facts.revision[0] = 'f'; }
static void no_release(struct good_model *good)
{
    good->model.fleet.hosts[GOOD_GREEN_1].facts.revision[0] = '\0';
    green(good)->facts.revision[0] = '\0';
}
static void split(struct good_model *good) { good->model.balancers[0].runtime_share = 50; }
static void no_hosts(struct good_model *good)
{
    good->model.fleet.hosts[GOOD_GREEN_1].gone = true;
    green(good)->gone = true;
}
static void deploying(struct good_model *good) { good->model.run.state = RUN_DEPLOYING; }
static void planning(struct good_model *good) { good->model.run.state = RUN_PLAN_GATE; }
static void going_back(struct good_model *good)
{
    good->model.run.kind = RUN_ROLLBACK;
    good->model.run.state = RUN_VERIFYING;
}
static void watching(struct good_model *good)
{
    green_is_live(good);
    good->model.run.state = RUN_WATCHING;
}

static const struct {
    void (*spoil)(struct good_model *good);  int up;  int total;  const char *release;  const char *reason; /* empty: ready */
} cases[] = {
    {nothing,                                2,       2,          "4e2b9d0",            ""},
    {green_is_live,                          2,       2,          "8f3c2a1",            ""},
    {down,                                   1,       2,          "4e2b9d0",            "web-green-2: in HAProxy it is DOWN"},
    {sick,                                   2,       2,          "4e2b9d0",            "web-green-2: nothing listens on the port"},
    {unknown,                                2,       2,          "4e2b9d0",            "web-green-2: not probed enough yet"},
    {mixed,                                  2,       2,          "4e2b9d0",            "not every host of green told the same release"},
    {no_release,                             2,       2,          "",                   "green has told no release"},
    {split,                                  0,       0,          "",                   "blue and green both get traffic (share 50)"},
    {no_hosts,                               0,       0,          "",                   "no Droplet carries the tag env:green: there is no green"},
    {deploying,                              2,       2,          "4e2b9d0",            "run 42 is changing green"},
    {planning,                               2,       2,          "4e2b9d0",            ""},
    {going_back,                             2,       2,          "4e2b9d0",            ""},
    {watching,                               2,       2,          "8f3c2a1",            ""},
};
/* clang-format on */

static void test_readiness(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct good_model *good = good_model_new();
        struct readiness readiness;

        good->model.run.state = RUN_NONE;
        cases[i].spoil(good);
        rollback_readiness(&good->model, &readiness);
        const char *reason = readiness.why.count > 0 ? readiness.why.lines[0] : "";
        if (strcmp(reason, cases[i].reason) != 0)
            fail_msg("case %zu: \"%s\"", i, reason);
        assert_true(readiness.why.count <= 1);
        assert_int_equal(readiness.ready, cases[i].reason[0] == '\0');
        assert_int_equal(readiness.up, cases[i].up);
        assert_int_equal(readiness.total, cases[i].total);
        assert_string_equal(readiness.release, cases[i].release);
        free(good);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readiness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
