/* A console that looks on: what the run of another one publishes is told here, too. */
#include "lib/story.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct policy by_operator;

/* Bob's run holds the lease, and the load balancer has told so. */
static struct story *story_looking_on(void)
{
    struct story *story = story_new(by_operator);

    story_pass(story, 1000);
    story_skip(story);
    scene_acquire(&story->scene.balancers[0], "run-of-bob", "bob", 0, false);
    scene_publish(&story->scene.balancers[0], "run-of-ann", "done long ago");
    scene_publish(&story->scene.balancers[0], "run-of-bob", "all checks ok");
    story->core.schedule.status_ms[LB_1] = 0;
    story_pass(story, 1000);
    return story;
}

static void test_lines_are_told_once(void **state)
{
    struct story *story = story_looking_on();

    (void)state;
    story_tell(story, "[  1200]   bob@ws1's run: all checks ok\n");
    story_pass(story, 10000);
    story_tell(story, "");

    scene_publish(&story->scene.balancers[0], "run-of-bob", "gate answered yes");
    scene_publish(&story->scene.balancers[0], "run-of-bob", "all hosts deployed");
    story_pass(story, 3000);
    story_tell(story, "[ 13800]   bob@ws1's run: gate answered yes\n"
                      "[ 13800]   bob@ws1's run: all hosts deployed\n");
    story_pass(story, 10000);
    story_tell(story, "");
    free(story);
}

/* Who holds the lease is told only now and then; what is published comes before. */
static void test_next_run(void **state)
{
    struct story *story = story_looking_on();

    (void)state;
    story_skip(story);
    scene_publish(&story->scene.balancers[0], "next-run-of-bob", "all checks ok");
    story_pass(story, 3000);
    story_tell(story, "[  3300]   another run (next-run-of-bob): all checks ok\n");
    free(story);
}

static void test_load_balancer_is_away(void **state)
{
    struct story *story = story_looking_on();

    (void)state;
    story_skip(story);
    story->scene.balancers[0].reachable = false;
    scene_publish(&story->scene.balancers[0], "run-of-bob", "all hosts deployed");
    story_pass(story, 10000);
    story_tell(story, "");
    story->scene.balancers[0].reachable = true;
    story_pass(story, 6000);
    story_tell(story, "[ 13500]   bob@ws1's run: all hosts deployed\n");
    free(story);
}

static void count_questions(void *context, const struct effect *effect)
{
    int *count = context;

    *count += effect->type == FX_ASK_EVENTS;
}

static void test_nobody_to_follow(void **state)
{
    struct story *story = story_new(by_operator);
    int questions = 0;

    (void)state;
    story->on_effect = count_questions;
    story->context = &questions;
    scene_publish(&story->scene.balancers[0], "run-of-bob", "done");
    story_pass(story, 60000);
    assert_int_equal(questions, 0);
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_told_once),
        cmocka_unit_test(test_next_run),
        cmocka_unit_test(test_load_balancer_is_away),
        cmocka_unit_test(test_nobody_to_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
