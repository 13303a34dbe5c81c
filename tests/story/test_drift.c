/* Somebody else changes the load balancer: core finds it with the next sample. */
#include "lib/story.h"
#include "lib/test.h"

#include "core/drift.h"

#include <stdlib.h>

static const struct policy by_operator;

/* What drifts after one more poll. */
static struct drift after_one_poll(struct story *story)
{
    struct drift drift;

    story_pass(story, story->settings.sample_ms + 2 * story->latency_ms);
    drift_look(&story->core.model, &drift);
    return drift;
}

static struct story *settled(void)
{
    struct story *story = story_new(by_operator);

    story_pass(story, 5000);
    struct drift drift = after_one_poll(story);
    assert_int_equal(drift.count, 0);
    return story;
}

static void test_disk_and_runtime(void **state)
{
    struct story *story = settled();

    (void)state;
    story->scene.balancers[0].disk_share = SHARE_GREEN;
    struct drift drift = after_one_poll(story);
    assert_int_equal(drift.count, 1);
    assert_int_equal(drift.findings[0].kind, DRIFT_SHARE);
    assert_int_equal(drift.findings[0].mend.share, SHARE_BLUE);

    story->scene.balancers[0].disk_share = SHARE_BLUE;
    assert_int_equal(after_one_poll(story).count, 0);
    free(story);
}

static void test_a_switch_is_no_drift(void **state)
{
    struct story *story = settled();
    static struct drift drift;

    (void)state;
    story_want(story, INTENT_DEPLOY);
    while (story->core.model.run.state != RUN_WATCHING) {
        if (run_is_gate(story->core.model.run.state))
            story_want(story, INTENT_CONTINUE);
        assert_true(story_step(story));
        drift_look(&story->core.model, &drift);
        assert_int_equal(drift.count, 0);
    }
    free(story);
}

static void test_a_worker_is_noted(void **state)
{
    struct story *story = settled();
    struct intent intent = {.kind = INTENT_MEND};

    (void)state;
    story->scene.balancers[0].worker_pid++;
    struct drift drift = after_one_poll(story);
    assert_int_equal(drift.count, 1);
    assert_int_equal(drift.findings[0].kind, DRIFT_WORKER);

    story_skip(story);
    intent.mend = drift.findings[0].mend;
    story_intend(story, &intent);
    story_tell(story,
               "[  7400] < mend\n"
               "[  7400]   drift: notes worker 4712 as known; nothing outside is "
               "touched\n");
    assert_int_equal(after_one_poll(story).count, 0);
    story_intend(story, &intent);
    story_tell(story, "[  8600] < mend\n[  8600]   mend: nothing drifts\n");
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disk_and_runtime),
        cmocka_unit_test(test_a_switch_is_no_drift),
        cmocka_unit_test(test_a_worker_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
