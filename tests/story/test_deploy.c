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
    story_tell(story, "");
    free(story);
}

static void test_by_operator(void **state)
{
    struct story *story = story_new(by_operator);

    (void)state;
    story_want(story, INTENT_DEPLOY);
    story_until(story, RUN_PLAN_GATE);
    story_tell(story, "");
    free(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_the_way),
        cmocka_unit_test(test_by_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
