/* The journal cannot be written any more: nothing new is begun, the way back stays. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct policy by_operator;

/* A deploy in `state`, by an operator who says yes at each gate before it. */
static struct story *story_in(enum run_state state)
{
    struct story *story = story_new(by_operator);

    story_want(story, INTENT_DEPLOY);
    while (story->core.model.run.state != state) {
        if (run_is_gate(story->core.model.run.state))
            story_want(story, INTENT_CONTINUE);
        if (story->core.model.run.state != state)
            story_step(story);
    }
    story_skip(story);
    return story;
}

static void test_no_new_run(void **state)
{
    struct story *story = story_new(by_operator);

    (void)state;
    story_pass(story, 1000);
    story_skip(story);
    story->journal_fails = true;
    story_want(story, INTENT_DEPLOY);
    story_want(story, INTENT_DEPLOY);
    story_tell(
        story,
        "[  1000] < deploy\n"
        "[  1000] deploy wanted: none -> preflight\n"
        "[  1000] the journal cannot be written: preflight -> stopped\n"
        "[  1000] = stopped: the journal cannot be written\n"
        "[  1000]   the journal cannot be written: no space left on device; nothing "
        "new is begun\n"
        "[  1000] < deploy\n"
        "[  1000]   deploy: the journal cannot be written: nothing new is begun\n");
    free(story);
}

/* The steps that the answer would have begun are not performed. */
static void test_plan_gate(void **state)
{
    struct story *story = story_in(RUN_PLAN_GATE);

    (void)state;
    story->journal_fails = true;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[   300] < continue\n"
                      "[   300] gate answered yes: plan gate -> deploying\n"
                      "[   300] the journal cannot be written: deploying -> failing\n"
                      "[   300] no job runs any more: failing -> stopped\n"
                      "[   300] = stopped: the journal cannot be written\n"
                      "[   300] > release\n"
                      "[   300]   the journal cannot be written: no space left on "
                      "device; nothing new is begun\n");
    free(story);
}

/* Jobs that run are waited for, not ended: that too would have to be written first. */
static void test_deploying(void **state)
{
    struct story *story = story_in(RUN_DEPLOYING);

    (void)state;
    story->scene.hosts[GREEN_2].step_ms = 5000;
    story_pass(story, 1500);
    story_skip(story);
    story->journal_fails = true;
    story_pass(story, 700);
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[  2400] the journal cannot be written: deploying -> failing\n"
                      "[  2400]   the journal cannot be written: no space left on "
                      "device; nothing new is begun\n"
                      "[  2500] < abort\n"
                      "[  2500]   abort: the journal cannot be written: the jobs end "
                      "by their own limits\n"
                      "[  5400] no job runs any more: failing -> stopped\n"
                      "[  5400] = stopped: the journal cannot be written\n"
                      "[  5400] > release\n");
    free(story);
}

static void test_verifying(void **state)
{
    struct story *story = story_in(RUN_VERIFYING);

    (void)state;
    story->journal_fails = true;
    story_until(story, RUN_STOPPED);
    story_tell(story, "[  6700] the journal cannot be written: verifying -> stopped\n"
                      "[  6700] = stopped: the journal cannot be written\n"
                      "[  6700] > release\n"
                      "[  6700]   the journal cannot be written: no space left on "
                      "device; nothing new is begun\n");
    free(story);
}

/* The switch is not performed, and what is true is read. */
static void test_switch(void **state)
{
    struct story *story = story_in(RUN_SWITCH_GATE);

    (void)state;
    story->journal_fails = true;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_STOPPED);
    story_tell(
        story,
        "[ 16800] < continue\n"
        "[ 16800] gate answered yes: switch gate -> switching\n"
        "[ 16800] baseline colour=blue window_ms=16000 requests=1600 failed=0 "
        "app_5xx=0 response_ms=0\n"
        "[ 16800] the journal cannot be written: switching -> switch unknown\n"
        "[ 16800]   the journal cannot be written: no space left on device; nothing "
        "new is begun\n"
        "[ 17200] the share is the old one: switch unknown -> stopped\n"
        "[ 17200] = stopped: the journal cannot be written; the switch did not happen\n"
        "[ 17200] > release\n");
    assert_int_equal(story->scene.balancers[0].changes, 0);
    free(story);
}

/* It was on its way already: then its answer counts. */
static void test_switch_on_its_way(void **state)
{
    struct story *story = story_in(RUN_SWITCHING);
    struct intent wish = {.kind = INTENT_DEPLOY};

    (void)state;
    story->journal_fails = true;
    story_pass(story, 50);
    story_intend(story, &wish);
    story_until(story, RUN_WATCHING);
    story_tell(
        story,
        "[ 16850] < deploy\n"
        "[ 16850] the journal cannot be written: switching -> switch unknown\n"
        "[ 16850]   deploy: run 1 is open: finish or abort it first\n"
        "[ 16850]   the journal cannot be written: no space left on device; nothing "
        "new is begun\n"
        "[ 17000] the load balancer made the change: switch unknown -> watching\n");
    free(story);
}

static void test_finish(void **state)
{
    struct story *story = story_in(RUN_WATCHING);

    (void)state;
    story_pass(story, 2000);
    story_skip(story);
    story->journal_fails = true;
    story_want(story, INTENT_FINISH);
    story_tell(story, "[ 19000] < finish\n"
                      "[ 19000] finish wanted: watching -> finishing\n"
                      "[ 19000]   the journal cannot be written: no space left on "
                      "device; nothing new is begun\n");
    free(story);
}

static void test_rollback(void **state)
{
    struct story *story = story_in(RUN_WATCHING);

    (void)state;
    story_pass(story, 2000);
    story_skip(story);
    story->journal_fails = true;
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_REVERTED);
    story_tell(story,
               "[ 19000] < roll back\n"
               "[ 19000] rollback wanted: watching -> reverting\n"
               "[ 19000]   the journal cannot be written: no space left on device; "
               "nothing new is begun\n"
               "[ 21000] > revert 100 to 0 as (4, 3)\n"
               "[ 21200]   HAProxy: blue is live\n"
               "[ 21200] the load balancer made the change: reverting -> reverted\n"
               "[ 21200] = reverted: taken back by the operator; green has 0 % again\n"
               "[ 21200] > release\n");
    assert_int_equal(story->scene.balancers[0].share, SHARE_BLUE);
    free(story);
}

/* Lost in the very turn of a rollback's switch: the same nonce is asked again. */
static void test_rollback_switch(void **state)
{
    struct story *story = story_in(RUN_WATCHING);

    (void)state;
    story_pass(story, 2000);
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_DONE);
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_SWITCH_GATE);
    story_skip(story);
    story->journal_fails = true;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    story_tell(story,
               "[ 29600] < continue\n"
               "[ 29600] gate answered yes: switch gate -> switching\n"
               "[ 29600] baseline colour=green window_ms=29000 requests=1232 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 29600]   the journal cannot be written: no space left on device; "
               "nothing new is begun\n"
               "[ 31600] > switch 100 to 0 as (5, 2)\n"
               "[ 31800] the load balancer made the change: switching -> watching\n");
    assert_int_equal(story->scene.balancers[0].changes, 2);
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_new_run),
        cmocka_unit_test(test_plan_gate),
        cmocka_unit_test(test_deploying),
        cmocka_unit_test(test_verifying),
        cmocka_unit_test(test_switch),
        cmocka_unit_test(test_switch_on_its_way),
        cmocka_unit_test(test_finish),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test(test_rollback_switch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
