/* Names of hooks, which of them is asked for, and who waits. */
#include "core/hook.h"

#include "core/core.h"
#include "lib/test.h"

#include <stdlib.h>

static void test_names(void **state)
{
    char name[HOOK_NAME_MAX];
    enum stage found;
    enum hook_when moment;

    (void)state;
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++) {
        for (enum hook_when when = 0; when < HOOK_WHENS; when++) {
            hook_name(stage, when, name);
            assert_true(hook_from_name(name, &found, &moment));
            assert_int_equal(found, stage);
            assert_int_equal(moment, when);
        }
    }
    assert_false(hook_from_name("pre-depoly", &found, &moment));
    assert_false(hook_from_name("deploy", &found, &moment));
}

/* A run that goes on does not ask again for what has ended well. */
static void test_recalled(void **state)
{
    struct core *core = calloc(1, sizeof *core);
    struct effects *effects = calloc(1, sizeof *effects);
    struct run *run = &core->model.run;

    (void)state;
    run->state = RUN_DEPLOYING;
    run->stage = STAGE_DEPLOY;
    core->model.hook_there[STAGE_DEPLOY][HOOK_PRE] = true;
    core->model.hook_there[STAGE_PREFLIGHT][HOOK_POST] = true;
    hook_recall(run, STAGE_DEPLOY, HOOK_PRE);
    hook_enter(core, STAGE_PREFLIGHT, true, effects);
    assert_int_equal(effects->count, 1);
    assert_int_equal(effects->items[0].type, FX_HOOK);
    assert_int_equal(effects->items[0].stage, STAGE_PREFLIGHT);
    hook_enter(core, STAGE_PREFLIGHT, true, effects); /* nor for what runs */
    assert_int_equal(effects->count, 1);
    free(effects);
    free(core);
}

/* In each state that waits, and for no run that goes back. */
static void test_who_waits(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    struct run *run = &model->run;
    struct why why = {.count = 0};

    (void)state;
    run->stage = STAGE_VERIFY;
    run->state = RUN_VERIFYING;
    run->hooks[STAGE_VERIFY][HOOK_PRE].state = HOOK_RUNNING;
    assert_true(hook_is_awaited(model));
    hook_weigh(model, &why);
    assert_string_equal(why.lines[0], "the hook pre-verify still runs");
    run->kind = RUN_ROLLBACK;
    assert_false(hook_is_awaited(model));
    run->kind = RUN_DEPLOY;
    run->state = RUN_WATCHING; /* what has begun goes on */
    assert_false(hook_is_awaited(model));
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_recalled),
        cmocka_unit_test(test_who_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
