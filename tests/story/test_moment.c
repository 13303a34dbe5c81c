/* Steps of a recipe at other moments than the deploy: warm-up, on-live, on-idle. */
#include "core/exit_code.h"
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

enum { WARM_UP = SCENE_STEPS, ON_LIVE, ON_IDLE };

static const struct policy by_operator;

static struct story *story_of(enum intent_kind wanted)
{
    struct story *story = story_new(by_operator);

    scene_add_step(&story->scene, "warm-up", RECIPE_WHEN_WARM_UP);
    scene_add_step(&story->scene, "on-live", RECIPE_WHEN_ON_LIVE);
    scene_add_step(&story->scene, "on-idle", RECIPE_WHEN_ON_IDLE);
    story_want(story, wanted);
    return story;
}

static struct story *story_to_gate(enum intent_kind wanted)
{
    struct story *story = story_of(wanted);

    if (wanted == INTENT_DEPLOY) {
        story_until(story, RUN_PLAN_GATE);
        story_want(story, INTENT_CONTINUE);
    }
    story_until(story, RUN_VERIFYING);
    story_skip(story);
    return story;
}

/* The switch is made, and confirmed. */
static void finish(struct story *story)
{
    story_until(story, RUN_SWITCH_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    story_skip(story);
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_DONE);
}

static enum exit_code code_of(const struct story *story)
{
    return exit_code_of_run(&story->core.model.run);
}

static void test_deploy(void **state)
{
    struct story *story = story_to_gate(INTENT_DEPLOY);

    (void)state;
    story_until(story, RUN_SWITCH_GATE);
    story_tell(story, "[ 16800] all targets verified: verifying -> warming up\n"
                      "[ 16800] > web-green-1: job start warm-up\n"
                      "[ 16800] > web-green-2: job start warm-up\n"
                      "[ 18900] no job runs any more: warming up -> verifying\n"
                      "[ 18900] all targets verified: verifying -> switch gate\n");
    finish(story);
    story_tell(story,
               "[ 19100] < finish\n"
               "[ 19100] finish wanted: watching -> finishing\n"
               "[ 19100] > finish 100 to 100 as (4, 3)\n"
               "[ 19200]   HAProxy: green is live\n"
               "[ 19300] the load balancer made the change: finishing -> handing over\n"
               "[ 19300] > web-green-1: job start on-live\n"
               "[ 19300] > web-green-2: job start on-live\n"
               "[ 19300] > web-blue-1: job start on-idle\n"
               "[ 19300] > web-blue-2: job start on-idle\n"
               "[ 21400] no job runs any more: handing over -> done\n"
               "[ 21400] = done: green is live\n"
               "[ 21400] > release\n");
    assert_int_equal(code_of(story), EXIT_OK);
    free(story);
}

static void test_cold_host(void **state)
{
    struct story *story = story_of(INTENT_DEPLOY);

    (void)state;
    story->scene.hosts[GREEN_2].fails_at = WARM_UP;
    story_until(story, RUN_PLAN_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WARMING_UP);
    story_skip(story);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[ 18900] no job runs any more: warming up -> stopped\n"
                      "[ 18900] = stopped: web-green-2: warm-up ended with 1\n"
                      "[ 18900] > release\n"
                      "[ 18900]   web-green-2: warm-up: ended with 1\n");
    assert_int_equal(code_of(story), EXIT_VERIFY);
    free(story);
}

