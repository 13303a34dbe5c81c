/* The stage `configure`: haproxy.cfg is ours to write, or the operator's own. */
#include "lib/story.h"
#include "lib/test.h"

#include "core/drift.h"

#include <stdlib.h>
#include <string.h>

static const struct policy by_operator;
static const struct policy by_policy = {.yes = true};

static struct story *story_managed(struct policy policy)
{
    struct story *story = story_new(policy);

    story->core.model.config_managed = true;
    story_pass(story, 3000);
    story_skip(story);
    return story;
}

/* Up to its gate, with a line by hand in the file. */
static struct story *story_at_gate(void)
{
    struct story *story = story_managed(by_operator);

    scene_edit_config(&story->scene.balancers[0]);
    story_want(story, INTENT_CONFIGURE);
    story_until(story, RUN_CONFIG_GATE);
    story_skip(story);
    return story;
}

static const char *config_of(const struct story *story)
{
    return story->scene.balancers[0].config;
}

static bool is_by_hand(const struct story *story)
{
    return strstr(config_of(story), "# by hand") != NULL;
}

static void assert_reason(const struct story *story, const char *part)
{
    const struct run *run = &story->core.model.run;

    if (strstr(run->reason, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, run->reason);
    assert_true(run->state == RUN_DONE || run->advice[0] != '\0');
}

static void test_nothing_to_do(void **state)
{
    struct story *story = story_managed(by_operator);

    (void)state;
    story_want(story, INTENT_CONFIGURE);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[  3000] < configure\n"
               "[  3000] configure wanted: none -> preflight\n"
               "[  3100] > acquire\n"
               "[  3200] all checks ok: preflight -> reading config\n"
               "[  3300] haproxy.cfg is as it should be: reading config -> done\n"
               "[  3300] = done: haproxy.cfg is as it should be; nothing was changed\n"
               "[  3300] > release\n");
    assert_int_equal(story->scene.balancers[0].worker_pid, 4711);
    free(story);
}

static void test_differs(void **state)
{
    struct story *story = story_at_gate();
    struct drift drift;

    (void)state;
    assert_string_equal(story->core.model.configure.difference,
                        "@ line 102\n"
                        "     default-server inter 2s fall 3 rise 2\n"
                        "     server web-green-1 10.0.0.13:8080 check\n"
                        "     server web-green-2 10.0.0.14:8080 check\n"
                        "-# by hand, 2\n");
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_DONE);
    assert_reason(story, "haproxy.cfg is installed, +0 -1 lines");
    assert_false(is_by_hand(story));
    assert_int_equal(story->scene.balancers[0].worker_pid, 4712);
    story_pass(story, 3000);
    drift_look(&story->core.model, &drift);
    assert_int_equal(drift.count, 0);
    free(story);
}

static void test_no(void **state)
{
    struct story *story = story_at_gate();

    (void)state;
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_ABORTED);
    assert_true(is_by_hand(story));
    free(story);
}

/* In a deploy, between the hosts and the switch; what an emptied map would mean is no
 * reason for the next run to install anything. */
static void test_in_a_deploy(void **state)
{
    struct story *story = story_managed(by_policy);

    (void)state;
    scene_edit_config(&story->scene.balancers[0]);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_INSTALLING);
    assert_int_equal(story->core.model.run.stage_ms[STAGE_VERIFY], 0);
    assert_true(story->core.model.run.stage_ms[STAGE_DEPLOY] > 0);
    story_until(story, RUN_DONE);
    assert_int_equal(story->scene.balancers[0].share, SHARE_GREEN);
    assert_int_equal(story->scene.balancers[0].worker_pid, 4712);
    assert_non_null(strstr(config_of(story), "traffic.map,0)"));
    story_pass(story, 3000);
    story_want(story, INTENT_SHIFT);
    story_until(story, RUN_DONE);
    assert_int_equal(story->scene.balancers[0].share, SHARE_BLUE);
    assert_int_equal(story->scene.balancers[0].worker_pid, 4712);
    free(story);
}

/* A way back waits for nothing. */
static void test_rollback_has_no_such_stage(void **state)
{
    struct story *story = story_managed(by_policy);

    (void)state;
    scene_edit_config(&story->scene.balancers[0]);
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_DONE);
    assert_true(is_by_hand(story));
    assert_int_equal(run_stage_look(&story->core.model.run, STAGE_CONFIGURE),
                     STAGE_NOT_PART);
    free(story);
}

static void test_haproxy_does_not_take_it(void **state)
{
    struct story *story = story_managed(by_policy);

    (void)state;
    scene_edit_config(&story->scene.balancers[0]);
    story->scene.balancers[0].config_refused = true;
    story_want(story, INTENT_CONFIGURE);
    story_until(story, RUN_STOPPED);
    assert_reason(story, "HAProxy refuses this configuration");
    assert_non_null(strstr(story->trace.at, "haproxy.cfg:12: no such keyword"));
    assert_true(is_by_hand(story));
    free(story);
}

static void test_reload_fails(void **state)
{
    struct story *story = story_at_gate();

    (void)state;
    story->scene.balancers[0].reload_fails = true;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_STOPPED);
    assert_reason(story, "refused (reload): lb-1: HAProxy did not reload");
    assert_true(is_by_hand(story));
    free(story);
}

