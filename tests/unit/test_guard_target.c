#include "core/guard.h"

#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

static void assert_guard(guard_fn *guard, const struct model *model,
                         const char *expected, size_t number)
{
    char text[2048];
    struct str out = str_on(text, sizeof text);
    struct why why;

    why_clear(&why);
    guard(model, &why);
    for (int i = 0; i < why.count; i++)
        str_addf(&out, "%s%s", i > 0 ? "; " : "", why.lines[i]);
    if (strcmp(text, expected) != 0)
        fail_msg("case %zu: \"%s\" instead of \"%s\"", number, text, expected);
}

static struct host *green(struct good_model *good)
{
    return &good->model.fleet.hosts[GOOD_GREEN_1];
}

/* clang-format off */

static void nothing(struct good_model *good) { (void)good; }
static void no_targets(struct good_model *good) { good->model.run.rollout.count = 0; }
static void gone(struct good_model *good)
{
    green(good)->gone = true;
    green(good)->in_haproxy = false;
}
static void never_probed(struct good_model *good) { health_reset(&green(good)->health); }
static void old_probe(struct good_model *good) { green(good)->health.checked_ms = GOOD_NOW - 31000; }
static void sick(struct good_model *good)
{
    green(good)->health.state = HEALTH_SICK;
    green(good)->health.last.reason = PROBE_STATUS;
    green(good)->health.last.status = 500;
    str_copy(green(good)->health.last.detail, PROBE_DETAIL_MAX, "schema is 41");
}
static void last_was_bad(struct good_model *good) { green(good)->health.last.reason = PROBE_TIMEOUT; }
static void few_probes(struct good_model *good)
{
    green(good)->health.state = HEALTH_UNKNOWN;
    green(good)->health.good_streak = 1;
}
static void serves_old(struct good_model *good) { str_copy(green(good)->health.last.release, PROBE_RELEASE_MAX, "8f3c2a1"); }
static void serves_unnamed(struct good_model *good) { green(good)->health.last.release[0] = '\0'; }
static void serves_short_sha(struct good_model *good) { str_copy(green(good)->health.last.release, PROBE_RELEASE_MAX, "4e2b9d0"); }
static void serves_too_short(struct good_model *good) { str_copy(green(good)->health.last.release, PROBE_RELEASE_MAX, "4e2b9d"); }
static void serves_directory(struct good_model *good) { str_copy(green(good)->health.last.release, PROBE_RELEASE_MAX, GOOD_RELEASE); }
static void header_not_looked_at(struct good_model *good)
{
    serves_old(good);
    good->settings.release_header[0] = '\0';
}
static void other_current(struct good_model *good) { str_copy(green(good)->facts.revision, SHA_HEX_SIZE, GOOD_OLD_SHA); }
static void old_facts(struct good_model *good) { green(good)->facts.at_ms = GOOD_BEGUN + 499; }
static void facts_at_verify(struct good_model *good) { green(good)->facts.at_ms = GOOD_BEGUN + 500; }
static void unchecked(struct good_model *good) { green(good)->server.check_result = 0; }
static void no_counters(struct good_model *good)
{
    good->model.balancers[0].sampled = false;
    str_copy(good->model.balancers[0].trouble, BALANCER_TROUBLE_MAX, "timeout");
}
static void stranger(struct good_model *good) { good_host(&good->model, ROLE_GREEN, "web-green-3", GOOD_SHA); }
static void stranger_without_server(struct good_model *good)
{
    stranger(good);
    good->model.fleet.hosts[good->model.fleet.count - 1].in_haproxy = false;
}
static void back(struct good_model *good)
{
    good->model.run.kind = RUN_ROLLBACK;
    old_facts(good);
}
static void back_mixed(struct good_model *good)
{
    back(good);
    other_current(good);
    str_copy(green(good)->health.last.release, PROBE_RELEASE_MAX, "8f3c2a1");
}
static void back_wrong(struct good_model *good)
{
    back(good);
    serves_old(good);
}

static const struct {
    void (*spoil)(struct good_model *good);  const char *reasons;
} ready_cases[] = {
    {nothing,                  ""},
    {no_targets,               "there is no host to switch to"},
    {gone,                     "web-green-1: the API no longer lists it"},
    {never_probed,             "web-green-1: not probed yet"},
    {old_probe,                "web-green-1: its last probe is 31 s old: no evidence"},
    {sick,                     "web-green-1: HEAD http://10.0.0.3:8080/health: 500 (expected 200): schema is 41"},
    {last_was_bad,             "web-green-1: HEAD http://10.0.0.3:8080/health: no whole answer in time, 0 ms"},
    {few_probes,               "web-green-1: 1 of 2 good probes in a row"},
    {serves_old,               "web-green-1: serves release 8f3c2a1, not 4e2b9d0"},
    {serves_unnamed,           "web-green-1: serves release (none named), not 4e2b9d0"},
    {serves_short_sha,         ""},
    {serves_too_short,         "web-green-1: serves release 4e2b9d, not 4e2b9d0"},
    {serves_directory,         ""},
    {header_not_looked_at,     ""},
    {other_current,            "web-green-1: its current release is 8f3c2a1, not 4e2b9d0"},
    {old_facts,                "web-green-1: has not told its release since the deploy"},
    {facts_at_verify,          ""},
    {unchecked,                "web-green-1: in HAProxy it is UP without a passed check"},
    {no_counters,              "HAProxy does not tell what is true: timeout"},
    {stranger,                 "web-green-3 joined green after the run began: abort, and begin again"},
    {stranger_without_server,  ""},
    {back,                     ""},
    {back_mixed,               ""},
    {back_wrong,               "web-green-1: serves release 8f3c2a1, not 4e2b9d0"},
};
/* clang-format on */

