/* The lease: who may change, and what follows when it is somebody else. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct policy by_operator;
static const struct policy by_policy = {.yes = true};

static void seize(struct story *story)
{
    scene_acquire(&story->scene, "bobs-run", "bob", story->scene.balancer.epoch, true);
}

/* A run that waits at `state`, by an operator who says yes at each gate before. */
static struct story *story_at(enum run_state state)
{
    struct story *story = story_new(by_operator);

    story_want(story, INTENT_DEPLOY);
    while (story->core.model.run.state != state) {
        if (run_is_gate(story->core.model.run.state))
            story_want(story, INTENT_CONTINUE);
        story_step(story);
    }
    story_pass(story, 2000);
    story_skip(story);
    return story;
}

static void test_busy(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    seize(story);
    story_pass(story, 1000);
    story_skip(story);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[  1000] < deploy\n"
                      "[  1000] deploy wanted: none -> preflight\n"
                      "[  1100] > acquire\n"
                      "[  1300] a check failed: preflight -> stopped\n"
                      "[  1300] = stopped: lease: bob@ws1 holds the lease for 00:01, "
                      "run bobs-run: wait for its end, or take it over\n");
    free(story);
}

static void test_waits(void **state)
{
    const struct policy policy = {.yes = true, .wait_lease = true};
    struct story *story = story_new(policy);

    (void)state;
    seize(story);
    story_pass(story, 1000);
    story_skip(story);
    story_want(story, INTENT_DEPLOY);
    story_pass(story, 20000);
    assert_int_equal(story->core.model.run.state, RUN_PREFLIGHT);
    story_skip(story);
    story_until(story, RUN_DEPLOYING);
    story_tell(story, "[ 22800] > acquire\n"
                      "[ 25900] > acquire\n"
                      "[ 29000] > acquire\n"
                      "[ 32100] > acquire\n"
                      "[ 35200] > acquire\n"
                      "[ 38300] > acquire\n"
                      "[ 41400] > acquire\n"
                      "[ 44500] > acquire\n"
                      "[ 47600] > acquire\n"
                      "[ 50700] > acquire\n"
                      "[ 53800] > acquire\n"
                      "[ 56900] > acquire\n"
                      "[ 60000] > acquire\n"
                      "[ 60200] all checks ok: preflight -> plan gate\n"
                      "[ 60200] gate answered yes: plan gate -> deploying\n"
                      "[ 60200] > web-green-1: job start fetch\n"
                      "[ 60200] > web-green-2: job start fetch\n");
    free(story);
}

/* Who waits sees the holder's canary and keeps waiting. */
static struct story *story_waits(enum intent_kind kind)
{
    const struct policy policy = {.yes = true, .wait_lease = true};
    struct story *story = story_new(policy);

    seize(story);
    story_pass(story, 1000);
    story_want(story, kind);
    story_pass(story, 10000);
    scene_move_share(&story->scene, 25);
    story_pass(story, 10000);
    assert_int_equal(story->core.model.run.state, RUN_PREFLIGHT);
    return story;
}

/* A deploy goes to the colour that is idle when the lease is ours. */
static void test_deploy_after_a_wait(void **state)
{
    struct story *story = story_waits(INTENT_DEPLOY);

    (void)state;
    scene_move_share(&story->scene, SHARE_GREEN);
    story_until(story, RUN_DEPLOYING);
    assert_int_equal(story->core.model.run.target, COLOUR_BLUE);
    free(story);
}

/* A switch does not turn around what somebody else did meanwhile. */
static void test_switch_after_a_wait(void **state)
{
    struct story *story = story_waits(INTENT_SHIFT);

    (void)state;
    scene_move_share(&story->scene, SHARE_GREEN);
    story_until(story, RUN_STOPPED);
    assert_string_equal(story->core.model.run.reason,
                        "share: green is live already: somebody else has switched");
    assert_int_equal(story->scene.balancer.share, SHARE_GREEN);
    free(story);
}

