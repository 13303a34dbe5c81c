/* The guard window, and the way back out of it. */
#include "lib/story.h"
#include "lib/test.h"

#include "base/str.h"

#include <stdlib.h>

static const struct policy by_operator;
static const struct policy by_policy = {.yes = true};

/* A deploy that has just switched, by an operator who says yes at each gate. */
static struct story *story_in_watch(struct policy policy)
{
    struct story *story = story_new(policy);

    story_want(story, INTENT_DEPLOY);
    while (story->core.model.run.state != RUN_WATCHING) {
        if (!policy.yes && run_is_gate(story->core.model.run.state))
            story_want(story, INTENT_CONTINUE);
        story_step(story);
    }
    story_pass(story, 2000);
    story_skip(story);
    return story;
}

static void begin_errors(struct story *story, enum guard_policy guard)
{
    story->settings.guard = guard;
    story->scene.balancer.errors_percent[COLOUR_GREEN] = 40;
}

static void test_errors_ask(void **state)
{
    struct story *story = story_in_watch(by_operator);

    (void)state;
    begin_errors(story, GUARD_ASK);
    story_until(story, RUN_FINISH_GATE);
    story_pass(story, 5000);
    story_want(story, INTENT_CONTINUE);
    story_tell(story, "[ 19200] the guard tripped: watching -> finish gate\n"
                      "[ 24200] < continue\n"
                      "[ 24200] gate answered yes: finish gate -> finishing\n"
                      "[ 24200] > finish 100 to 100 as (4, 3)\n");
    free(story);
}

static void test_errors_roll_back(void **state)
{
    struct story *story = story_in_watch(by_operator);

    (void)state;
    begin_errors(story, GUARD_ROLL_BACK);
    story_until(story, RUN_REVERTED);
    story_tell(story,
               "[ 19200] rollback wanted: watching -> reverting\n"
               "[ 19200] > revert 100 to 0 as (4, 3)\n"
               "[ 19400] the load balancer made the change: reverting -> reverted\n"
               "[ 19400] = reverted: 4.0 % of 201 requests to green failed in 2 s, and "
               "0.0 % of those to blue before the switch (guard_worse 2 points); green "
               "has 0 % again\n"
               "[ 19400] > release\n");
    assert_int_equal(story->scene.balancer.share, SHARE_BLUE);
    free(story);
}

static void test_errors_are_watched(void **state)
{
    struct story *story = story_in_watch(by_operator);

    (void)state;
    begin_errors(story, GUARD_WATCH);
    story_until(story, RUN_FINISH_GATE);
    story_tell(story, "[ 27300]   through the frontend: HEAD "
                      "http://10.0.0.15:80/health: 200 in 12 ms\n"
                      "[ 77000] the guard window ended: watching -> finish gate\n");
    free(story);
}

/* Nobody is there to be asked: the policy goes back. */
static void test_errors_under_yes(void **state)
{
    struct story *story = story_in_watch(by_policy);

    (void)state;
    begin_errors(story, GUARD_ASK);
    story_until(story, RUN_REVERTED);
    story_tell(story,
               "[ 19200] rollback wanted: watching -> reverting\n"
               "[ 19200] > revert 100 to 0 as (4, 3)\n"
               "[ 19400] the load balancer made the change: reverting -> reverted\n"
               "[ 19400] = reverted: 4.0 % of 201 requests to green failed in 2 s, and "
               "0.0 % of those to blue before the switch (guard_worse 2 points); green "
               "has 0 % again\n"
               "[ 19400] > release\n");
    assert_int_equal(story->scene.balancer.share, SHARE_BLUE);
    free(story);
}

static void test_no_traffic(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story->scene.balancer.requests_per_s = 0;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_WATCHING);
    story_skip(story);
    story_until(story, RUN_UNCONFIRMED);
    story_tell(story,
               "[ 17200]   HAProxy: green is live\n"
               "[ 27300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[ 77000] the guard window saw no traffic: watching -> finish gate\n"
               "[ 77000] gate answered no: finish gate -> unconfirmed\n"
               "[ 77000] = unconfirmed: green has the traffic, and nobody confirmed "
               "it: no request came to green: no verdict\n"
               "[ 77000] > release\n");
    free(story);
}

/* What we ask of the preview before the switch is in HAProxy's counters of the new
 * colour, too. */