static void test_target_ready(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(ready_cases); i++) {
        struct good_model *good = good_model_new();
        ready_cases[i].spoil(good);
        assert_guard(guard_target_ready, &good->model, ready_cases[i].reasons, i);
        free(good);
    }
}

static void test_plan_holds(void **state)
{
    (void)state;
    struct good_model *good = good_model_new();
    struct model *model = &good->model;

    model->hold.confirmed_ms = INT64_MAX / 2; /* the lease is not what this is about */

    assert_guard(guard_plan_holds, model, "", 0);
    green(good)->facts.job_running = true;
    assert_guard(guard_plan_holds, model,
                 "jobs: web-green-1: an earlier job still runs: wait for its end", 1);
    green(good)->facts.job_running = false;

    model->now.mono_ms += 60000;
    assert_guard(guard_plan_holds, model,
                 "HAProxy's counters are 61 s old: no evidence", 2);
    model->now.mono_ms -= 60000;

    /* Somebody switched while the operator read the plan. */
    model->balancers[0].runtime_share = model->balancers[0].disk_share = SHARE_GREEN;
    assert_guard(guard_plan_holds, model,
                 "green gets traffic: nothing is ever deployed to a live colour", 3);
    free(good);
}

/* clang-format off */

static void unproven(struct good_model *good)
{
    good->model.run.receipt.verdict = RECEIPT_UNPROVEN;
    str_copy(good->model.run.receipt.reason, 160, "no request came to green");
    good->model.run.receipt.requests[COLOUR_GREEN] = 0;
}
static void no_sample_since(struct good_model *good) { good->model.run.receipt.verdict = RECEIPT_OPEN; }
static void few_lost(struct good_model *good)
{
    good->model.run.receipt.verdict = RECEIPT_FAILED;
    good->model.run.receipt.failed = 10;
}
static void tripped(struct good_model *good)
{
    good->model.run.window.verdict = WINDOW_TRIPPED;
    why_add(&good->model.run.window.reasons, "12 %% of the requests failed");
}
static void not_yet(struct good_model *good)
{
    good->model.run.window.verdict = WINDOW_OPEN;
    why_add(&good->model.run.window.missing, "1 of 2 probes");
}
static void clean_but_missing(struct good_model *good)
{
    not_yet(good);
    good->model.run.window.verdict = WINDOW_CLEAN;
}
static void refused(struct good_model *good)
{
    good->model.run.refused = true;
    str_copy(good->model.run.reason, RUN_REASON_MAX, "the load balancer refused");
}
static void inherited(struct good_model *good) { good->model.run.kind = RUN_TAKEOVER; }
static void share_moved(struct good_model *good) { good->model.balancers[0].runtime_share = SHARE_BLUE; }
static void share_not_read_yet(struct good_model *good)
{
    share_moved(good);
    good->model.run.stage_ms[STAGE_WATCH] = GOOD_ANSWERED;
}
static void one_down(struct good_model *good) { green(good)->server.op_state = 0; }

static const struct {
    void (*spoil)(struct good_model *good);  const char *reasons;
} watch_cases[] = {
    {nothing,             ""},
    {unproven,            "no request came to green: no verdict"},
    {no_sample_since,     "no counters have come since the switch: no verdict"},
    {few_lost,            ""},
    {tripped,             "12 % of the requests failed"},
    {not_yet,             "1 of 2 probes"},
    {clean_but_missing,   ""},
    {refused,             "the load balancer refused"},
    {inherited,           "the switch is another run's: it is yours to judge"},
    {share_moved,         "HAProxy's share is 0, not 100: somebody else changed it"},
    {share_not_read_yet,  ""},
    {one_down,            ""},
    {no_counters,         "HAProxy does not tell what is true: timeout"},
};
/* clang-format on */

static void test_watch_clean(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(watch_cases); i++) {
        struct good_model *good = good_model_new();
        struct run *run = &good->model.run;

        good->settings.guard_errors_percent = 1;
        good->model.balancers[0].runtime_share = SHARE_GREEN;
        run->state = RUN_WATCHING;
        run->stage_ms[STAGE_WATCH] = GOOD_ANSWERED - 500;
        run->receipt.verdict = RECEIPT_CLEAN;
        run->receipt.to = COLOUR_GREEN;
        run->receipt.requests[COLOUR_GREEN] = 1000;
        watch_cases[i].spoil(good);
        assert_guard(guard_watch_clean, &good->model, watch_cases[i].reasons, i);
        free(good);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target_ready),
        cmocka_unit_test(test_plan_holds),
        cmocka_unit_test(test_watch_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
