/* The canary: step by step to the new colour, and back from any of them. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct policy by_operator;
static const struct policy by_policy = {.yes = true};

static struct story *story_with_steps(struct policy policy)
{
    struct story *story = story_new(policy);

    str_copy(story->settings.canary, sizeof story->settings.canary, "5, 50");
    story->settings.canary_hold_s = 10;
    story_want(story, INTENT_SHIFT);
    story_until(story, RUN_SWITCH_GATE);
    story_skip(story);
    if (!policy.yes)
        story_want(story, INTENT_CONTINUE);
    return story;
}

static void test_all_steps(void **state)
{
    struct story *story = story_with_steps(by_operator);

    (void)state;
    story_until(story, RUN_STEP_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_STEP_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[ 10500] < continue\n"
               "[ 10500] gate answered yes: switch gate -> switching\n"
               "[ 10500] baseline colour=blue window_ms=10000 requests=1000 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 10500] > switch 0 to 5 as (4, 2)\n"
               "[ 10700] the load balancer made the change: switching -> canary hold\n"
               "[ 11200]   HAProxy: split, 5 % of the requests go to green\n"
               "[ 20700] the canary hold ended: canary hold -> canary gate\n"
               "[ 20700] < continue\n"
               "[ 20700] gate answered yes: canary gate -> switching\n"
               "[ 20700] > switch 5 to 50 as (4, 3)\n"
               "[ 20900] the load balancer made the change: switching -> canary hold\n"
               "[ 21200]   HAProxy: split, 50 % of the requests go to green\n"
               "[ 30900] the canary hold ended: canary hold -> canary gate\n"
               "[ 30900] < continue\n"
               "[ 30900] gate answered yes: canary gate -> switching\n"
               "[ 30900] > switch 50 to 100 as (4, 4)\n"
               "[ 31100] the load balancer made the change: switching -> watching\n"
               "[ 31100] < finish\n"
               "[ 31100] finish wanted: watching -> finishing\n"
               "[ 31100] > finish 100 to 100 as (4, 5)\n"
               "[ 31200]   HAProxy: green is live\n"
               "[ 31300] the load balancer made the change: finishing -> done\n"
               "[ 31300] = done: green is live\n"
               "[ 31300] > release\n");
    assert_int_equal(story->scene.balancer.share, SHARE_GREEN);
    free(story);
}

static void test_steps_alone(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    str_copy(story->settings.canary, sizeof story->settings.canary, "25");
    story->settings.canary_hold_s = 10;
    story->settings.canary_ask = false;
    story_want(story, INTENT_SHIFT);
    story_until(story, RUN_SWITCHING);
    story_skip(story);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[ 10700] the load balancer made the change: switching -> canary hold\n"
               "[ 11200]   HAProxy: split, 25 % of the requests go to green\n"
               "[ 20700] the canary hold ended: canary hold -> switching\n"
               "[ 20700] > switch 25 to 100 as (4, 3)\n"
               "[ 20900] the load balancer made the change: switching -> watching\n"
               "[ 21200]   HAProxy: green is live\n"
               "[ 31300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[ 80900] the guard window ended: watching -> finish gate\n"
               "[ 80900] gate answered yes: finish gate -> finishing\n"
               "[ 80900] > finish 100 to 100 as (4, 4)\n"
               "[ 81100] the load balancer made the change: finishing -> done\n"
               "[ 81100] = done: green is live\n"
               "[ 81100] > release\n");
    free(story);
}

/* To the share before the run, not to the step before. */
static void test_abort_at_second_step(void **state)
{
    struct story *story = story_with_steps(by_operator);

    (void)state;
    story_until(story, RUN_STEP_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_HOLDING);
    story_pass(story, 3000);
    story_skip(story);
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_REVERTED);
    story_tell(story,
               "[ 23900] < abort\n"
               "[ 23900] abort wanted: canary hold -> reverting\n"
               "[ 23900] > revert 50 to 0 as (4, 4)\n"
               "[ 24100] the load balancer made the change: reverting -> reverted\n"
               "[ 24100] = reverted: taken back by the operator; green has 0 % again\n"
               "[ 24100] > release\n");
    assert_int_equal(story->scene.balancer.share, SHARE_BLUE);
    free(story);
}

