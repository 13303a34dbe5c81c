/* The switch: what the load balancer may answer, and what it may not. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct policy by_operator;
static const struct policy by_policy = {.yes = true};

/* A deploy under --yes, up to the switch; its fate is as given. */
static struct story *story_at_switch(enum switch_fate fate, int count)
{
    struct story *story = story_new(by_policy);

    story->scene.balancer.fate = fate;
    story->scene.balancer.fate_count = count;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_SWITCHING);
    story_skip(story);
    return story;
}

static void test_refused(void **state)
{
    struct story *story = story_at_switch(SWITCH_REFUSED, 1);

    (void)state;
    story_until(story, RUN_STOPPED);
    story_tell(story, "[ 17000] the load balancer refused: switching -> stopped\n"
                      "[ 17000] = stopped: the load balancer refused (not_ready): "
                      "lb-1: 1 of 2 servers are not ready\n"
                      "[ 17000] > release\n");
    free(story);
}

/* The change was made and its answer lost: the same nonce gets the recorded outcome. */
static void test_answer_lost(void **state)
{
    struct story *story = story_at_switch(SWITCH_ANSWER_LOST, 1);

    (void)state;
    story->silence_ms = 5000;
    story_until(story, RUN_WATCHING);
    story_tell(story,
               "[ 17200]   HAProxy: green is live\n"
               "[ 21900]   lb-1: no whole answer in time; whether the switch happened "
               "is not known yet\n"
               "[ 23900] > switch 0 to 100 as (4, 2)\n"
               "[ 24100] the load balancer made the change: switching -> watching\n");
    assert_int_equal(story->scene.balancer.changes, 1);
    free(story);
}

static void test_silent_but_done(void **state)
{
    struct story *story = story_at_switch(SWITCH_ANSWER_LOST, -1);

    (void)state;
    story_until(story, RUN_WATCHING);
    story_tell(story,
               "[ 17200]   HAProxy: green is live\n"
               "[ 46900]   lb-1: no whole answer in time; whether the switch happened "
               "is not known yet\n"
               "[ 48900] > switch 0 to 100 as (4, 2)\n"
               "[ 61800] the deadline passed: switching -> switch unknown\n"
               "[ 62200] the share is the new one: switch unknown -> watching\n");
    free(story);
}

static void test_silent_and_not_done(void **state)
{
    struct story *story = story_at_switch(SWITCH_NEVER_CAME, -1);

    (void)state;
    story->silence_ms = 5000;
    story_until(story, RUN_STOPPED);
    story_tell(
        story,
        "[ 21900]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 23900] > switch 0 to 100 as (4, 2)\n"
        "[ 29000]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 31000] > switch 0 to 100 as (4, 2)\n"
        "[ 36100]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 38100] > switch 0 to 100 as (4, 2)\n"
        "[ 43200]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 45200] > switch 0 to 100 as (4, 2)\n"
        "[ 50300]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 52300] > switch 0 to 100 as (4, 2)\n"
        "[ 57400]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 59400] > switch 0 to 100 as (4, 2)\n"
        "[ 61800] the deadline passed: switching -> switch unknown\n"
        "[ 64500]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 82300] the share is the old one: switch unknown -> stopped\n"
        "[ 82300] = stopped: the load balancer did not answer; its share is unchanged\n"
        "[ 82300] > release\n");
    free(story);
}

static void test_silent_for_ever(void **state)
{
    struct story *story = story_at_switch(SWITCH_NEVER_CAME, -1);

    (void)state;
    story->scene.balancer.counters_come = false;
    story_until(story, RUN_UNKNOWN);
    story_tell(
        story,
        "[ 17200]   lb-1: HAProxy's counters do not come\n"
        "[ 46900]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 48900] > switch 0 to 100 as (4, 2)\n"
        "[ 61800] the deadline passed: switching -> switch unknown\n"
        "[ 79000]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[106800] the deadline passed: switch unknown -> unknown\n"
        "[106800] = unknown: it is not known whether the load balancer switched\n"
        "[106800] > release\n");
    free(story);
}

