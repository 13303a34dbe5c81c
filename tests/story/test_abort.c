/* What an abort means at each stage. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct policy by_operator;

/* A deploy in `state`, by an operator who says yes at each gate before it. */
static struct story *story_in(struct story *story, enum run_state state)
{
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

static void test_preflight(void **state)
{
    struct story *story = story_in(story_new(by_operator), RUN_PREFLIGHT);

    (void)state;
    story_want(story, INTENT_ABORT);
    story_tell(story, "[     0] < abort\n"
                      "[     0] abort wanted: preflight -> aborted\n"
                      "[     0] = aborted: ended by the operator at preflight\n");
    free(story);
}

static void test_plan_gate(void **state)
{
    struct story *story = story_in(story_new(by_operator), RUN_PLAN_GATE);

    (void)state;
    story_want(story, INTENT_ABORT);
    story_tell(story, "[   300] < abort\n"
                      "[   300] abort wanted: plan gate -> aborted\n"
                      "[   300] = aborted: ended by the operator at preflight\n"
                      "[   300] > release\n");
    free(story);
}

static void test_deploying(void **state)
{
    struct story *story = story_in(story_new(by_operator), RUN_DEPLOYING);

    (void)state;
    story_pass(story, 1500);
    story_want(story, INTENT_ABORT);
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_ABORTED);
    story_tell(story, "[  1800] < abort\n"
                      "[  1800] abort wanted: deploying -> cancelling\n"
                      "[  1800] > web-green-1: job cancel fetch\n"
                      "[  1800] > web-green-2: job cancel fetch\n"
                      "[  1800] < abort\n"
                      "[  1800]   abort: the hosts' jobs are being ended already\n"
                      "[  1900]   web-green-1: fetch: ended with 143\n"
                      "[  1900] no job runs any more: cancelling -> aborted\n"
                      "[  1900] = aborted: ended by the operator at deploy\n"
                      "[  1900] > release\n"
                      "[  1900]   web-green-2: fetch: ended with 143\n");
    free(story);
}

/* A cancel whose line drops is asked again. */
static void test_cancel_is_repeated(void **state)
{
    struct story *story = story_in(story_new(by_operator), RUN_DEPLOYING);

    (void)state;
    story->scene.hosts[GREEN_2].step_ms = 600000;
    story_pass(story, 4000);
    story_skip(story);
    story->scene.hosts[GREEN_2].reachable = false;
    story_want(story, INTENT_ABORT);
    story_pass(story, 1000);
    story->scene.hosts[GREEN_2].reachable = true;
    story_until(story, RUN_ABORTED);
    story_tell(story,
               "[  4300] < abort\n"
               "[  4300] abort wanted: deploying -> cancelling\n"
               "[  4300] > web-green-1: job cancel build\n"
               "[  4300] > web-green-2: job cancel fetch\n"
               "[  4400]   web-green-2: fetch: the connection dropped; asking again\n"
               "[  4400]   web-green-1: build: ended with 143\n"
               "[  4400]   web-green-2: fetch: ssh: connect: timed out; asking again\n"
               "[  5637] > web-green-2: job cancel fetch\n"
               "[  5737] no job runs any more: cancelling -> aborted\n"
               "[  5737] = aborted: ended by the operator at deploy\n"
               "[  5737] > release\n"
               "[  5737]   web-green-2: fetch: ended with 143\n");
    free(story);
}

