/* Deploys, from the wish to the end. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct policy by_operator;
static const struct policy by_policy = {.yes = true};

static void test_all_the_way(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story_pass(story, 5000);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[   200]   HAProxy: blue is live\n"
               "[  5000] < deploy\n"
               "[  5000] deploy wanted: none -> preflight\n"
               "[  5100] > acquire\n"
               "[  5300] all checks ok: preflight -> plan gate\n"
               "[  5300] gate answered yes: plan gate -> deploying\n"
               "[  5300] > web-green-1: job start fetch\n"
               "[  5300] > web-green-2: job start fetch\n"
               "[  7400] > web-green-1: job start build\n"
               "[  7400] > web-green-2: job start build\n"
               "[  9500] > web-green-1: job start activate\n"
               "[  9500] > web-green-2: job start activate\n"
               "[ 11600] all hosts deployed: deploying -> verifying\n"
               "[ 21800] all targets verified: verifying -> switch gate\n"
               "[ 21800] gate answered yes: switch gate -> switching\n"
               "[ 21800] baseline colour=blue window_ms=21000 requests=2100 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 21800] > switch 0 to 100 as (4, 2)\n"
               "[ 22000] the load balancer made the change: switching -> watching\n"
               "[ 22200]   HAProxy: green is live\n"
               "[ 32300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[ 82000] the guard window ended: watching -> finish gate\n"
               "[ 82000] gate answered yes: finish gate -> finishing\n"
               "[ 82000] > finish 100 to 100 as (4, 3)\n"
               "[ 82200] the load balancer made the change: finishing -> done\n"
               "[ 82200] = done: green is live\n"
               "[ 82200] > release\n");
    assert_int_equal(story->scene.balancers[0].share, SHARE_GREEN);
    assert_string_equal(story->scene.hosts[GREEN_1].sha, SCENE_NEW_SHA);
    assert_string_equal(story->scene.hosts[BLUE_1].sha, SCENE_OLD_SHA);
    free(story);
}

static void test_by_operator(void **state)
{
    struct story *story = story_new(by_operator);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    story_pass(story, 5000);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_SWITCH_GATE);
    story_pass(story, 5000);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    story_pass(story, 5000);
    story_want(story, INTENT_FINISH);
    story_tell(story,
               "[     0] < deploy\n"
               "[     0] deploy wanted: none -> preflight\n"
               "[   200]   HAProxy: blue is live\n"
               "[   200] > acquire\n"
               "[   300] all checks ok: preflight -> plan gate\n"
               "[  5300] < continue\n"
               "[  5300] gate answered yes: plan gate -> deploying\n"
               "[  5300] > web-green-1: job start fetch\n"
               "[  5300] > web-green-2: job start fetch\n"
               "[  7400] > web-green-1: job start build\n"
               "[  7400] > web-green-2: job start build\n"
               "[  9500] > web-green-1: job start activate\n"
               "[  9500] > web-green-2: job start activate\n"
               "[ 11600] all hosts deployed: deploying -> verifying\n"
               "[ 21800] all targets verified: verifying -> switch gate\n"
               "[ 26800] < continue\n"
               "[ 26800] gate answered yes: switch gate -> switching\n"
               "[ 26800] baseline colour=blue window_ms=26000 requests=2600 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 26800] > switch 0 to 100 as (4, 2)\n"
               "[ 27000] the load balancer made the change: switching -> watching\n"
               "[ 27200]   HAProxy: green is live\n"
               "[ 32000] < finish\n"
               "[ 32000] finish wanted: watching -> finishing\n"
               "[ 32000] > finish 100 to 100 as (4, 3)\n");
    free(story);
}

/* The second one goes back to blue, with the pair after the first one's. */
static void test_two_runs(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DONE);
    story_skip(story);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_WATCHING);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[ 77200] < deploy\n"
               "[ 77200] deploy wanted: none -> preflight\n"
               "[ 77300] > acquire\n"
               "[ 77400] all checks ok: preflight -> plan gate\n"
               "[ 77400] gate answered yes: plan gate -> deploying\n"
               "[ 77400] > web-blue-1: job start fetch\n"
               "[ 77400] > web-blue-2: job start fetch\n"
               "[ 79500] > web-blue-1: job start build\n"
               "[ 79500] > web-blue-2: job start build\n"
               "[ 81600] > web-blue-1: job start activate\n"
               "[ 81600] > web-blue-2: job start activate\n"
               "[ 83700] all hosts deployed: deploying -> verifying\n"
               "[ 93900] all targets verified: verifying -> switch gate\n"
               "[ 93900] gate answered yes: switch gate -> switching\n"
               "[ 93900] baseline colour=green window_ms=60000 requests=6004 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 93900] > switch 100 to 0 as (5, 2)\n"
               "[ 94100] the load balancer made the change: switching -> watching\n"
               "[ 94200]   HAProxy: blue is live\n"
               "[104300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[154100] the guard window ended: watching -> finish gate\n"
               "[154100] gate answered yes: finish gate -> finishing\n"
               "[154100] > finish 0 to 0 as (5, 3)\n"
               "[154300] the load balancer made the change: finishing -> done\n"
               "[154300] = done: blue is live\n"
               "[154300] > release\n");
    assert_string_equal(story->scene.hosts[BLUE_1].sha, SCENE_NEW_SHA);
    free(story);
}