static void test_preview_is_no_client(void **state)
{
    struct story *story = story_new(by_operator);
    const struct run *run = &story->core.model.run;

    (void)state;
    story->scene.balancer.requests_per_s = 0;
    str_copy(story->settings.preview_host, sizeof story->settings.preview_host,
             "preview.example.com");
    story_want(story, INTENT_SHIFT);
    story_until(story, RUN_SWITCH_GATE);
    while (story->core.model.front.uncounted == 0)
        story_step(story);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    story_pass(story, 3000);
    assert_string_equal(run->receipt.reason, "no request came to green");
    assert_int_equal(run->receipt.requests[COLOUR_GREEN], 0);
    free(story);
}

static void test_no_traffic_accepted(void **state)
{
    const struct policy policy = {.yes = true, .accept_no_traffic = true};
    struct story *story = story_new(policy);

    (void)state;
    story->scene.balancer.requests_per_s = 0;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_WATCHING);
    story_skip(story);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[ 17200]   HAProxy: green is live\n"
               "[ 27300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[ 77000] the guard window saw no traffic: watching -> finish gate\n"
               "[ 77000] gate answered yes: finish gate -> finishing\n"
               "[ 77000] > finish 100 to 100 as (4, 3)\n"
               "[ 77200] the load balancer made the change: finishing -> done\n"
               "[ 77200] = done: green is live\n"
               "[ 77200] > release\n");
    free(story);
}

/* That no request came is accepted; that nobody could answer one is not. */
static void test_no_server_is_not_no_traffic(void **state)
{
    const struct policy policy = {.yes = true, .accept_no_traffic = true};
    struct story *story = story_new(policy);

    (void)state;
    story->settings.guard = GUARD_WATCH;
    story->scene.balancer.requests_per_s = 0;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_WATCHING);
    story_skip(story);
    story->scene.hosts[GREEN_1].healthy = story->scene.hosts[GREEN_2].healthy = false;
    story_until(story, RUN_UNCONFIRMED);
    story_tell(story,
               "[ 17200]   HAProxy: green is live\n"
               "[ 37300]   web-green-1: health: sick (another status than expected)\n"
               "[ 37300]   web-green-2: health: sick (another status than expected)\n"
               "[ 37300]   through the frontend: HEAD http://10.0.0.15:80/health: 500 "
               "(expected 200): database schema is 41\n"
               "[ 77000] the guard window ended: watching -> finish gate\n"
               "[ 77000] gate answered no: finish gate -> unconfirmed\n"
               "[ 77000] = unconfirmed: green has the traffic, and nobody confirmed "
               "it: no request came to green: no verdict; 0 of 2 servers of green are "
               "up (min_up 1); through the frontend: HEAD http://10.0.0.15:80/health: "
               "500 (expected 200): database schema is 41\n"
               "[ 77000] > release\n");
    free(story);
}

/* One wish is enough: the load balancer takes its own switch back. */
static void test_rollback_is_one_wish(void **state)
{
    struct story *story = story_in_watch(by_operator);

    (void)state;
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_REVERTED);
    story_tell(story,
               "[ 19000] < roll back\n"
               "[ 19000] rollback wanted: watching -> reverting\n"
               "[ 19000] > revert 100 to 0 as (4, 3)\n"
               "[ 19200]   HAProxy: blue is live\n"
               "[ 19200] the load balancer made the change: reverting -> reverted\n"
               "[ 19200] = reverted: taken back by the operator; green has 0 % again\n"
               "[ 19200] > release\n");
    assert_int_equal(story->scene.balancer.share, SHARE_BLUE);
    free(story);
}

static void test_rollback_without_api(void **state)
{
    struct story *story = story_in_watch(by_operator);

    (void)state;
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_DONE);
    story->scene.api_up = false;
    story_skip(story);
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_SWITCH_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    story_tell(story,
               "[ 19200] < roll back\n"
               "[ 19200] rollback wanted: none -> preflight\n"
               "[ 19300]   DigitalOcean: no answer in time\n"
               "[ 19300] > acquire\n"
               "[ 19400] all checks ok: preflight -> verifying\n"
               "[ 19500]   DigitalOcean: no answer in time\n"
               "[ 29600] all targets verified: verifying -> switch gate\n"
               "[ 29600] < continue\n"
               "[ 29600] gate answered yes: switch gate -> switching\n"
               "[ 29600] baseline colour=green window_ms=29000 requests=1232 failed=0 "
               "app_5xx=0 response_ms=0\n"
               "[ 29600] > switch 100 to 0 as (5, 2)\n"
               "[ 29800] the load balancer made the change: switching -> watching\n");
    free(story);
}