static void test_abort_while_warming_up(void **state)
{
    struct story *story = story_to_gate(INTENT_DEPLOY);

    (void)state;
    story_until(story, RUN_WARMING_UP);
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_ABORTED);
    story_tell(story, "[ 16800] all targets verified: verifying -> warming up\n"
                      "[ 16800] > web-green-1: job start warm-up\n"
                      "[ 16800] > web-green-2: job start warm-up\n"
                      "[ 16800] < abort\n"
                      "[ 16800] abort wanted: warming up -> cancelling\n"
                      "[ 16800] > web-green-1: job cancel warm-up\n"
                      "[ 16800] > web-green-2: job cancel warm-up\n"
                      "[ 16900]   web-green-1: warm-up: ended with 143\n"
                      "[ 16900] no job runs any more: cancelling -> aborted\n"
                      "[ 16900] = aborted: ended by the operator at verify\n"
                      "[ 16900] > release\n"
                      "[ 16900]   web-green-2: warm-up: ended with 143\n");
    assert_int_equal(code_of(story), EXIT_ABORTED);
    free(story);
}

/* A switch builds nothing, and no step of a deploy is begun on any host. */
static void test_switch(void **state)
{
    struct story *story = story_to_gate(INTENT_SHIFT);

    (void)state;
    finish(story);
    story_tell(story,
               "[ 12800] < finish\n"
               "[ 12800] finish wanted: watching -> finishing\n"
               "[ 12800] > finish 100 to 100 as (4, 3)\n"
               "[ 13000] the load balancer made the change: finishing -> handing over\n"
               "[ 13000] > web-green-1: job start on-live\n"
               "[ 13000] > web-green-2: job start on-live\n"
               "[ 13000] > web-blue-1: job start on-idle\n"
               "[ 13000] > web-blue-2: job start on-idle\n"
               "[ 13200]   HAProxy: green is live\n"
               "[ 15100] no job runs any more: handing over -> done\n"
               "[ 15100] = done: green is live\n"
               "[ 15100] > release\n");
    for (int step = STEP_FETCH; step < WARM_UP; step++)
        assert_int_equal(story->core.model.run.rollout.targets[0].jobs[step].state,
                         JOB_WAITING);
    free(story);
}

/* A way back does not wait for a warm-up. */
static void test_rollback(void **state)
{
    struct story *story = story_to_gate(INTENT_ROLLBACK);

    (void)state;
    finish(story);
    story_tell(story, "[ 10700] < finish\n"
                      "[ 10700] finish wanted: watching -> handing over\n"
                      "[ 10700] > web-green-1: job start on-live\n"
                      "[ 10700] > web-green-2: job start on-live\n"
                      "[ 10700] > web-blue-1: job start on-idle\n"
                      "[ 10700] > web-blue-2: job start on-idle\n"
                      "[ 11200]   HAProxy: green is live\n"
                      "[ 12800] no job runs any more: handing over -> done\n"
                      "[ 12800] = done: green is live\n"
                      "[ 12800] > release\n");
    free(story);
}

/* The traffic has moved: a host that fails holds up nobody, and is named. */
static void test_host_keeps_its_role(void **state)
{
    struct story *story = story_to_gate(INTENT_SHIFT);

    (void)state;
    story->scene.hosts[BLUE_1].fails_at = ON_IDLE;
    finish(story);
    story_tell(story,
               "[ 12800] < finish\n"
               "[ 12800] finish wanted: watching -> finishing\n"
               "[ 12800] > finish 100 to 100 as (4, 3)\n"
               "[ 13000] the load balancer made the change: finishing -> handing over\n"
               "[ 13000] > web-green-1: job start on-live\n"
               "[ 13000] > web-green-2: job start on-live\n"
               "[ 13000] > web-blue-1: job start on-idle\n"
               "[ 13000] > web-blue-2: job start on-idle\n"
               "[ 13200]   HAProxy: green is live\n"
               "[ 15100]   web-blue-1: on-idle: ended with 1\n"
               "[ 15100] no job runs any more: handing over -> done\n"
               "[ 15100] = done: green is live; web-blue-1: on-idle: failed, rc 1\n"
               "[ 15100] > release\n");
    assert_int_equal(code_of(story), EXIT_HAND_OVER);
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deploy),
        cmocka_unit_test(test_cold_host),
        cmocka_unit_test(test_abort_while_warming_up),
        cmocka_unit_test(test_switch),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test(test_host_keeps_its_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