/* HAProxy tells the old share, but bgc-lb does not say that it is at rest: not enough.
 */
static void test_helper_is_silent_too(void **state)
{
    struct story *story = story_at_switch(SWITCH_NEVER_CAME, -1);

    (void)state;
    story->scene.balancer.reachable = false;
    story_until(story, RUN_UNKNOWN);
    story_tell(
        story,
        "[ 46900]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 48900] > switch 0 to 100 as (4, 2)\n"
        "[ 61800] the deadline passed: switching -> switch unknown\n"
        "[ 79000]   lb-1: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[106800] the deadline passed: switch unknown -> unknown\n"
        "[106800] = unknown: it is not known whether the load balancer switched\n"
        "[106800] > release\n");
    free(story);
}

static void test_unproven(void **state)
{
    struct story *story = story_at_switch(SWITCH_UNPROVEN, 1);

    (void)state;
    story_until(story, RUN_WATCHING);
    story_tell(story, "[ 17000] the load balancer's answer leaves doubt: switching -> "
                      "switch unknown\n"
                      "[ 17000]   lb-1: blue answered through the frontend\n"
                      "[ 17200] the share is the new one: switch unknown -> watching\n"
                      "[ 17200]   HAProxy: green is live\n");
    assert_string_equal(story->core.model.run.reason, "");
    free(story);
}

static void test_taken_back(void **state)
{
    struct story *story = story_at_switch(SWITCH_TAKEN_BACK, 1);

    (void)state;
    story_until(story, RUN_STOPPED);
    story_tell(story, "[ 17000] the load balancer's answer leaves doubt: switching -> "
                      "switch unknown\n"
                      "[ 17000]   lb-1: HAProxy answered an error\n"
                      "[ 17200] the share is the old one: switch unknown -> stopped\n"
                      "[ 17200] = stopped: the load balancer refused (haproxy): lb-1: "
                      "HAProxy answered an error\n"
                      "[ 17200] > release\n");
    free(story);
}

/* The outcome is waited for; then no policy says yes for the operator who said no. */
static void test_abort_on_its_way(void **state)
{
    struct story *story = story_at_switch(SWITCH_WORKS, 0);

    (void)state;
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_UNCONFIRMED);
    story_tell(story,
               "[ 16800] < abort\n"
               "[ 17000] the load balancer made the change: switching -> watching\n"
               "[ 17000]   you wanted to abort while the switch was on its way: it has "
               "happened; to go back, roll back\n"
               "[ 17200]   HAProxy: green is live\n"
               "[ 27300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[ 77000] the guard window ended: watching -> finish gate\n"
               "[ 77000] gate answered no: finish gate -> unconfirmed\n"
               "[ 77000] = unconfirmed: green has the traffic, and nobody confirmed "
               "it: an abort was wanted while the switch was on its way\n"
               "[ 77000] > release\n");
    free(story);
}

static void test_share_moved_at_the_gate(void **state)
{
    struct story *story = story_new(by_operator);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_SWITCH_GATE);
    story_skip(story);
    scene_move_share(&story->scene, 30);
    story_pass(story, 2000);
    story_want(story, INTENT_CONTINUE);
    story_tell(story, "[ 17200]   HAProxy: split, 30 % of the requests go to green\n"
                      "[ 18800] < continue\n"
                      "[ 18800]   continue: HAProxy's share is 30, not 0: somebody "
                      "else changed it\n");
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_answer_lost),
        cmocka_unit_test(test_silent_but_done),
        cmocka_unit_test(test_silent_and_not_done),
        cmocka_unit_test(test_silent_for_ever),
        cmocka_unit_test(test_helper_is_silent_too),
        cmocka_unit_test(test_unproven),
        cmocka_unit_test(test_taken_back),
        cmocka_unit_test(test_abort_on_its_way),
        cmocka_unit_test(test_share_moved_at_the_gate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