/* Taken over while the hosts build: no further step, and what runs may end. */
static void test_lost_in_deploy(void **state)
{
    struct story *story = story_at(RUN_DEPLOYING);

    (void)state;
    seize(story);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[  4500] > web-green-1: job start activate\n"
                      "[  4500] > web-green-2: job start activate\n"
                      "[  6600] all hosts deployed: deploying -> verifying\n"
                      "[  6700] somebody else took the lease: verifying -> stopped\n"
                      "[  6700] = stopped: the lease is lost: bob@ws1 holds the lease "
                      "for 00:04, run bobs-run\n"
                      "[  6700]   the lease is lost: bob@ws1 holds the lease for "
                      "00:04, run bobs-run\n");
    free(story);
}

static void test_lost_at_the_gate(void **state)
{
    struct story *story = story_at(RUN_SWITCH_GATE);

    (void)state;
    seize(story);
    story_until(story, RUN_STOPPED);
    story_tell(
        story,
        "[ 30300] somebody else took the lease: switch gate -> stopped\n"
        "[ 30300] = stopped: the lease is lost: lb-1: the lease is of a later epoch\n"
        "[ 30300]   the lease is lost: lb-1: the lease is of a later epoch\n");
    free(story);
}

/* The switch is no longer ours to confirm. */
static void test_lost_in_watch(void **state)
{
    struct story *story = story_at(RUN_WATCHING);

    (void)state;
    seize(story);
    story_until(story, RUN_UNCONFIRMED);
    story_tell(story,
               "[ 27300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[ 30300] somebody else took the lease: watching -> unconfirmed\n"
               "[ 30300] = unconfirmed: green has the traffic, and nobody confirmed "
               "it; the lease is lost: lb-1: the lease is of a later epoch\n"
               "[ 30300]   the lease is lost: lb-1: the lease is of a later epoch\n");
    free(story);
}

/* A load balancer that does not confirm our lease in time: nothing is changed. */
static void test_in_doubt(void **state)
{
    struct story *story = story_at(RUN_SWITCH_GATE);

    (void)state;
    story->scene.balancer.reachable = false;
    story_pass(story, 50000);
    story_skip(story);
    story_want(story, INTENT_CONTINUE);
    story_tell(story, "[ 68800] < continue\n"
                      "[ 68800]   continue: the load balancer has not confirmed our "
                      "lease for 53 s: nothing is changed until it does\n");
    story->scene.balancer.reachable = true;
    story_pass(story, 5000);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    free(story);
}

/* A frozen engine that wakes after its time, when somebody else has changed things. */
static void test_frozen(void **state)
{
    struct story *story = story_at(RUN_SWITCH_GATE);

    (void)state;
    story->now.mono_ms += 100000;
    story->now.wall_ms += 100000;
    scene_advance(&story->scene, story->now.mono_ms);
    seize(story);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_STOPPED);
    story_tell(
        story,
        "[118800] < continue\n"
        "[118800]   continue: the load balancer has not confirmed our lease for 103 s: "
        "nothing is changed until it does\n"
        "[118800]   continue: HAProxy's counters are 100 s old: no evidence\n"
        "[118800]   continue: web-green-1: its last probe is 102 s old: no evidence\n"
        "[118800]   continue: web-green-2: its last probe is 102 s old: no evidence\n"
        "[118900] somebody else took the lease: switch gate -> stopped\n"
        "[118900] = stopped: the lease is lost: bob@ws1 holds the lease for 00:00, run "
        "bobs-run\n"
        "[118900]   the lease is lost: bob@ws1 holds the lease for 00:00, run "
        "bobs-run\n");
    assert_int_equal(story->scene.balancer.share, SHARE_BLUE);
    free(story);
}

/* Nobody leads the run that switched: its fuse fires, and the console tells. */
static void test_orphan_fires(void **state)
{
    struct story *story = story_at(RUN_WATCHING);

    (void)state;
    seize(story);
    story_until(story, RUN_UNCONFIRMED);
    story_skip(story);
    story_pass(story, 70000);
    story_tell(story, "[ 77200]   HAProxy: blue is live\n"
                      "[ 78700]   the load balancer took an unconfirmed switch back: "
                      "green has 0 %\n");
    assert_int_equal(story->scene.balancer.share, SHARE_BLUE);
    free(story);
}

