#include "core/recipe_variable.h"

#include "lib/test.h"

static void test_names(void **state)
{
    (void)state;
    char name[VARIABLE_NAME_MAX], key[VARIABLE_KEY_MAX];

    assert_true(recipe_variable_name("BGC_STOP_GRACE2", name));
    assert_string_equal(name, "stop_grace2");
    recipe_variable_key(name, key);
    assert_string_equal(key, "BGC_STOP_GRACE2");
    assert_false(recipe_variable_name("BGC_", name));
    assert_false(recipe_variable_name("STOP_GRACE", name));
    assert_false(recipe_variable_name("BGC_stop", name));
    assert_false(recipe_variable_name("BGC_SHA", name)); /* every script has it */
    assert_true(recipe_variable_name("BGC_0123456789012345678901234567890", name));
    assert_false(recipe_variable_name("BGC_01234567890123456789012345678901", name));
}

static void test_values(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *like, *value;
        bool fits;
    } cases[] = {
        {"1..600",           "1",       true},
        {"1..600",           "600",     true},
        {"1..600",           "0",       false},
        {"1..600",           "601",     false},
        {"1..600",           "",        false},
        {"1..600",           "30 s",    false},
        {"-5..-1",           "-3",      true},
        {"carton | cpanm",   "carton",  true},
        {"carton|cpanm",     "cpanm",   true},
        {"carton | cpanm",   "cpan",    false},
        {"carton | cpanm",   "cpanm ",  false},
        {"carton | cpanm",   "|",       false},
        {"carton | cpanm",   "",        false},
        {"words",            "",        true},
        {"words",            "-I lib https://x.example/a:8", true},
        {"words",            "a;b",     false},
        {"words",            "$HOME",   false},
        {"text",             "$HOME;",  true},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_true(recipe_like_is_known(cases[i].like));
        if (recipe_value_fits(cases[i].like, cases[i].value) != cases[i].fits)
            fail_msg("'%s' like %s", cases[i].value, cases[i].like);
    }
    assert_false(recipe_like_is_known(""));
    assert_false(recipe_like_is_known("number"));
    assert_false(recipe_like_is_known("5..1"));
    assert_false(recipe_like_is_known("1.."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
