/* An operator's own programs at the begin and the end of each stage. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

static const struct policy by_operator;
static const struct policy by_policy = {.yes = true};

static struct story *story_with(struct policy policy)
{
    struct story *story = story_new(policy);

    story->scene.hook_ms = 500;
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++) {
        for (enum hook_when when = 0; when < HOOK_WHENS; when++)
            story->core.model.hook_there[stage][when] = true;
    }
    return story;
}

/* The trace of hooks and states alone. */
static void expect_in_order(const struct story *story, const char *const *lines)
{
    const char *at = story->trace.at;

    for (; *lines != NULL; lines++) {
        const char *found = strstr(at, *lines);
        if (found == NULL)
            fail_msg("\"%s\" is not there, or not in this place:\n%s", *lines,
                     story->trace.at);
        at = found + 1;
    }
}

static void test_each_stage_waits(void **state)
{
    static const char *const lines[] = {"> hook pre-preflight",
                                        "hook pre-preflight: done",
                                        "preflight -> plan gate",
                                        "plan gate -> deploying",
                                        "> hook post-preflight",
                                        "> hook pre-deploy",
                                        "job start fetch",
                                        "hook pre-deploy: done",
                                        "deploying -> verifying",
                                        "> hook post-deploy",
                                        "> hook pre-verify",
                                        "hook pre-verify: done",
                                        "verifying -> switch gate",
                                        "> hook pre-switch",
                                        "> switch 0 to 100",
                                        "hook pre-switch: done",
                                        "switching -> watching",
                                        "> hook pre-watch",
                                        "watching -> finish gate",
                                        "> hook pre-finish",
                                        "> finish 100",
                                        "hook pre-finish: done",
                                        "finishing -> done",
                                        "> hook post-finish",
                                        NULL};
    struct story *story = story_with(by_policy);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DONE);
    expect_in_order(story, lines);
    free(story);
}

/* Stops before anything of its stage is done. */
static void test_pre_hook_fails(void **state)
{
    static const struct {
        enum stage stage;
        enum run_state end;
    } cases[] = {
        {STAGE_PREFLIGHT, RUN_STOPPED}, {STAGE_DEPLOY, RUN_STOPPED},
        {STAGE_VERIFY, RUN_STOPPED},    {STAGE_SWITCH, RUN_STOPPED},
        {STAGE_WATCH, RUN_UNCONFIRMED}, {STAGE_FINISH, RUN_UNCONFIRMED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct story *story = story_with(by_policy);
        story->scene.hook_fails[cases[i].stage][HOOK_PRE] = true;
        story_want(story, INTENT_DEPLOY);
        story_until(story, cases[i].end);
        assert_non_null(strstr(story->core.model.run.reason, "it is Friday"));
        if (cases[i].end == RUN_STOPPED)
            assert_int_equal(story->scene.balancers[0].share, SHARE_BLUE);
        if (cases[i].stage == STAGE_DEPLOY)
            assert_string_equal(story->scene.hosts[GREEN_1].job.run, "");
        free(story);
    }
}

/* Told of, and nothing else. */
static void test_post_hook_fails(void **state)
{
    struct story *story = story_with(by_policy);

    (void)state;
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
        story->scene.hook_fails[stage][HOOK_POST] = true;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DONE);
    assert_non_null(strstr(story->trace.at, "hook post-deploy: ended with 3"));
    free(story);
}

/* The operator's yes waits for the hook as well. */
static void test_gate_waits(void **state)
{
    struct story *story = story_with(by_operator);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    story_want(story, INTENT_CONTINUE);
    story->scene.hook_ms = 60000;
    story_until(story, RUN_SWITCH_GATE);
    story_want(story, INTENT_CONTINUE);
    assert_int_equal(story->core.model.run.state, RUN_SWITCH_GATE);
    story_pass(story, 61000);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    free(story);
}

/* Longer than preflight itself may take: the wait is not counted. */
static void test_long_hook(void **state)
{
    struct story *story = story_with(by_policy);

    (void)state;
    story->scene.hook_ms = 600 * 1000;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DEPLOYING);
    story_until(story, RUN_VERIFYING);
    free(story);
}

/* No hook stands in the way of the way back. */
static void test_rollback_waits_for_none(void **state)
{
    struct story *story = story_with(by_policy);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DONE);
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
        story->scene.hook_fails[stage][HOOK_PRE] = true;
    story->scene.hook_ms = 600 * 1000;
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_DONE);
    assert_int_equal(story->scene.balancers[0].share, SHARE_BLUE);
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_stage_waits),
        cmocka_unit_test(test_pre_hook_fails),
        cmocka_unit_test(test_post_hook_fails),
        cmocka_unit_test(test_gate_waits),
        cmocka_unit_test(test_long_hook),
        cmocka_unit_test(test_rollback_waits_for_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