static void test_unknown_ref(void **state)
{
    struct story *story = story_new(by_policy);
    struct intent intent = {.kind = INTENT_DEPLOY, .ref = "no-such-branch"};

    (void)state;
    story->scene.ref_known = false;
    story_intend(story, &intent);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[     0] < deploy no-such-branch\n"
                      "[     0] deploy wanted: none -> preflight\n"
                      "[   200]   HAProxy: blue is live\n"
                      "[   200] > acquire\n"
                      "[   300] a check failed: preflight -> stopped\n"
                      "[   300] = stopped: ref: no-such-branch: no branch, tag or "
                      "commit of this name\n"
                      "[   300] > release\n");
    free(story);
}

static void test_does_not_build(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story->scene.hosts[GREEN_1].fails_at = STEP_BUILD;
    story->scene.hosts[GREEN_2].step_ms = 5000;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[     0] < deploy\n"
                      "[     0] deploy wanted: none -> preflight\n"
                      "[   200]   HAProxy: blue is live\n"
                      "[   200] > acquire\n"
                      "[   300] all checks ok: preflight -> plan gate\n"
                      "[   300] gate answered yes: plan gate -> deploying\n"
                      "[   300] > web-green-1: job start fetch\n"
                      "[   300] > web-green-2: job start fetch\n"
                      "[  2400] > web-green-1: job start build\n"
                      "[  4500] a host failed: deploying -> failing\n"
                      "[  4500]   web-green-1: build: ended with 1\n"
                      "[  5400] no job runs any more: failing -> stopped\n"
                      "[  5400] = stopped: web-green-1: build ended with 1\n"
                      "[  5400] > release\n");
    free(story);
}

/* Where the others are to go on, one that fails stops the run all the same, when they
 * are through. */
static void test_others_go_on(void **state)
{
    struct story *story = story_new(by_policy);
    const struct rollout *rollout = &story->core.model.run.rollout;

    (void)state;
    story->settings.stop_policy = STOP_NONE;
    story->scene.hosts[GREEN_1].fails_at = STEP_FETCH;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_STOPPED);
    assert_int_equal(rollout->targets[0].jobs[STEP_FETCH].state, JOB_FAILED);
    assert_int_equal(rollout->targets[1].jobs[STEP_ACTIVATE].state, JOB_OK);
    assert_string_equal(story->core.model.run.reason,
                        "web-green-1: fetch ended with 1");
    free(story);
}

