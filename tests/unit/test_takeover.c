/* A takeover without a screen: it takes from nobody but whom --from names. */

#include "app/takeover.h"

#include "lib/test.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { BEGUN_MS = 1000, NOW_MS = 3000, MUCH_LATER_MS = 60000 };

/* A colleague holds the lease, and the load balancer has said so. */
static struct model *model_new(void)
{
    struct model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    model->now.mono_ms = NOW_MS;
    model->balancers[0].asked_ms = NOW_MS;
    model->balancers[0].lease = (struct lease){.state = LEASE_HELD, .epoch = 7};
    str_copy(model->balancers[0].lease.who, LEASE_WORDS_MAX, "ann");
    str_copy(model->balancers[0].lease.where, LEASE_WORDS_MAX, "ws1");
    return model;
}

static const struct app_options from_ann = {.from = "ann", .yes = true};

static void takes_from_the_one_that_was_named(void **state)
{
    (void)state;
    struct model *model = model_new();
    struct why why;
    assert_int_equal(takeover_look(model, &from_ann, BEGUN_MS, &why), TAKEOVER_GOES);
    str_copy(model->balancers[0].lease.who, LEASE_WORDS_MAX, "bob");
    assert_int_equal(takeover_look(model, &from_ann, BEGUN_MS, &why), TAKEOVER_REFUSED);
    assert_non_null(strstr(why.lines[0], "bob@ws1 holds the lease, not ann"));
    model->balancers[0].lease.state = LEASE_EXPIRED; /* nobody is left to be named */
    assert_int_equal(takeover_look(model, &from_ann, BEGUN_MS, &why), TAKEOVER_GOES);
    free(model);
}

static void waits_for_the_load_balancer_and_gives_up(void **state)
{
    (void)state;
    struct model *model = model_new();
    struct why why;
    model->balancers[0].asked_ms = 0;
    assert_int_equal(takeover_look(model, &from_ann, BEGUN_MS, &why), TAKEOVER_WAITS);
    model->balancers[0].asked_ms = NOW_MS;
    str_copy(model->balancers[0].status_trouble, BALANCER_TROUBLE_MAX, "lb-1: refused");
    assert_int_equal(takeover_look(model, &from_ann, BEGUN_MS, &why), TAKEOVER_WAITS);
    model->now.mono_ms = MUCH_LATER_MS;
    assert_int_equal(takeover_look(model, &from_ann, BEGUN_MS, &why), TAKEOVER_REFUSED);
    assert_non_null(strstr(why.lines[0], "lb-1: refused"));
    free(model);
}

static void what_was_wanted_is_no_failure(void **state)
{
    (void)state;
    static const struct app_options finish = {.finish = true},
                                    revert = {.revert = true};
    struct run run = {.kind = RUN_TAKEOVER,
                      .state = RUN_REVERTED,
                      .before = RUN_REVERTING,
                      .cause = IN_CHANGED};
    assert_false(takeover_has_answer(&from_ann));
    assert_int_equal(takeover_answer(&finish).kind, INTENT_FINISH);
    assert_int_equal(takeover_answer(&revert).kind, INTENT_ROLLBACK);
    assert_int_equal(takeover_code(&run, &revert), EXIT_OK);
    assert_int_equal(takeover_code(&run, &finish), exit_code_of_run(&run));
    assert_int_not_equal(takeover_code(&run, &finish), EXIT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_from_the_one_that_was_named),
        cmocka_unit_test(waits_for_the_load_balancer_and_gives_up),
        cmocka_unit_test(what_was_wanted_is_no_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
