/* Two load balancers: one lease, one switch, and what is split between them. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct policy by_operator;

static struct scene_balancer *first_of(struct story *story)
{
    return &story->scene.balancers[0];
}

static struct scene_balancer *second_of(struct story *story)
{
    return &story->scene.balancers[1];
}

static struct story *story_of_two(struct policy policy)
{
    struct story *story = story_new(policy);

    scene_add_balancer(&story->scene);
    return story;
}

/* A switch that waits for its operator. */
static struct story *story_at_switch_gate(void)
{
    struct story *story = story_of_two(by_operator);

    story_pass(story, 1000);
    story_want(story, INTENT_SHIFT);
    story_until(story, RUN_SWITCH_GATE);
    story_skip(story);
    return story;
}

static void answer(struct story *story)
{
    story_want(story, INTENT_CONTINUE);
}

/* The second one answers that it would switch, and is dead when it is asked to. */
static void die_between(struct story *story)
{
    answer(story);
    while (story->core.model.run.change.preparing)
        story_step(story);
    scene_die(second_of(story));
}

static void test_both_switch_and_confirm(void **state)
{
    struct story *story = story_of_two(by_operator);

    (void)state;
    story_pass(story, 1000);
    story_skip(story);
    story_want(story, INTENT_SHIFT);
    story_until(story, RUN_SWITCH_GATE);
    answer(story);
    story_until(story, RUN_WATCHING);
    story_pass(story, 3000);
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_DONE);
    story_pass(story, 2000);
    story_tell(story,
               "[  1000] < switch\n"
               "[  1000] switch wanted: none -> preflight\n"
               "[  1100] > lb-1: acquire\n"
               "[  1200] > lb-2: acquire\n"
               "[  1300] all checks ok: preflight -> verifying\n"
               "[ 11500] all targets verified: verifying -> switch gate\n"
               "[ 11500] < continue\n"
               "[ 11500] gate answered yes: switch gate -> switching\n"
               "[ 11500] baseline colour=blue window_ms=10000 requests=2000 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 11500] > lb-1: prepare switch 0 to 100 as (4, 2)\n"
               "[ 11500] > lb-2: prepare switch 0 to 100 as (4, 2)\n"
               "[ 11700] > lb-1: switch 0 to 100 as (4, 2)\n"
               "[ 11700] > lb-2: switch 0 to 100 as (4, 2)\n"
               "[ 11900] the load balancer made the change: switching -> watching\n"
               "[ 12200]   lb-1: HAProxy: green is live\n"
               "[ 12200]   lb-2: HAProxy: green is live\n"
               "[ 14900] < finish\n"
               "[ 14900] finish wanted: watching -> finishing\n"
               "[ 14900] > lb-1: finish 100 to 100 as (4, 3)\n"
               "[ 14900] > lb-2: finish 100 to 100 as (4, 3)\n"
               "[ 15100] the load balancer made the change: finishing -> done\n"
               "[ 15100] = done: green is live\n"
               "[ 15100] > lb-1: release\n"
               "[ 15100] > lb-2: release\n");
    assert_int_equal(first_of(story)->share, SHARE_GREEN);
    assert_int_equal(second_of(story)->share, SHARE_GREEN);
    assert_int_equal(first_of(story)->fuse.state, FUSE_NONE);
    assert_int_equal(second_of(story)->fuse.state, FUSE_NONE);
    free(story);
}

/* The counters of both are one receipt. */
static void test_receipt_sums(void **state)
{
    struct story *story = story_at_switch_gate();
    const struct receipt *receipt = &story->core.model.run.receipt;

    (void)state;
    second_of(story)->requests_per_s = 900;
    answer(story);
    story_until(story, RUN_WATCHING);
    story_pass(story, 10000);
    assert_int_equal(receipt->verdict, RECEIPT_CLEAN);
    assert_in_range(receipt->requests[COLOUR_GREEN], 8000, 10000);
    free(story);
}