/* What was built does not answer well: the hosts are asked why, and nothing moves. */
static void test_sick_release(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story->scene.release_is_sick = true;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_STOPPED);
    story_tell(story,
               "[     0] < deploy\n"
               "[     0] deploy wanted: none -> preflight\n"
               "[   200]   HAProxy: blue is live\n"
               "[   200] > acquire\n"
               "[   300] all checks ok: preflight -> plan gate\n"
               "[   300] gate answered yes: plan gate -> deploying\n"
               "[   300] > web-green-1: job start fetch\n"
               "[   300] > web-green-2: job start fetch\n"
               "[  2400] > web-green-1: job start build\n"
               "[  2400] > web-green-2: job start build\n"
               "[  4500] > web-green-1: job start activate\n"
               "[  4500] > web-green-2: job start activate\n"
               "[  6600] all hosts deployed: deploying -> verifying\n"
               "[ 26900]   web-green-1: health: sick (another status than expected)\n"
               "[ 26900]   web-green-2: health: sick (another status than expected)\n"
               "[ 47100] a target failed verification: verifying -> diagnosing\n"
               "[ 47100] > web-green-1: job start diagnose\n"
               "[ 47100] > web-green-2: job start diagnose\n"
               "[ 49200] no job runs any more: diagnosing -> stopped\n"
               "[ 49200] = stopped: web-green-1: HEAD http://10.0.0.13:8080/health: "
               "500 (expected 200): database schema is 41; web-green-1: in HAProxy it "
               "is DOWN; web-green-2: HEAD http://10.0.0.14:8080/health: 500 (expected "
               "200): database schema is 41; web-green-2: in HAProxy it is DOWN\n"
               "[ 49200] > release\n");
    free(story);
}

/* The job goes on without us: it is followed from the byte that we have. */
static void test_host_comes_back(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story->scene.hosts[GREEN_2].step_ms = 6000;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DEPLOYING);
    story_pass(story, 3000);
    story->scene.hosts[GREEN_2].reachable = false;
    story_pass(story, 4000);
    story->scene.hosts[GREEN_2].reachable = true;
    story_until(story, RUN_VERIFYING);
    story_tell(story,
               "[     0] < deploy\n"
               "[     0] deploy wanted: none -> preflight\n"
               "[   200]   HAProxy: blue is live\n"
               "[   200] > acquire\n"
               "[   300] all checks ok: preflight -> plan gate\n"
               "[   300] gate answered yes: plan gate -> deploying\n"
               "[   300] > web-green-1: job start fetch\n"
               "[   300] > web-green-2: job start fetch\n"
               "[  2400] > web-green-1: job start build\n"
               "[  3400]   web-green-2: fetch: the connection dropped; asking again\n"
               "[  4135] > web-green-2: job follow fetch from byte 80\n"
               "[  4235]   web-green-2: fetch: ssh: connect: timed out; asking again\n"
               "[  4500] > web-green-1: job start activate\n"
               "[  5472] > web-green-2: job follow fetch from byte 80\n"
               "[  7748] > web-green-2: job follow fetch from byte 80\n"
               "[  7848] > web-green-2: job start build\n"
               "[ 13948] > web-green-2: job start activate\n"
               "[ 20048] all hosts deployed: deploying -> verifying\n");
    free(story);
}

/* A start that may never have come through is asked for again: the host runs it once.
 */
static void test_start_is_repeated(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DEPLOYING);
    story->scene.hosts[GREEN_2].reachable = false;
    story_skip(story);
    story_pass(story, 1500);
    story->scene.hosts[GREEN_2].reachable = true;
    story_until(story, RUN_VERIFYING);
    story_tell(story,
               "[   400]   web-green-2: fetch: ssh: connect: timed out; asking again\n"
               "[  1135] > web-green-2: job start fetch\n"
               "[  2400] > web-green-1: job start build\n"
               "[  2472] > web-green-2: job start fetch\n"
               "[  4500] > web-green-1: job start activate\n"
               "[  4572] > web-green-2: job start build\n"
               "[  6672] > web-green-2: job start activate\n"
               "[  8772] all hosts deployed: deploying -> verifying\n");
    free(story);
}