static void test_edited_at_the_gate(void **state)
{
    struct story *story = story_at_gate();

    (void)state;
    scene_edit_config(&story->scene.balancers[0]);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_STOPPED);
    assert_reason(story, "refused (conflict)");
    assert_true(is_by_hand(story));
    free(story);
}

/* What is shown would no longer be what is right. */
static void test_a_host_leaves_at_the_gate(void **state)
{
    struct story *story = story_at_gate();

    (void)state;
    story->scene.hosts[GREEN_2].listed = false;
    story_pass(story, story->settings.poll_s * 1000 + 1000);
    story_want(story, INTENT_CONTINUE);
    assert_int_equal(story->core.model.run.state, RUN_CONFIG_GATE);
    assert_non_null(strstr(story->trace.at, "have changed since haproxy.cfg was "
                                            "rendered: say no, and begin anew"));
    free(story);
}

/* The same nonce: it is installed once. */
static void test_answer_lost(void **state)
{
    struct story *story = story_at_gate();

    (void)state;
    story->silence_ms = 5000;
    story->scene.balancers[0].fate = SWITCH_ANSWER_LOST;
    story->scene.balancers[0].fate_count = 1;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_DONE);
    assert_int_equal(story->scene.balancers[0].worker_pid, 4712);
    free(story);
}

static void test_nobody_answers(void **state)
{
    struct story *story = story_at_gate();

    (void)state;
    story->scene.balancers[0].fate = SWITCH_NEVER_CAME;
    story->scene.balancers[0].fate_count = -1;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_UNKNOWN);
    assert_reason(story, "not known whether the load balancer installed haproxy.cfg");
    free(story);
}

/* The file is read again until the deadline; then its trouble is the reason. */
static void test_file_cannot_be_read(void **state)
{
    struct story *story = story_managed(by_policy);

    (void)state;
    story->scene.balancers[0].config_unreadable = true;
    story_want(story, INTENT_CONFIGURE);
    story_until(story, RUN_STOPPED);
    assert_reason(story, "haproxy.cfg does not come");
    free(story);
}

/* ---- the operator's own ---- */

static struct story *story_adopted(void)
{
    struct story *story = story_new(by_operator);

    story_pass(story, 3000);
    return story;
}

static const struct check *check_of(const struct story *story)
{
    return &story->core.model.run.preflight.checks[CHECK_CONFIG];
}

/* Takes the line that begins so out of the file. */
static void lose_line(struct story *story, const char *begin)
{
    char *line = strstr(story->scene.balancers[0].config, begin);
    assert_non_null(line);
    char *next = strchr(line, '\n') + 1;
    memmove(line, next, strlen(next) + 1);
    story->scene.balancers[0].config_number++;
}

static void test_adopted_is_whole(void **state)
{
    struct story *story = story_adopted();

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    assert_string_equal(check_of(story)->text,
                        "your own, and nothing is missing in it");
    free(story);
}

static void test_adopted_lacks_a_line(void **state)
{
    struct story *story = story_adopted();

    (void)state;
    lose_line(story, "    acl to_green ");
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_STOPPED);
    assert_reason(story, "haproxy.cfg lacks 1 line that a switch needs, the first in "
                         "frontend www");
    free(story);
}

/* What an emptied map would mean is of another day after each switch. */
static void test_adopted_after_a_switch(void **state)
{
    struct story *story = story_adopted();

    (void)state;
    scene_move_share(&story->scene.balancers[0], SHARE_GREEN);
    story_pass(story, 3000);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    assert_int_equal(check_of(story)->state, CHECK_OK);
    free(story);
}

static void test_adopted_could_be_safer(void **state)
{
    struct story *story = story_adopted();

    (void)state;
    lose_line(story, "    option redispatch");
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    assert_int_equal(check_of(story)->state, CHECK_WARN);
    free(story);
}

static void test_adopted_cannot_be_read(void **state)
{
    struct story *story = story_adopted();

    (void)state;
    story->scene.balancers[0].config_unreadable = true;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    assert_int_equal(check_of(story)->state, CHECK_WARN);
    free(story);
}

static void test_adopted_is_never_written(void **state)
{
    struct story *story = story_adopted();

    (void)state;
    story_skip(story);
    story_want(story, INTENT_CONFIGURE);
    assert_int_equal(story->core.model.run.state, RUN_NONE);
    story_tell(story, "[  3000] < configure\n"
                      "[  3000]   configure: haproxy.cfg is your own ([config] mode = "
                      "adopted): `bgconsole config lint` says what it lacks\n");
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_differs),
        cmocka_unit_test(test_no),
        cmocka_unit_test(test_in_a_deploy),
        cmocka_unit_test(test_rollback_has_no_such_stage),
        cmocka_unit_test(test_haproxy_does_not_take_it),
        cmocka_unit_test(test_reload_fails),
        cmocka_unit_test(test_edited_at_the_gate),
        cmocka_unit_test(test_a_host_leaves_at_the_gate),
        cmocka_unit_test(test_answer_lost),
        cmocka_unit_test(test_nobody_answers),
        cmocka_unit_test(test_file_cannot_be_read),
        cmocka_unit_test(test_adopted_is_whole),
        cmocka_unit_test(test_adopted_lacks_a_line),
        cmocka_unit_test(test_adopted_after_a_switch),
        cmocka_unit_test(test_adopted_could_be_safer),
        cmocka_unit_test(test_adopted_cannot_be_read),
        cmocka_unit_test(test_adopted_is_never_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
