#include "core/share.h"

#include "lib/test.h"

static void test_names(void **state)
{
    (void)state;
    enum colour colour = COLOUR_BLUE;

    assert_string_equal(colour_name(COLOUR_BLUE), "blue");
    assert_string_equal(colour_name(COLOUR_GREEN), "green");
    assert_string_equal(colour_name_upper(COLOUR_GREEN), "GREEN");
    assert_true(colour_from_name("green", &colour));
    assert_int_equal(colour, COLOUR_GREEN);
    assert_true(colour_from_name("blue", &colour));
    assert_int_equal(colour, COLOUR_BLUE);
    assert_false(colour_from_name("Blue", &colour));
    assert_false(colour_from_name("", &colour));
    assert_int_equal(colour_other(COLOUR_BLUE), COLOUR_GREEN);
    assert_int_equal(colour_other(COLOUR_GREEN), COLOUR_BLUE);
}

/* Who is live, and who gets any traffic, at each kind of share. */
static void test_share(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        int share;  bool valid;  int live;  bool to_blue;  bool to_green;
    } cases[] = {
        {-1,        false,       -1,        true,          true },
        {0,         true,        0,         true,          false},
        {1,         true,        -1,        true,          true },
        {50,        true,        -1,        true,          true },
        {99,        true,        -1,        true,          true },
        {100,       true,        1,         false,         true },
        {101,       false,       -1,        true,          true },
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        enum colour live = COLOUR_COUNT;
        int share = cases[i].share;

        assert_int_equal(share_is_valid(share), cases[i].valid);
        assert_int_equal(share_live(share, &live), cases[i].live >= 0);
        assert_int_equal(live, cases[i].live >= 0 ? cases[i].live : COLOUR_COUNT);
        assert_int_equal(share_reaches(share, COLOUR_BLUE), cases[i].to_blue);
        assert_int_equal(share_reaches(share, COLOUR_GREEN), cases[i].to_green);
    }
    assert_int_equal(share_of(COLOUR_BLUE), SHARE_BLUE);
    assert_int_equal(share_of(COLOUR_GREEN), SHARE_GREEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