static void test_one_says_no_before(void **state)
{
    struct story *story = story_at_switch_gate();

    (void)state;
    second_of(story)->fate = SWITCH_REFUSED;
    second_of(story)->fate_count = 1;
    answer(story);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[ 11500] < continue\n"
                      "[ 11500] gate answered yes: switch gate -> switching\n"
                      "[ 11500] baseline colour=blue window_ms=10000 requests=2000 "
                      "failed=0 app_5xx=0 response_ms=0\n"
                      "[ 11500] > lb-1: prepare switch 0 to 100 as (4, 2)\n"
                      "[ 11500] > lb-2: prepare switch 0 to 100 as (4, 2)\n"
                      "[ 11700] the load balancer refused: switching -> stopped\n"
                      "[ 11700] = stopped: the load balancer refused (not_ready): "
                      "lb-2: 1 of 2 servers are not ready\n"
                      "[ 11700] > lb-1: release\n"
                      "[ 11700] > lb-2: release\n");
    assert_int_equal(first_of(story)->changes, 0);
    assert_int_equal(second_of(story)->changes, 0);
    free(story);
}

static void test_one_dies_before(void **state)
{
    struct story *story = story_at_switch_gate();

    (void)state;
    scene_die(second_of(story));
    answer(story);
    story_until(story, RUN_STOPPED);
    story_tell(story,
               "[ 11500] < continue\n"
               "[ 11500] gate answered yes: switch gate -> switching\n"
               "[ 11500] baseline colour=blue window_ms=10000 requests=2000 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 11500] > lb-1: prepare switch 0 to 100 as (4, 2)\n"
               "[ 11500] > lb-2: prepare switch 0 to 100 as (4, 2)\n"
               "[ 12200]   lb-2: HAProxy's counters do not come\n"
               "[ 21500] the load balancer refused: switching -> stopped\n"
               "[ 21500] = stopped: lb-2 did not answer whether it would switch\n"
               "[ 21500] > lb-1: release\n"
               "[ 21500] > lb-2: release\n");
    assert_int_equal(first_of(story)->changes, 0);
    free(story);
}

static void test_split_is_taken_back(void **state)
{
    struct story *story = story_at_switch_gate();

    (void)state;
    die_between(story);
    story_until(story, RUN_SPLIT);
    story_pass(story, 1000);
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_REVERTED);
    story_tell(story,
               "[ 11500] < continue\n"
               "[ 11500] gate answered yes: switch gate -> switching\n"
               "[ 11500] baseline colour=blue window_ms=10000 requests=2000 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 11500] > lb-1: prepare switch 0 to 100 as (4, 2)\n"
               "[ 11500] > lb-2: prepare switch 0 to 100 as (4, 2)\n"
               "[ 11700] > lb-1: switch 0 to 100 as (4, 2)\n"
               "[ 11700] > lb-2: switch 0 to 100 as (4, 2)\n"
               "[ 12200]   lb-1: HAProxy: green is live\n"
               "[ 12200]   lb-2: HAProxy's counters do not come\n"
               "[ 14700] some load balancers made the change, some did not: switching "
               "-> load balancers split\n"
               "[ 15700] < roll back\n"
               "[ 15700] rollback wanted: load balancers split -> reverting\n"
               "[ 15700] > lb-1: revert 100 to 0 as (4, 3)\n"
               "[ 15900] the load balancer made the change: reverting -> reverted\n"
               "[ 15900] = reverted: taken back by the operator; green has 0 % again; "
               "lb-2 does not answer: what it may have switched, its fuse takes back\n"
               "[ 15900] > lb-1: release\n"
               "[ 15900] > lb-2: release\n");
    assert_int_equal(first_of(story)->share, SHARE_BLUE);
    scene_boot(second_of(story));
    assert_int_equal(second_of(story)->share, SHARE_BLUE);
    free(story);
}