static void test_host_lost(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story->scene.hosts[GREEN_2].step_ms = 60000;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DEPLOYING);
    story_pass(story, 3000);
    story->scene.hosts[GREEN_2].reachable = false;
    story_until(story, RUN_STOPPED);
    story_tell(story,
               "[     0] < deploy\n"
               "[     0] deploy wanted: none -> preflight\n"
               "[   200]   HAProxy: blue is live\n"
               "[   200] > acquire\n"
               "[   300] all checks ok: preflight -> plan gate\n"
               "[   300] gate answered yes: plan gate -> deploying\n"
               "[   300] > web-green-1: job start fetch\n"
               "[   300] > web-green-2: job start fetch\n"
               "[  2400] > web-green-1: job start build\n"
               "[  3400]   web-green-2: fetch: the connection dropped; asking again\n"
               "[  4135] > web-green-2: job follow fetch from byte 80\n"
               "[  4235]   web-green-2: fetch: ssh: connect: timed out; asking again\n"
               "[  4500] > web-green-1: job start activate\n"
               "[  5472] > web-green-2: job follow fetch from byte 80\n"
               "[  7748] > web-green-2: job follow fetch from byte 80\n"
               "[ 13347] > web-green-2: job follow fetch from byte 80\n"
               "[ 18921] > web-green-2: job follow fetch from byte 80\n"
               "[ 25555] > web-green-2: job follow fetch from byte 80\n"
               "[ 31599] > web-green-2: job follow fetch from byte 80\n"
               "[ 35733] > web-green-2: job follow fetch from byte 80\n"
               "[ 42042] > web-green-2: job follow fetch from byte 80\n"
               "[ 48235] > web-green-2: job follow fetch from byte 80\n"
               "[ 54955] > web-green-2: job follow fetch from byte 80\n"
               "[ 55055] a host failed: deploying -> failing\n"
               "[ 55055] no job runs any more: failing -> stopped\n"
               "[ 55055] = stopped: web-green-2: fetch: its end is not known: ssh: "
               "connect: timed out\n"
               "[ 55055] > release\n"
               "[ 55055]   web-green-2: fetch: ssh: connect: timed out; its end is not "
               "known\n");
    free(story);
}

/* Green gets traffic while green is being changed: not one step more. */
static void test_target_goes_live(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DEPLOYING);
    story_pass(story, 1000);
    scene_move_share(&story->scene.balancers[0], 50);
    story_until(story, RUN_STOPPED);
    story_tell(story,
               "[     0] < deploy\n"
               "[     0] deploy wanted: none -> preflight\n"
               "[   200]   HAProxy: blue is live\n"
               "[   200] > acquire\n"
               "[   300] all checks ok: preflight -> plan gate\n"
               "[   300] gate answered yes: plan gate -> deploying\n"
               "[   300] > web-green-1: job start fetch\n"
               "[   300] > web-green-2: job start fetch\n"
               "[  2200] the target may get traffic: deploying -> failing\n"
               "[  2200]   HAProxy: split, 50 % of the requests go to green\n"
               "[  2400] no job runs any more: failing -> stopped\n"
               "[  2400] = stopped: green may get traffic, by somebody else's doing\n"
               "[  2400] > release\n");
    free(story);
}

static void test_late_gate(void **state)
{
    struct story *story = story_new(by_operator);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[     0] < deploy\n"
                      "[     0] deploy wanted: none -> preflight\n"
                      "[   200]   HAProxy: blue is live\n"
                      "[   200] > acquire\n"
                      "[   300] all checks ok: preflight -> plan gate\n"
                      "[1800300] the deadline passed: plan gate -> stopped\n"
                      "[1800300] = stopped: nobody answered the plan gate in time\n"
                      "[1800300] > release\n");
    free(story);
}

