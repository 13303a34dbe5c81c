/* Who holds the lease and what becomes of a switch, in each state that there is. */

#include "ui/lease_words.h"

#include "lib/test.h"
#include "lib/world.h"

#include <string.h>

static void expect_lease(const struct model *model, bool brief, const char *expected)
{
    char words[400];
    struct str out = str_on(words, sizeof words);
    lease_write(model, brief, &out);
    assert_string_equal(words, expected);
}

static void each_claim_has_its_words(void **state)
{
    (void)state;
    struct world *world = world_new(WORLD_DEPLOYING);
    struct model *model = &world->model;
    expect_lease(model, false, "you 01:12");
    model->hold.confirmed_ms = model->now.mono_ms - LEASE_DEMOTE_MS;
    expect_lease(model, false, "not confirmed 40 s");
    model->hold.state = HOLD_LOST;
    model->balancers[0].lease.state = LEASE_EXPIRED;
    expect_lease(model, false, "lost");
    model->run.state = RUN_STOPPED;
    expect_lease(model, false, "free");
    model->hold.state = HOLD_RELEASING;
    expect_lease(model, false, "being given back");
    model->hold.state = HOLD_NONE;
    expect_lease(model, false, "free");
    model->balancers[0].lease.state = LEASE_UNKNOWN;
    expect_lease(model, false, "not known");
    world_free(world);
}

static void a_colleague_is_named(void **state)
{
    (void)state;
    struct world *world = world_new(WORLD_FOREIGN_LEASE);
    expect_lease(&world->model, false, "ann@ws1 03:10 at watch");
    expect_lease(&world->model, true, "ann@ws1 03:10");
    world->model.now.mono_ms = world->model.balancers[0].lease.until_ms;
    expect_lease(&world->model, false, "free");
    world_free(world);
}

static void expect_fuse(struct model *model, enum fuse_state fuse, const char *part)
{
    char words[400] = "";
    struct str out = str_on(words, sizeof words);
    enum style style;
    model->balancers[0].fuse.state = fuse;
    assert_int_equal(fuse_write(model, &style, &out), part != NULL);
    if (part != NULL)
        assert_non_null(strstr(words, part));
}

static void the_fuse_is_of_the_run_that_is_open(void **state)
{
    (void)state;
    struct world *world = world_new(WORLD_WATCHING);
    struct model *model = &world->model;
    expect_fuse(model, FUSE_ARMED, "takes this back in 00:42 unless confirmed");
    assert_false(fuse_is_orphan(model));
    expect_fuse(model, FUSE_HELD, "cannot take this back");
    expect_fuse(model, FUSE_FIRED, "took this back");
    expect_fuse(model, FUSE_NONE, NULL);
    model->balancers[0].fuse.state = FUSE_ARMED;
    model->run.state = RUN_UNCONFIRMED;
    assert_true(fuse_is_orphan(model));
    expect_fuse(model, FUSE_ARMED, NULL);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_claim_has_its_words),
        cmocka_unit_test(a_colleague_is_named),
        cmocka_unit_test(the_fuse_is_of_the_run_that_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