static void test_split_is_completed(void **state)
{
    struct story *story = story_at_switch_gate();

    (void)state;
    die_between(story);
    story_until(story, RUN_SPLIT);
    story_pass(story, 40000);
    scene_boot(second_of(story));
    story_until(story, RUN_WATCHING);
    story_pass(story, 10000);
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_DONE);
    story_tell(
        story,
        "[ 11500] < continue\n"
        "[ 11500] gate answered yes: switch gate -> switching\n"
        "[ 11500] baseline colour=blue window_ms=10000 requests=2000 failed=0 "
        "app_5xx=0 response_ms=0\n"
        "[ 11500] > lb-1: prepare switch 0 to 100 as (4, 2)\n"
        "[ 11500] > lb-2: prepare switch 0 to 100 as (4, 2)\n"
        "[ 11700] > lb-1: switch 0 to 100 as (4, 2)\n"
        "[ 11700] > lb-2: switch 0 to 100 as (4, 2)\n"
        "[ 12200]   lb-1: HAProxy: green is live\n"
        "[ 12200]   lb-2: HAProxy's counters do not come\n"
        "[ 14700] some load balancers made the change, some did not: switching -> load "
        "balancers split\n"
        "[ 41800]   lb-2: no whole answer in time; whether the switch happened is not "
        "known yet\n"
        "[ 42700] > lb-2: switch 0 to 100 as (4, 2)\n"
        "[ 55200]   lb-2: HAProxy answers again\n"
        "[ 56200] > lb-2: acquire\n"
        "[ 56200]   lb-2 was restarted: it is asked for the lease again\n"
        "[ 74700] > lb-2: switch 0 to 100 as (4, 2)\n"
        "[ 74900]   lb-2: a later change was seen here\n"
        "[ 76700] > lb-2: switch 0 to 100 as (5, 3)\n"
        "[ 76900] the load balancer made the change: load balancers split -> watching\n"
        "[ 77200]   lb-2: HAProxy: green is live\n"
        "[ 86900] < finish\n"
        "[ 86900] finish wanted: watching -> finishing\n"
        "[ 86900] > lb-1: finish 100 to 100 as (5, 4)\n"
        "[ 86900] > lb-2: finish 100 to 100 as (5, 4)\n"
        "[ 87100] the load balancer made the change: finishing -> done\n"
        "[ 87100] = done: green is live\n");
    assert_int_equal(second_of(story)->share, SHARE_GREEN);
    assert_int_equal(second_of(story)->fuse.state, FUSE_NONE);
    free(story);
}

/* Its boot takes back what it had switched: it is asked again, under a new pair. */
static void test_reboot_in_watch(void **state)
{
    struct story *story = story_at_switch_gate();

    (void)state;
    answer(story);
    story_until(story, RUN_WATCHING);
    story_pass(story, 5000);
    story_skip(story);
    scene_die(second_of(story));
    story_pass(story, 15000);
    scene_boot(second_of(story));
    assert_int_equal(second_of(story)->share, SHARE_BLUE);
    story_until(story, RUN_SPLIT);
    story_until(story, RUN_WATCHING);
    story_tell(
        story,
        "[ 17200]   lb-2: HAProxy's counters do not come\n"
        "[ 22300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 in 12 "
        "ms\n"
        "[ 32100]   the fuse gets no more time: lb-2: no switch waits to be confirmed\n"
        "[ 32200]   lb-2: HAProxy: blue is live\n"
        "[ 32200]   lb-2: HAProxy answers again\n"
        "[ 32200] some load balancers made the change, some did not: watching -> load "
        "balancers split\n"
        "[ 32200]   the load balancer took an unconfirmed switch back: green has 0 %\n"
        "[ 33400] > lb-2: acquire\n"
        "[ 33400]   lb-2 was restarted: it is asked for the lease again\n"
        "[ 34200] > lb-2: switch 0 to 100 as (5, 3)\n"
        "[ 34400] the load balancer made the change: load balancers split -> "
        "watching\n");
    assert_int_equal(second_of(story)->share, SHARE_GREEN);
    free(story);
}

static void test_left_out_by_its_name(void **state)
{
    struct story *story = story_of_two(by_operator);

    (void)state;
    scene_die(second_of(story));
    story_pass(story, 2000);
    story_skip(story);
    story_want(story, INTENT_SHIFT);
    story_until(story, RUN_BALANCER_GATE);
    answer(story);
    story_until(story, RUN_SWITCH_GATE);
    answer(story);
    story_until(story, RUN_WATCHING);
    assert_true(story->core.model.balancers[1].left_out);
    story_tell(story,
               "[  2000] < switch\n"
               "[  2000] switch wanted: none -> preflight\n"
               "[  2200] one of several load balancers does not answer: preflight -> "
               "balancer gate\n"
               "[  2200] < continue\n"
               "[  2200] gate answered yes: balancer gate -> preflight\n"
               "[  2200] > lb-1: acquire\n"
               "[  2200]   lb-2 is left out of this run: when it returns it may send "
               "its requests to the other colour\n"
               "[  2300] all checks ok: preflight -> verifying\n"
               "[ 12500] all targets verified: verifying -> switch gate\n"
               "[ 12500] < continue\n"
               "[ 12500] gate answered yes: switch gate -> switching\n"
               "[ 12500] baseline colour=blue window_ms=12000 requests=1200 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 12500] > lb-1: switch 0 to 100 as (4, 2)\n"
               "[ 12700] the load balancer made the change: switching -> watching\n");
    free(story);
}

