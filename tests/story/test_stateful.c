/* What stateful applications ask for: migrations that expand and contract, and stores
 * that every host reaches. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

static const struct policy by_operator;
static const struct policy by_policy = {.yes = true};

static void add_expand(struct story *story)
{
    struct recipe_step *step = &story->scene.recipe.steps[STEP_BUILD];

    str_copy(step->name, RECIPE_NAME_MAX, "migrate-expand");
    step->scope = STEP_ONCE;
    step->when = RECIPE_WHEN_MIGRATE_EXPAND;
}

/* On one host; the others make nothing current before it has ended well. */
static void test_expand_comes_first(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    add_expand(story);
    story_pass(story, 5000);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DEPLOYING);
    story_skip(story);
    story_until(story, RUN_VERIFYING);
    story_tell(story, "[  7400] > web-green-1: job start migrate-expand\n"
                      "[  9500] > web-green-1: job start activate\n"
                      "[  9500] > web-green-2: job start activate\n"
                      "[ 11600] all hosts deployed: deploying -> verifying\n");
    free(story);
}

static void test_expand_fails(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    add_expand(story);
    story->scene.hosts[GREEN_1].fails_at = STEP_BUILD;
    story_pass(story, 5000);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DEPLOYING);
    story_skip(story);
    story_until(story, RUN_STOPPED);
    story_tell(story, "[  7400] > web-green-1: job start migrate-expand\n"
                      "[  9500] a host failed: deploying -> failing\n"
                      "[  9500] no job runs any more: failing -> stopped\n"
                      "[  9500] = stopped: web-green-1: migrate-expand ended with 1\n"
                      "[  9500] > release\n"
                      "[  9500]   web-green-1: migrate-expand: ended with 1\n");
    assert_string_equal(story->scene.hosts[GREEN_1].sha, SCENE_OLD_SHA);
    assert_string_equal(story->scene.hosts[GREEN_2].sha, SCENE_OLD_SHA);
    free(story);
}

static struct story *story_at_contract_gate(void)
{
    struct story *story = story_new(by_operator);

    scene_add_contract(&story->scene);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_SWITCH_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_WATCHING);
    story_want(story, INTENT_FINISH);
    story_until(story, RUN_CONTRACT_GATE);
    story_skip(story);
    return story;
}

static void expect_way_back(const struct story *story, const char *words)
{
    struct readiness readiness;

    rollback_readiness(&story->core.model, &readiness);
    if (words == NULL) {
        assert_true(readiness.ready);
        return;
    }
    assert_false(readiness.ready);
    assert_non_null(strstr(readiness.why.lines[0], words));
}

static void test_contract(void **state)
{
    struct story *story = story_at_contract_gate();

    (void)state;
    expect_way_back(story, NULL);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[ 17200] < continue\n"
               "[ 17200] gate answered yes: contract gate -> contracting\n"
               "[ 17200] > contract 100 to 100 as (4, 4)\n"
               "[ 17400] > web-green-1: job start migrate-contract\n"
               "[ 19500] > contract 100 to 100 as (4, 5)\n"
               "[ 19700] the load balancer made the change: contracting -> done\n"
               "[ 19700] = done: green is live, and the contract of 4e2b9d0 has run\n"
               "[ 19700] > release\n");
    assert_int_equal(story->scene.balancers[0].contract.state, CONTRACT_DONE);
    assert_string_equal(story->scene.balancers[0].contract.release, SCENE_NEW_SHA);
    assert_string_equal(story->scene.balancers[0].contract.closed, SCENE_OLD_SHA);
    expect_way_back(story, "closed by the contract of 4e2b9d0");
    free(story);
}

/* Another console, later: it asks for the words, and goes with them. */
static void test_way_back_after_contract(void **state)
{
    struct story *story = story_new(by_policy);
    struct intent typed = {.kind = INTENT_ROLLBACK, .past_contract = true};

    (void)state;
    scene_move_share(&story->scene.balancers[0], SHARE_GREEN);
    for (int host = GREEN_1; host <= GREEN_2; host++)
        str_copy(story->scene.hosts[host].sha, SHA_HEX_SIZE, SCENE_NEW_SHA);
    story->scene.balancers[0].contract = (struct contract){.state = CONTRACT_DONE};
    str_copy(story->scene.balancers[0].contract.release, CONTRACT_SHA_SIZE,
             SCENE_NEW_SHA);
    str_copy(story->scene.balancers[0].contract.closed, CONTRACT_SHA_SIZE,
             SCENE_OLD_SHA);
    story_pass(story, 30000);
    expect_way_back(story, "closed by the contract");
    story_want(story, INTENT_ROLLBACK);
    story_until(story, RUN_STOPPED);
    assert_non_null(strstr(story->core.model.run.reason, "the way back is closed"));
    assert_int_equal(story->scene.balancers[0].share, SHARE_GREEN);
    story_intend(story, &typed);
    story_until(story, RUN_DONE);
    assert_int_equal(story->scene.balancers[0].share, SHARE_BLUE);
    free(story);
}

static void test_contract_fails(void **state)
{
    struct story *story = story_at_contract_gate();

    (void)state;
    story->scene.hosts[GREEN_1].fails_at = STEP_CONTRACT;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_UNKNOWN);
    story_tell(
        story,
        "[ 17200] < continue\n"
        "[ 17200] gate answered yes: contract gate -> contracting\n"
        "[ 17200] > contract 100 to 100 as (4, 4)\n"
        "[ 17400] > web-green-1: job start migrate-contract\n"
        "[ 19500] > contract 100 to 100 as (4, 5)\n"
        "[ 19500]   web-green-1: migrate-contract: ended with 1\n"
        "[ 19700] the load balancer made the change: contracting -> unknown\n"
        "[ 19700] = unknown: green is live; its contract migration did not end well: "
        "web-green-1: migrate-contract ended with 1\n"
        "[ 19700] > release\n");
    assert_int_equal(story->scene.balancers[0].share, SHARE_GREEN);
    assert_int_equal(story->scene.balancers[0].contract.state, CONTRACT_FAILED);
    expect_way_back(story, "not known, because of the contract");
    free(story);
}