/* Its end is not known: then the run does not say that it was ended. */
static void test_job_does_not_end(void **state)
{
    struct story *story = story_in(story_new(by_operator), RUN_DEPLOYING);

    (void)state;
    story->scene.hosts[GREEN_2].step_ms = 600000;
    story->scene.hosts[GREEN_2].stays_in_job = true;
    story_pass(story, 4000);
    story_skip(story);
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_UNKNOWN);
    story_tell(
        story,
        "[  4300] < abort\n"
        "[  4300] abort wanted: deploying -> cancelling\n"
        "[  4300] > web-green-1: job cancel build\n"
        "[  4300] > web-green-2: job cancel fetch\n"
        "[  4400]   web-green-1: build: ended with 143\n"
        "[  4400]   web-green-2: fetch: the job does not end; asking again\n"
        "[  5135] > web-green-2: job cancel fetch\n"
        "[  6472] > web-green-2: job cancel fetch\n"
        "[  8748] > web-green-2: job cancel fetch\n"
        "[ 14347] > web-green-2: job cancel fetch\n"
        "[ 19921] > web-green-2: job cancel fetch\n"
        "[ 26555] > web-green-2: job cancel fetch\n"
        "[ 32599] > web-green-2: job cancel fetch\n"
        "[ 36733] > web-green-2: job cancel fetch\n"
        "[ 43042] > web-green-2: job cancel fetch\n"
        "[ 49235] > web-green-2: job cancel fetch\n"
        "[ 55955] > web-green-2: job cancel fetch\n"
        "[ 56055] no job runs any more: cancelling -> unknown\n"
        "[ 56055] = unknown: jobs on hosts did not end in time, or do not answer\n"
        "[ 56055] > release\n"
        "[ 56055]   web-green-2: fetch: the job does not end; its end is not known\n");
    free(story);
}

static void test_failing(void **state)
{
    struct story *story = story_new(by_operator);

    (void)state;
    story->scene.hosts[GREEN_1].fails_at = STEP_FETCH;
    story->scene.hosts[GREEN_2].step_ms = 60000;
    story_in(story, RUN_FAILING);
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_ABORTED);
    story_tell(story, "[  2400] < abort\n"
                      "[  2400] abort wanted: failing -> cancelling\n"
                      "[  2400] > web-green-2: job cancel fetch\n"
                      "[  2500] no job runs any more: cancelling -> aborted\n"
                      "[  2500] = aborted: ended by the operator at deploy\n"
                      "[  2500] > release\n"
                      "[  2500]   web-green-2: fetch: ended with 143\n");
    free(story);
}

static void test_verifying(void **state)
{
    struct story *story = story_in(story_new(by_operator), RUN_VERIFYING);

    (void)state;
    story_want(story, INTENT_ABORT);
    story_tell(story, "[  6600] < abort\n"
                      "[  6600] abort wanted: verifying -> aborted\n"
                      "[  6600] = aborted: ended by the operator at verify\n"
                      "[  6600] > release\n");
    free(story);
}

static void test_switch_gate(void **state)
{
    struct story *story = story_in(story_new(by_operator), RUN_SWITCH_GATE);

    (void)state;
    story_want(story, INTENT_ABORT);
    story_tell(story, "[ 16800] < abort\n"
                      "[ 16800] abort wanted: switch gate -> aborted\n"
                      "[ 16800] = aborted: ended by the operator at switch\n"
                      "[ 16800] > release\n");
    assert_string_equal(story->core.model.run.advice,
                        "the release stays on the idle colour; the traffic was not "
                        "changed");
    free(story);
}

/* The traffic has moved: there is nothing to abort, only to finish or to go back. */
static void test_watching(void **state)
{
    struct story *story = story_in(story_new(by_operator), RUN_WATCHING);

    (void)state;
    story_want(story, INTENT_ABORT);
    story_tell(story,
               "[ 17000] < abort\n"
               "[ 17000]   abort: the traffic has moved: finish, or roll back\n");
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_preflight),
        cmocka_unit_test(test_plan_gate),
        cmocka_unit_test(test_deploying),
        cmocka_unit_test(test_cancel_is_repeated),
        cmocka_unit_test(test_job_does_not_end),
        cmocka_unit_test(test_failing),
        cmocka_unit_test(test_verifying),
        cmocka_unit_test(test_switch_gate),
        cmocka_unit_test(test_watching),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
