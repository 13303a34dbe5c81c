/* Which release the shared data fits after a contract migration. */
#include "core/contract.h"

#include "base/str.h"
#include "lib/good_model.h"
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

#define OLD "8f3c2a1d5e6b7f8091a2b3c4d5e6f70812345678"
#define NEW "4e2b9d07c6b5a4938271605f4e3d2c1b0a998877"
#define NEXT "77ab01c7c6b5a4938271605f4e3d2c1b0a998877"

static struct contract contract_of(enum contract_state state, const char *closed)
{
    struct contract contract = {.state = state};

    str_copy(contract.release, sizeof contract.release, NEW);
    str_copy(contract.closed, sizeof contract.closed, closed);
    return contract;
}

static void test_names(void **state)
{
    (void)state;
    for (enum contract_state it = 0; it < CONTRACT_STATE_COUNT; it++)
        assert_int_equal(contract_state_from_name(contract_state_name(it)), it);
    assert_int_equal(contract_state_from_name("half"), CONTRACT_NONE);
}

static void test_closes(void **state)
{
    (void)state;
    for (enum contract_state it = 0; it < CONTRACT_STATE_COUNT; it++) {
        struct contract known = contract_of(it, OLD), unknown = contract_of(it, "");
        bool any = it != CONTRACT_NONE;
        assert_int_equal(contract_closes(&known, OLD), any);
        assert_false(contract_closes(&known, NEW));
        assert_false(
            contract_closes(&known, NEXT)); /* built for the data as they are */
        assert_int_equal(contract_closes(&known, ""), any);
        assert_int_equal(contract_closes(&unknown, OLD), any);
        assert_false(contract_closes(&unknown, NEW));
    }
}

static int begin(void **state)
{
    struct good_model *good = good_model_new();
    *state = good;
    return 0;
}

static int end(void **state)
{
    free(*state);
    return 0;
}

static void set_revisions(struct model *model, enum colour colour, const char *sha)
{
    enum host_role role = role_of_colour(colour);

    for (int i = fleet_next(&model->fleet, role, -1); i >= 0;
         i = fleet_next(&model->fleet, role, i))
        str_copy(model->fleet.hosts[i].facts.revision, SHA_HEX_SIZE, sha);
}

/* One host that still has the old release is enough; the words say which. */
static void test_colour(void **state)
{
    struct good_model *good = *state;
    struct model *model = &good->model;
    struct why why = {0};

    model->balancers[0].contract = contract_of(CONTRACT_DONE, OLD);
    set_revisions(model, COLOUR_BLUE, NEXT);
    assert_false(contract_closes_colour(model, COLOUR_BLUE));
    contract_weigh_way_back(model, COLOUR_BLUE, &why);
    assert_int_equal(why.count, 0);
    str_copy(
        model->fleet.hosts[fleet_next(&model->fleet, ROLE_BLUE, -1)].facts.revision,
        SHA_HEX_SIZE, OLD);
    assert_true(contract_closes_colour(model, COLOUR_BLUE));
    contract_weigh_way_back(model, COLOUR_BLUE, &why);
    assert_non_null(strstr(why.lines[0], "closed by the contract of 4e2b9d0"));
    model->balancers[0].contract.state = CONTRACT_FAILED;
    contract_weigh_way_back(model, COLOUR_BLUE, &why);
    assert_non_null(strstr(why.lines[1],
                           "not known, because of the contract of 4e2b9d0: it failed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_closes),
        cmocka_unit_test_setup_teardown(test_colour, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