/* --yes stops there, unless --without named it. */
static void test_left_out_by_policy(void **state)
{
    static const enum run_state ends[] = {RUN_STOPPED, RUN_STOPPED, RUN_DONE};
    static const char *const names[] = {NULL, "lb-1", "lb-2"};

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct story *story =
            story_of_two((struct policy){.yes = true, .without = names[i]});
        scene_die(second_of(story));
        story_pass(story, 2000);
        story_want(story, INTENT_SHIFT);
        story_until(story, ends[i]);
        free(story);
    }
}

static void test_finished_when_all_said_so(void **state)
{
    struct story *story = story_at_switch_gate();

    (void)state;
    answer(story);
    story_until(story, RUN_WATCHING);
    story_pass(story, 5000);
    story_skip(story);
    second_of(story)->reachable = false;
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_FINISH_GATE);
    second_of(story)->reachable = true;
    story_pass(story, 5000);
    answer(story);
    story_until(story, RUN_DONE);
    story_tell(story, "[ 16900] < finish\n"
                      "[ 16900] finish wanted: watching -> finishing\n"
                      "[ 16900] > lb-1: finish 100 to 100 as (4, 3)\n"
                      "[ 16900] > lb-2: finish 100 to 100 as (4, 3)\n"
                      "[ 47000]   lb-2: no whole answer in time; whether the finish "
                      "happened is not known yet\n"
                      "[ 49000] > lb-2: finish 100 to 100 as (4, 3)\n"
                      "[ 61900] the deadline passed: finishing -> finish gate\n"
                      "[ 62300]   through the frontend: HEAD "
                      "http://10.0.0.15:80/health: 200 in 12 ms\n"
                      "[ 66900] < continue\n"
                      "[ 66900] gate answered yes: finish gate -> finishing\n"
                      "[ 66900] > lb-2: finish 100 to 100 as (4, 4)\n"
                      "[ 67100] the load balancer made the change: finishing -> done\n"
                      "[ 67100] = done: green is live\n"
                      "[ 67100] > lb-1: release\n"
                      "[ 67100] > lb-2: release\n");
    assert_int_equal(second_of(story)->fuse.state, FUSE_NONE);
    free(story);
}

/* It was not finished, and one fuse went off meanwhile: what that one lacks is a
 * switch. */
static void test_fuse_fires_after_finish(void **state)
{
    struct story *story = story_at_switch_gate();

    (void)state;
    answer(story);
    story_until(story, RUN_WATCHING);
    story_pass(story, 5000);
    second_of(story)->reachable = false;
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_FINISH_GATE);
    second_of(story)->fuse.until_ms = story->now.mono_ms + 100;
    story_pass(story, 1000);
    second_of(story)->reachable = true;
    story_until(story, RUN_SPLIT);
    story_until(story, RUN_WATCHING);
    assert_int_equal(first_of(story)->share, SHARE_GREEN);
    assert_int_equal(second_of(story)->share, SHARE_GREEN);
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_switch_and_confirm),
        cmocka_unit_test(test_receipt_sums),
        cmocka_unit_test(test_one_says_no_before),
        cmocka_unit_test(test_one_dies_before),
        cmocka_unit_test(test_split_is_taken_back),
        cmocka_unit_test(test_split_is_completed),
        cmocka_unit_test(test_reboot_in_watch),
        cmocka_unit_test(test_left_out_by_its_name),
        cmocka_unit_test(test_left_out_by_policy),
        cmocka_unit_test(test_finished_when_all_said_so),
        cmocka_unit_test(test_fuse_fires_after_finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