static void test_trips_under_yes(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    str_copy(story->settings.canary, sizeof story->settings.canary, "50");
    story->settings.canary_hold_s = 30;
    story_want(story, INTENT_SHIFT);
    story_until(story, RUN_HOLDING);
    story_pass(story, 2000);
    story_skip(story);
    story->scene.balancer.errors_percent[COLOUR_GREEN] = 40;
    story_until(story, RUN_REVERTED);
    story_tell(
        story,
        "[ 13200] rollback wanted: canary hold -> reverting\n"
        "[ 13200] > revert 50 to 0 as (4, 3)\n"
        "[ 13400] the load balancer made the change: reverting -> reverted\n"
        "[ 13400] = reverted: 10.0 % of 100 requests to green failed in 2 s: 10 not "
        "served, 0 with the app's 5xx (guard_errors 5 %); green has 0 % again\n"
        "[ 13400] > release\n");
    assert_int_equal(story->scene.balancer.share, SHARE_BLUE);
    free(story);
}

/* Nobody answers the gate: what nobody confirms goes back. */
static void test_gate_is_late(void **state)
{
    struct story *story = story_with_steps(by_operator);

    (void)state;
    story_until(story, RUN_STEP_GATE);
    story_skip(story);
    story_until(story, RUN_REVERTED);
    story_tell(
        story,
        "[1820700] the deadline passed: canary gate -> reverting\n"
        "[1820700] > revert 5 to 0 as (4, 3)\n"
        "[1820900] the load balancer made the change: reverting -> reverted\n"
        "[1820900] = reverted: nobody answered the gate in time; green has 0 % again\n"
        "[1820900] > release\n");
    free(story);
}

/* The load balancer refuses the second step: the first one stands, and is asked about.
 */
static void test_second_step_refused(void **state)
{
    struct story *story = story_with_steps(by_operator);

    (void)state;
    story_until(story, RUN_STEP_GATE);
    story_skip(story);
    story->scene.balancer.fate = SWITCH_REFUSED;
    story->scene.balancer.fate_count = 1;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_STEP_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_HOLDING);
    story_tell(
        story,
        "[ 20700] < continue\n"
        "[ 20700] gate answered yes: canary gate -> switching\n"
        "[ 20700] > switch 5 to 50 as (4, 3)\n"
        "[ 20900] the load balancer refused: switching -> canary gate\n"
        "[ 20900] < continue\n"
        "[ 20900] gate answered yes: canary gate -> switching\n"
        "[ 20900] > switch 5 to 50 as (4, 4)\n"
        "[ 21100] the load balancer made the change: switching -> canary hold\n");
    assert_int_equal(story->scene.balancer.share, 50);
    free(story);
}

/* The way back is dead: the fuse holds, and the operator is told. */
static void test_no_way_back(void **state)
{
    struct story *story = story_with_steps(by_operator);

    (void)state;
    story_until(story, RUN_STEP_GATE);
    story_skip(story);
    story->scene.balancer.way_back_is_dead = true;
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_FINISH_GATE);
    story_want(story, INTENT_FINISH);
    story_tell(story, "[ 20700] < roll back\n"
                      "[ 20700] rollback wanted: canary gate -> reverting\n"
                      "[ 20700] > revert 5 to 0 as (4, 3)\n"
                      "[ 20900] the load balancer refused: reverting -> finish gate\n"
                      "[ 20900] < finish\n"
                      "[ 20900]   finish: only a part of the traffic is on green: roll "
                      "back, or wait until the load balancer does\n");
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_steps),
        cmocka_unit_test(test_steps_alone),
        cmocka_unit_test(test_abort_at_second_step),
        cmocka_unit_test(test_trips_under_yes),
        cmocka_unit_test(test_gate_is_late),
        cmocka_unit_test(test_second_step_refused),
        cmocka_unit_test(test_no_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
