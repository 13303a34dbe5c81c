#include "core/balancers.h"

#include "lib/good_model.h"
#include "lib/test.h"

#include <stdlib.h>

/* Two that agree: lb-1, and one that is a host of the blue pool here. */
static struct good_model *good_model_of_two(void)
{
    struct good_model *good = good_model_new();
    struct model *model = &good->model;

    model->balancers[1] = model->balancers[0];
    model->balancers[1].host = GOOD_BLUE_2;
    model->balancer_count = 2;
    return good;
}

static void test_places(void **state)
{
    struct good_model *good = good_model_of_two();
    struct model *model = &good->model;

    (void)state;
    assert_int_equal(balancers_place(model, GOOD_BALANCER), 0);
    assert_int_equal(balancers_place(model, GOOD_BLUE_2), 1);
    assert_int_equal(balancers_place(model, GOOD_BLUE_1), -1);
    assert_int_equal(balancers_place(model, -1), -1); /* whose socket would it be? */
    model->balancer_count = 1;
    assert_int_equal(balancers_place(model, -1), 0);
    free(good);
}

static void test_left_out_in_a_run_alone(void **state)
{
    struct good_model *good = good_model_of_two();
    struct model *model = &good->model;

    (void)state;
    model->balancers[0].left_out = true;
    assert_int_equal(balancers_next(model, -1), 1);
    assert_int_equal(balancers_next(model, 1), -1);
    assert_int_equal(balancers_count(model), 1);
    model->run.state = RUN_DONE;
    assert_int_equal(balancers_count(model), 2);
    free(good);
}

static void assert_shares(const struct model *model, const char *expected)
{
    char buffer[200];
    struct str out = str_on(buffer, sizeof buffer);

    balancers_write_shares(model, &out);
    assert_string_equal(buffer, expected);
}

static void test_share(void **state)
{
    struct good_model *good = good_model_of_two();
    struct model *model = &good->model;

    (void)state;
    assert_int_equal(model_share(model), SHARE_BLUE);
    assert_false(balancers_disagree(model));
    model->balancers[1].runtime_share = SHARE_GREEN;
    assert_int_equal(model_share(model), SHARE_UNKNOWN);
    assert_true(balancers_disagree(model));
    assert_shares(model, "lb-1 sends 0 % to green, web-blue-2 sends 100 % to green");
    model->balancers[1].sampled = false; /* what it had is no evidence now */
    assert_int_equal(model_share(model), SHARE_BLUE);
    assert_int_equal(balancers_last_share(model), SHARE_UNKNOWN);
    assert_false(balancers_all_tell(model));
    assert_shares(model, "lb-1 sends 0 % to green, web-blue-2 does not answer");
    model->balancers[0].sampled = false;
    assert_int_equal(model_share(model), SHARE_UNKNOWN);
    free(good);
}

/* The oldest counts for evidence, the greatest for a pair. */
static void test_times_and_pairs(void **state)
{
    struct good_model *good = good_model_of_two();
    struct model *model = &good->model;

    (void)state;
    model->balancers[1].sampled_ms = GOOD_ANSWERED - 5;
    model->balancers[1].asked_ms = 0;
    assert_int_equal(balancers_sampled_ms(model), GOOD_ANSWERED - 5);
    assert_int_equal(balancers_asked_ms(model), 0);
    model->balancers[1].epoch = 5;
    model->balancers[1].seq = 2;
    assert_int_equal(balancers_epoch(model), 5);
    assert_int_equal(balancers_seq(model, 3), 7);
    assert_int_equal(balancers_seq(model, 5), 2);
    assert_int_equal(balancers_seq(model, 6), 0);
    free(good);
}

static void test_what_matters_most(void **state)
{
    struct good_model *good = good_model_of_two();
    struct model *model = &good->model;

    (void)state;
    assert_ptr_equal(balancers_fuse(model), &model->balancers[0].fuse);
    model->balancers[0].fuse.state = FUSE_FIRED;
    model->balancers[1].fuse = (struct fuse){.state = FUSE_ARMED, .until_ms = 900};
    assert_ptr_equal(balancers_fuse(model), &model->balancers[1].fuse);
    model->balancers[0].fuse = (struct fuse){.state = FUSE_ARMED, .until_ms = 800};
    assert_ptr_equal(balancers_fuse(model), &model->balancers[0].fuse);
    model->balancers[1].fuse.state = FUSE_HELD;
    assert_ptr_equal(balancers_fuse(model), &model->balancers[1].fuse);

    model->balancers[1].lease = (struct lease){.state = LEASE_HELD, .run = "bobs"};
    assert_ptr_equal(balancers_lease(model), &model->balancers[1].lease);
    model->balancers[1].old_workers = 2;
    model->balancers[1].old_sessions[COLOUR_BLUE] = 3;
    assert_int_equal(balancers_old_workers(model), 2);
    assert_int_equal(balancers_old_sessions(model, COLOUR_BLUE), 3);
    assert_false(balancers_maintain(model));
    model->balancers[1].maintenance = true;
    assert_true(balancers_maintain(model));
    free(good);
}

static void test_silent(void **state)
{
    struct good_model *good = good_model_of_two();
    struct model *model = &good->model;
    char buffer[80];
    struct str out = str_on(buffer, sizeof buffer);

    (void)state;
    assert_string_equal(balancers_trouble(model), "");
    model->balancers[1].sampled = false;
    assert_true(balancers_is_lost(model, 1));
    assert_false(balancers_is_silent(model, 1)); /* it may be that none came yet */
    str_copy(model->balancers[1].trouble, BALANCER_TROUBLE_MAX, "timeout");
    assert_true(balancers_is_silent(model, 1));
    assert_string_equal(balancers_trouble(model), "timeout");
    balancers_write_silent(model, &out);
    assert_string_equal(buffer, "web-blue-2");
    assert_false(balancers_is_lost(model, 0));
    model->run.change.parts[0].state = PART_ASKED;
    assert_true(balancers_is_lost(model, 0));
    model->balancer_count = 1; /* there is nobody else to go on with */
    assert_false(balancers_is_lost(model, 0));
    free(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_left_out_in_a_run_alone),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_times_and_pairs),
        cmocka_unit_test(test_what_matters_most),
        cmocka_unit_test(test_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
