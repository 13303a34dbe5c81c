#include "core/guard.h"

#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

static int setup(void **state)
{
    *state = good_model_new();
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void assert_reasons(const struct why *why, const char *expected)
{
    char text[2048];
    struct str out = str_on(text, sizeof text);

    for (int i = 0; i < why->count; i++)
        str_addf(&out, "%s%s", i > 0 ? "; " : "", why->lines[i]);
    assert_string_equal(text, expected);
}

static void assert_guard(guard_fn *guard, const struct model *model,
                         const char *expected)
{
    struct why why;

    why_clear(&why);
    guard(model, &why);
    assert_reasons(&why, expected);
}

static void test_why_is_bounded(void **state)
{
    (void)state;
    struct why why;
    char name[300];

    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    why_clear(&why);
    for (int i = 0; i < WHY_LINES_MAX + 3; i++)
        why_add(&why, "%d %s", i, name);
    assert_int_equal(why.count, WHY_LINES_MAX);
    assert_int_equal(why.more, 3);
    assert_int_equal(strlen(why.lines[0]), WHY_LINE_MAX - 1);
    why_clear(&why);
    assert_int_equal(why.count + why.more, 0);
}

static void test_may_deploy(void **state)
{
    struct good_model *good = *state;
    struct model *model = &good->model;

    assert_guard(guard_may_deploy, model, "run 42 is open: finish or abort it first");
    model->run.state = RUN_ABORTED;
    assert_guard(guard_may_deploy, model, "");

    model->balancers[0].runtime_share = 25;
    assert_guard(guard_may_deploy, model, "blue and green both get traffic (share 25)");
    model->balancers[0].runtime_share = SHARE_UNKNOWN;
    assert_guard(guard_may_deploy, model,
                 "HAProxy's map has no valid share: nobody can say which colour is "
                 "live");
    model->balancers[0].runtime_share = SHARE_BLUE;
    model->journal_lost = true;
    assert_guard(guard_may_deploy, model,
                 "the journal cannot be written: nothing new is begun");
}

static void test_needs_what_is_true(void **state)
{
    struct good_model *good = *state;
    struct model *model = &good->model;

    model->run.state = RUN_NONE;
    model->balancers[0].sampled_ms = GOOD_NOW - 30001;
    assert_guard(guard_may_deploy, model,
                 "HAProxy's counters are 30 s old: no evidence");
    model->balancers[0].sampled_ms = GOOD_NOW - 30000;
    assert_guard(guard_may_deploy, model, "");

    model->balancers[0].sampled = false;
    assert_guard(guard_may_deploy, model,
                 "HAProxy does not tell what is true: no counters have come yet");
    str_copy(model->balancers[0].trouble, BALANCER_TROUBLE_MAX, "lb-1: timeout");
    assert_guard(guard_may_roll_back, model,
                 "HAProxy does not tell what is true: lb-1: timeout");
    model->balancers[0].sampled = true;

    model->fleet.hosts[GOOD_GREEN_1].gone = true;
    model->fleet.hosts[GOOD_GREEN_2].gone = true;
    assert_guard(guard_may_deploy, model,
                 "no Droplet carries the tag env:green: there is no green");
    model->fleet.listed_ms = 0;
    assert_guard(guard_may_deploy, model, "the Droplets are not listed yet");
}

/* Which intents an operator may have in each state of the run: d deploy, r roll back, c
 * continue, a abort, f finish, R refresh. */
static void test_intents(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        enum run_state state;  const char *allowed;
    } cases[] = {
        {RUN_NONE,             "dr---R"},
        {RUN_PREFLIGHT,        "---a-R"},
        {RUN_BALANCER_GATE,    "--ca-R"},
        {RUN_PLAN_GATE,        "--ca-R"},
        {RUN_DEPLOYING,        "---a-R"},
        {RUN_FAILING,          "---a-R"},
        {RUN_CANCELLING,       "-----R"},
        {RUN_READING_CONFIG,   "---a-R"},
        {RUN_CONFIG_GATE,      "---a-R"},
        {RUN_INSTALLING,       "-----R"},
        {RUN_VERIFYING,        "---a-R"},
        {RUN_DIAGNOSING,       "---a-R"},
        {RUN_SWITCH_GATE,      "--ca-R"},
        {RUN_SWITCHING,        "-----R"},
        {RUN_SWITCH_UNKNOWN,   "-----R"},
        {RUN_SPLIT,            "-rca-R"},
        {RUN_HOLDING,          "-r-afR"},
        {RUN_STEP_GATE,        "-rcafR"},
        {RUN_WATCHING,         "-r--fR"},
        {RUN_FINISH_GATE,      "-rc-fR"},
        {RUN_REVERTING,        "-----R"},
        {RUN_FINISHING,        "-----R"},
        {RUN_CHANGING,         "-----R"},
        {RUN_DONE,             "dr---R"},
        {RUN_STOPPED,          "dr---R"},
        {RUN_ABORTED,          "dr---R"},
        {RUN_RETURNED,         "dr---R"},
        {RUN_REVERTED,         "dr---R"},
        {RUN_UNCONFIRMED,      "dr---R"},
        {RUN_UNKNOWN,          "dr---R"},
    };
    /* clang-format on */
    static const enum intent_kind kinds[] = {INTENT_DEPLOY,   INTENT_ROLLBACK,
                                             INTENT_CONTINUE, INTENT_ABORT,
                                             INTENT_FINISH,   INTENT_REFRESH};

    assert_int_equal(LENGTH_OF(cases), RUN_STATE_COUNT);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct good_model *good = good_model_new();
        char allowed[LENGTH_OF(kinds) + 1] = "";
        struct why why;

        good->model.run.state = cases[i].state;
        good->model.run.change.kind = CHANGE_SWITCH;
        good->model.run.fused = true;
        if (cases[i].state >= RUN_HOLDING && cases[i].state <= RUN_FINISH_GATE) {
            good->model.balancers[0].runtime_share = SHARE_GREEN;
            good->model.run.canary_step = 1;
        }
        for (size_t k = 0; k < LENGTH_OF(kinds); k++) {
            bool may = intent_is_allowed(&good->model, kinds[k], &why);
            assert_int_equal(may, why.count == 0);
            allowed[k] = may ? "drcafR"[k] : '-';
        }
        if (strcmp(allowed, cases[i].allowed) != 0)
            fail_msg("%s: %s instead of %s", run_state_name(cases[i].state), allowed,
                     cases[i].allowed);
        assert_false(intent_is_allowed(&good->model, INTENT_NONE, &why));
        free(good);
    }
}