/* An answer to a gate that is no longer open is no answer to the next one. */
static void test_old_answer(void **state)
{
    struct story *story = story_new(by_operator);
    struct intent answer = {.kind = INTENT_CONTINUE};

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    answer.gate = story->core.model.run.gate;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_SWITCH_GATE);
    story_skip(story);
    story_intend(story, &answer);
    story_tell(
        story,
        "[ 16800] < continue\n"
        "[ 16800]   continue: that gate is no longer open; look at the one that is\n");
    assert_int_equal(story->core.model.run.state, RUN_SWITCH_GATE);
    free(story);
}

/* Answers of a run that is past change nothing of the next one. */
static void test_late_answers(void **state)
{
    struct story *story = story_new(by_operator);
    struct event late = {.type = EV_RESOLVED, .host = GREEN_1, .step = -1};
    struct event ended = {.type = EV_JOB_ENDED, .host = GREEN_1, .step = STEP_FETCH};

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    story_want(story, INTENT_ABORT);
    late.ticket.run = ended.ticket.run = story->core.model.run.number;
    story_want(story, INTENT_DEPLOY);
    late.sha = "0000000000000000000000000000000000000000";
    story_take(story, &late);
    story_until(story, RUN_PLAN_GATE);
    story_want(story, INTENT_CONTINUE);
    story_take(story, &ended);
    assert_string_equal(story->core.model.run.sha, SCENE_NEW_SHA);
    assert_int_equal(story->core.model.run.rollout.targets[0].step, STEP_FETCH);
    story_tell(story, "[     0] < deploy\n"
                      "[     0] deploy wanted: none -> preflight\n"
                      "[   200]   HAProxy: blue is live\n"
                      "[   200] > acquire\n"
                      "[   300] all checks ok: preflight -> plan gate\n"
                      "[   300] < abort\n"
                      "[   300] abort wanted: plan gate -> aborted\n"
                      "[   300] = aborted: ended by the operator at preflight\n"
                      "[   300] > release\n"
                      "[   300] < deploy\n"
                      "[   300] deploy wanted: none -> preflight\n"
                      "[   400] > acquire\n"
                      "[  1300] all checks ok: preflight -> plan gate\n"
                      "[  1300] < continue\n"
                      "[  1300] gate answered yes: plan gate -> deploying\n"
                      "[  1300] > web-green-1: job start fetch\n"
                      "[  1300] > web-green-2: job start fetch\n");
    free(story);
}

/* The plan names one sha; a second answer of git does not put another in its place. */
static void test_second_sha(void **state)
{
    struct story *story = story_new(by_operator);
    struct event second = {.type = EV_RESOLVED, .host = GREEN_1, .step = -1};

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    second.ticket.run = story->core.model.run.number;
    second.sha = "0000000000000000000000000000000000000000";
    story_take(story, &second);
    assert_string_equal(story->core.model.run.sha, SCENE_NEW_SHA);
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_the_way),
        cmocka_unit_test(test_by_operator),
        cmocka_unit_test(test_two_runs),
        cmocka_unit_test(test_unknown_ref),
        cmocka_unit_test(test_does_not_build),
        cmocka_unit_test(test_others_go_on),
        cmocka_unit_test(test_sick_release),
        cmocka_unit_test(test_host_comes_back),
        cmocka_unit_test(test_start_is_repeated),
        cmocka_unit_test(test_host_lost),
        cmocka_unit_test(test_target_goes_live),
        cmocka_unit_test(test_late_gate),
        cmocka_unit_test(test_old_answer),
        cmocka_unit_test(test_late_answers),
        cmocka_unit_test(test_second_sha),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