/* Its end is not known: what the load balancer has says so. */
static void test_contract_is_lost(void **state)
{
    struct story *story = story_at_contract_gate();

    (void)state;
    story_want(story, INTENT_CONTINUE);
    story_pass(story, 1000);
    story->scene.hosts[GREEN_1].reachable = false;
    story_until(story, RUN_UNKNOWN);
    assert_int_equal(story->scene.balancers[0].contract.state, CONTRACT_BEGUN);
    expect_way_back(story, "not known, because of the contract");
    free(story);
}

static void test_contract_is_aborted(void **state)
{
    struct story *story = story_at_contract_gate();

    (void)state;
    story_want(story, INTENT_CONTINUE);
    story_pass(story, 1000);
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_UNKNOWN);
    assert_int_equal(story->scene.balancers[0].contract.state, CONTRACT_FAILED);
    assert_non_null(
        strstr(story->core.model.run.reason, "it was ended by the operator"));
    free(story);
}

/* The load balancer cannot write it down: nothing is begun. */
static void test_contract_is_refused(void **state)
{
    struct story *story = story_at_contract_gate();

    (void)state;
    story->scene.balancers[0].fate = SWITCH_REFUSED;
    story->scene.balancers[0].fate_count = 1;
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_UNKNOWN);
    assert_null(
        scene_job(&story->scene, GREEN_1, story->core.model.run.id, STEP_CONTRACT));
    free(story);
}

static void test_contract_is_left(void **state)
{
    struct story *story = story_at_contract_gate();

    (void)state;
    story_want(story, INTENT_ABORT);
    story_until(story, RUN_DONE);
    story_tell(story,
               "[ 17200] < abort\n"
               "[ 17200] abort wanted: contract gate -> done\n"
               "[ 17200] = done: green is live; the contract migration was left for "
               "later\n"
               "[ 17200] > release\n");
    expect_way_back(story, NULL);
    story_pass(story, 30000);
    story_skip(story);
    story_want(story, INTENT_CONTRACT);
    story_until(story, RUN_CONTRACT_GATE);
    story_want(story, INTENT_CONTINUE);
    story_until(story, RUN_DONE);
    assert_int_equal(story->scene.balancers[0].contract.state, CONTRACT_DONE);
    free(story);
}

static void expect_under_yes(enum contract_policy policy, enum contract_state wanted)
{
    struct story *story = story_new(by_policy);

    scene_add_contract(&story->scene);
    story->settings.contract = policy;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DONE);
    assert_int_equal(story->scene.balancers[0].contract.state, wanted);
    free(story);
}

static void test_contract_under_yes(void **state)
{
    (void)state;
    expect_under_yes(CONTRACT_ASK, CONTRACT_NONE);
    expect_under_yes(CONTRACT_AUTO, CONTRACT_DONE);
    expect_under_yes(CONTRACT_NEVER, CONTRACT_NONE);
}

/* What the contract has closed does not come back by a deploy. */
static void test_deploy_of_closed_release(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    story->scene.balancers[0].contract = (struct contract){.state = CONTRACT_DONE};
    str_copy(story->scene.balancers[0].contract.closed, CONTRACT_SHA_SIZE,
             SCENE_NEW_SHA);
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_STOPPED);
    assert_non_null(strstr(story->core.model.run.reason, "may not fit the data"));
    free(story);
}

static void test_store_is_down(void **state)
{
    struct story *story = story_new(by_policy);

    (void)state;
    str_copy(story->settings.store[STORE_SESSIONS], SETTING_TEXT_MAX,
             "redis://10.0.0.9:6379/0");
    story->scene.store_down[STORE_SESSIONS] = true;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_STOPPED);
    assert_non_null(strstr(story->core.model.run.reason,
                           "sessions does not answer web-green-1, web-green-2"));
    story->scene.store_down[STORE_SESSIONS] = false;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_DONE);
    assert_int_equal(story->core.model.run.preflight.checks[CHECK_SHARED].state,
                     CHECK_OK);
    story->scene.store_down[STORE_SESSIONS] = true;
    story_want(story, INTENT_ROLLBACK); /* the way back waits for no store */
    story_until(story, RUN_DONE);
    free(story);
}

static void test_store_on_loopback(void **state)
{
    struct story *story = story_new(by_operator);
    const struct check *check = &story->core.model.run.preflight.checks[CHECK_SHARED];

    (void)state;
    str_copy(story->settings.store[STORE_CACHE], SETTING_TEXT_MAX,
             "memcached://127.0.0.1:11211");
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    assert_int_equal(check->state, CHECK_WARN);
    assert_non_null(strstr(check->text, "cache is on loopback"));
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expand_comes_first),
        cmocka_unit_test(test_expand_fails),
        cmocka_unit_test(test_contract),
        cmocka_unit_test(test_way_back_after_contract),
        cmocka_unit_test(test_contract_fails),
        cmocka_unit_test(test_contract_is_lost),
        cmocka_unit_test(test_contract_is_aborted),
        cmocka_unit_test(test_contract_is_refused),
        cmocka_unit_test(test_contract_is_left),
        cmocka_unit_test(test_contract_under_yes),
        cmocka_unit_test(test_deploy_of_closed_release),
        cmocka_unit_test(test_store_is_down),
        cmocka_unit_test(test_store_on_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