static void test_reasons_of_intents(void **state)
{
    struct good_model *good = *state;
    struct model *model = &good->model;
    struct why why;
    /* clang-format off */
    static const struct {
        enum run_state state;  enum intent_kind kind;  const char *reason;
    } cases[] = {
        {RUN_DEPLOYING,        INTENT_ROLLBACK,        "run 42 is open: abort it first"},
        {RUN_SWITCHING,        INTENT_ROLLBACK,        "a switch is on its way: wait for its outcome"},
        {RUN_SWITCHING,        INTENT_ABORT,           "the switch was sent: wait for its outcome, then roll back"},
        {RUN_WATCHING,         INTENT_ABORT,           "the traffic has moved: finish, or roll back"},
        {RUN_CANCELLING,       INTENT_ABORT,           "the hosts' jobs are being ended already"},
        {RUN_DONE,             INTENT_ABORT,           "no run is open"},
        {RUN_DEPLOYING,        INTENT_CONTINUE,        "no gate is open"},
        {RUN_VERIFYING,        INTENT_FINISH,          "only a run that has switched can be finished"},
    };
    /* clang-format on */
    model->run.change.kind = CHANGE_SWITCH;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        model->run.state = cases[i].state;
        intent_is_allowed(model, cases[i].kind, &why);
        assert_reasons(&why, cases[i].reason);
    }
    /* At a gate the gate's own guard speaks. */
    model->run.state = RUN_SWITCH_GATE;
    model->fleet.hosts[GOOD_GREEN_1].in_haproxy = false;
    intent_is_allowed(model, INTENT_CONTINUE, &why);
    assert_reasons(&why, "web-green-1: HAProxy has no server for it");
}

static void expect_mend(const struct model *model, const struct mend *mend,
                        const char *reason)
{
    struct why why;

    assert_int_equal(mend_is_allowed(model, mend, &why), reason[0] == '\0');
    assert_reasons(&why, reason);
}

static void test_mends(void **state)
{
    struct good_model *good = *state;
    struct model *model = &good->model;
    struct mend noted = {.kind = MEND_NOTED, .host = GOOD_BALANCER, .worker_pid = 4892};
    struct mend none = {.kind = MEND_NONE, .what = "nothing to do"};

    expect_mend(model, &noted, "nothing drifts");
    model->balancers[0].worker_pid = 4892;
    expect_mend(model, &noted, "");
    expect_mend(model, &none, "no key mends it: nothing to do");
    noted.worker_pid = 4711;
    expect_mend(model, &noted, "it has changed since you looked: look again");
    model->run.state = RUN_SWITCHING;
    expect_mend(model, &noted, "a switch is on its way: wait for its outcome");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_why_is_bounded),
        cmocka_unit_test_setup_teardown(test_may_deploy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_needs_what_is_true, setup, teardown),
        cmocka_unit_test(test_intents),
        cmocka_unit_test_setup_teardown(test_mends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reasons_of_intents, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