/* Bob's unconfirmed switch is taken over, and finished. */
static void test_takeover(void **state)
{
    struct story *story = story_new(by_operator);
    struct scene_balancer *balancer = &story->scene.balancer;

    (void)state;
    seize(story);
    scene_move_share(&story->scene, SHARE_GREEN);
    balancer->fuse = (struct fuse){
        .state = FUSE_ARMED, .to = SHARE_BLUE, .until_ms = story->now.mono_ms + 60000};
    story_pass(story, 6000);
    story_skip(story);
    story_want(story, INTENT_TAKEOVER);
    story_until(story, RUN_FINISH_GATE);
    story_pass(story, 90000);
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_DONE);
    story_tell(story, "[  6000] < take over\n"
                      "[  6000] takeover wanted: none -> preflight\n"
                      "[  6100] > acquire\n"
                      "[  6200] all checks ok: preflight -> finish gate\n"
                      "[ 96200] < finish\n"
                      "[ 96200] finish wanted: finish gate -> finishing\n"
                      "[ 96200] > finish 100 to 100 as (5, 2)\n"
                      "[ 96400] the load balancer made the change: finishing -> done\n"
                      "[ 96400] = done: green is live\n"
                      "[ 96400] > release\n");
    assert_int_equal(balancer->fuse.state, FUSE_NONE);
    assert_int_equal(balancer->share, SHARE_GREEN);
    free(story);
}

/* No policy confirms what it has not seen from the beginning. */
static void test_takeover_under_yes(void **state)
{
    struct story *story = story_new(by_policy);
    struct scene_balancer *balancer = &story->scene.balancer;

    (void)state;
    seize(story);
    scene_move_share(&story->scene, SHARE_GREEN);
    balancer->fuse = (struct fuse){
        .state = FUSE_ARMED, .to = SHARE_BLUE, .until_ms = story->now.mono_ms + 60000};
    story_pass(story, 6000);
    story_skip(story);
    story_want(story, INTENT_TAKEOVER);
    story_until(story, RUN_UNCONFIRMED);
    story_tell(story, "[  6000] < take over\n"
                      "[  6000] takeover wanted: none -> preflight\n"
                      "[  6100] > acquire\n"
                      "[  6200] all checks ok: preflight -> finish gate\n"
                      "[  6200] gate answered no: finish gate -> unconfirmed\n"
                      "[  6200] = unconfirmed: green has the traffic, and nobody "
                      "confirmed it: the switch is another run's: it is yours to "
                      "judge; no counters have come since the switch: no verdict\n"
                      "[  6200] > release\n");
    free(story);
}

static void test_takeover_of_nothing(void **state)
{
    struct story *story = story_new(by_operator);

    (void)state;
    story_pass(story, 1000);
    story_skip(story);
    story_want(story, INTENT_TAKEOVER);
    story_tell(story, "[  1000] < take over\n"
                      "[  1000]   take over: nobody else holds the lease, and no "
                      "switch waits: nothing is there to take over\n");
    free(story);
}

static void test_maintenance(void **state)
{
    struct story *story = story_new(by_operator);
    struct intent up = {.kind = INTENT_MAINTENANCE, .on = true};

    (void)state;
    story_pass(story, 1000);
    story_skip(story);
    story_intend(story, &up);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[  1000] < maintenance\n"
               "[  1000] maintenance wanted: none -> preflight\n"
               "[  1100] > acquire\n"
               "[  1200] all checks ok: preflight -> changing\n"
               "[  1200] > maintenance 0 to 0 as (4, 2)\n"
               "[  1400] the load balancer made the change: changing -> done\n"
               "[  1400] = done: the maintenance page is up: every request gets 503\n"
               "[  1400] > release\n");
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_deploy_after_a_wait),
        cmocka_unit_test(test_switch_after_a_wait),
        cmocka_unit_test(test_lost_in_deploy),
        cmocka_unit_test(test_lost_at_the_gate),
        cmocka_unit_test(test_lost_in_watch),
        cmocka_unit_test(test_in_doubt),
        cmocka_unit_test(test_frozen),
        cmocka_unit_test(test_orphan_fires),
        cmocka_unit_test(test_takeover),
        cmocka_unit_test(test_takeover_under_yes),
        cmocka_unit_test(test_takeover_of_nothing),
        cmocka_unit_test(test_maintenance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
