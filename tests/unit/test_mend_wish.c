/* How a mend asks: a plain question, or a word to type where live traffic moves. */

#include "ui/mend_wish.h"

#include "lib/test.h"
#include "lib/world.h"

#include "core/drift.h"

static void expect(struct world *world, int row, enum prompt_kind kind,
                   const char *label, const char *must)
{
    struct view view;

    view_init(&view, 24, 80);
    view.drift.selected = row;
    mend_ask(&world->model, &view);
    assert_int_equal(view.prompt.kind, kind);
    assert_string_equal(view.prompt.label, label);
    assert_string_equal(view.prompt.must, must);
}

static void test_questions(void **state)
{
    struct world *world = world_new(WORLD_DRIFT);

    (void)state;
    expect(world, 0, PROMPT_CONFIRM, "Write share 0 to HAProxy's map and file?", "");
    expect(world, 1, PROMPT_CONFIRM, "Put back the haproxy.cfg that HAProxy runs with?",
           "");
    expect(world, 4, PROMPT_CONFIRM,
           "Render haproxy.cfg anew? The difference is shown first.", "");
    expect(world, 2, PROMPT_CONFIRM, "Note HAProxy's worker 4711 as known?", "");
    expect(world, 3, PROMPT_WORD, "PRODUCTION's traffic reaches it: type web-blue-2",
           "web-blue-2");
    world->settings.production = false;
    expect(world, 3, PROMPT_CONFIRM, "Set blue_backend/web-blue-2 to ready?", "");
    world_free(world);
}

static void test_words_of_a_share(void **state)
{
    struct world *world = world_new(WORLD_MAP_LOST);

    (void)state;
    expect(world, 0, PROMPT_WORD, "PRODUCTION's traffic goes there: type blue", "blue");
    world->model.balancers[0].disk_share = 25;
    expect(world, 0, PROMPT_WORD, "PRODUCTION's traffic goes there: type 25", "25");
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_words_of_a_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