/* The colour to go back to is sick: refused, and the traffic stays. */
static void test_rollback_to_sick(void **state)
{
    struct story *story = story_in_watch(by_operator);

    (void)state;
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_DONE);
    story_skip(story);
    story->scene.hosts[BLUE_1].healthy = false;
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_STOPPED);
    story_tell(
        story,
        "[ 19200] < roll back\n"
        "[ 19200] rollback wanted: none -> preflight\n"
        "[ 19300] > acquire\n"
        "[ 19400] all checks ok: preflight -> verifying\n"
        "[ 39700]   web-blue-1: health: sick (another status than expected)\n"
        "[ 59900] a target failed verification: verifying -> stopped\n"
        "[ 59900] = stopped: web-blue-1: HEAD http://10.0.0.11:8080/health: 500 "
        "(expected 200): database schema is 41; web-blue-1: in HAProxy it is DOWN\n"
        "[ 59900] > release\n");
    free(story);
}

/* Somebody else went back by hand: the load balancer still has the fuse of it, and
 * taking back what is back changes nothing. */
static void test_somebody_went_back(void **state)
{
    struct story *story = story_in_watch(by_operator);

    (void)state;
    scene_move_share(&story->scene, SHARE_BLUE);
    story_until(story, RUN_REVERTED);
    story_tell(story,
               "[ 19200]   HAProxy: blue is live\n"
               "[ 27300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[ 47200] the load balancer took the switch back: watching -> reverted\n"
               "[ 47200] = reverted: somebody else took it back; green has 0 % again\n"
               "[ 47200] > release\n");
    free(story);
}

static void test_somebody_goes_back_meanwhile(void **state)
{
    struct story *story = story_in_watch(by_operator);

    (void)state;
    story_want(story, INTENT_ROLLBACK);
    scene_move_share(&story->scene, SHARE_BLUE);
    story_until(story, RUN_REVERTED);
    story_tell(
        story,
        "[ 19000] < roll back\n"
        "[ 19000] rollback wanted: watching -> reverting\n"
        "[ 19000] > revert 100 to 0 as (4, 3)\n"
        "[ 19200]   HAProxy: blue is live\n"
        "[ 19200] the load balancer refused: reverting -> finish gate\n"
        "[ 20200] the load balancer took the switch back: finish gate -> reverted\n"
        "[ 20200] = reverted: somebody else took it back; green has 0 % again\n"
        "[ 20200] > release\n");
    free(story);
}

static void test_somebody_splits(void **state)
{
    struct story *story = story_in_watch(by_policy);

    (void)state;
    scene_move_share(&story->scene, 50);
    story_until(story, RUN_UNCONFIRMED);
    story_tell(story,
               "[ 19200]   HAProxy: split, 50 % of the requests go to green\n"
               "[ 27300]   through the frontend: HEAD http://10.0.0.15:80/health: 200 "
               "in 12 ms\n"
               "[ 77000] the guard window ended: watching -> finish gate\n"
               "[ 77000] gate answered no: finish gate -> unconfirmed\n"
               "[ 77000] = unconfirmed: green has the traffic, and nobody confirmed "
               "it: HAProxy's share is 50, not 100: somebody else changed it\n"
               "[ 77000] > release\n");
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors_ask),
        cmocka_unit_test(test_errors_roll_back),
        cmocka_unit_test(test_errors_are_watched),
        cmocka_unit_test(test_errors_under_yes),
        cmocka_unit_test(test_no_traffic),
        cmocka_unit_test(test_preview_is_no_client),
        cmocka_unit_test(test_no_traffic_accepted),
        cmocka_unit_test(test_no_server_is_not_no_traffic),
        cmocka_unit_test(test_rollback_is_one_wish),
        cmocka_unit_test(test_rollback_without_api),
        cmocka_unit_test(test_rollback_to_sick),
        cmocka_unit_test(test_somebody_went_back),
        cmocka_unit_test(test_somebody_goes_back_meanwhile),
        cmocka_unit_test(test_somebody_splits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
