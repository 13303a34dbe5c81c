#include "core/recipe.h"

#include "lib/test.h"

#include <stdio.h>
#include <string.h>

static bool read_text(struct recipe *recipe, const char *text, struct err *err)
{
    err->text[0] = '\0';
    return recipe_read(recipe, "perl-starman", "recipe.ini", text, strlen(text), err);
}

static void test_good(void **state)
{
    (void)state;
    static const char text[] = "[fetch]\n"
                               "script = fetch.sh\n"
                               "help = gets the commit\n"
                               "limit_s = 300\n"
                               "idle_s = 60\n"
                               "\n"
                               "[migrate-expand]\n"
                               "script = migrate.sh\n"
                               "scope = once\n"
                               "[restart]\n"
                               "script = restart.sh\n"
                               "scope = each-host\n"
                               "[diagnose]\n"
                               "script = diagnose.sh\n"
                               "scope = on-failure\n";
    struct recipe recipe;
    struct err err;

    assert_true(read_text(&recipe, text, &err));
    assert_string_equal(recipe.name, "perl-starman");
    assert_int_equal(recipe.step_count, 4);
    assert_string_equal(recipe.steps[0].name, "fetch");
    assert_string_equal(recipe.steps[0].script, "fetch.sh");
    assert_string_equal(recipe.steps[0].help, "gets the commit");
    assert_int_equal(recipe.steps[0].scope, STEP_EACH_HOST);
    assert_int_equal(recipe.steps[0].limit_s, 300);
    assert_int_equal(recipe.steps[0].idle_s, 60);
    assert_null(recipe.steps[0].text);
    assert_int_equal(recipe.steps[1].scope, STEP_ONCE);
    assert_int_equal(recipe.steps[1].limit_s, 600);
    assert_int_equal(recipe.steps[1].idle_s, 120);
    assert_int_equal(recipe.steps[3].scope, STEP_ON_FAILURE);
    assert_int_equal(recipe_find(&recipe, "restart"), 2);
    assert_int_equal(recipe_find(&recipe, "res"), -1);
}

#define NAME_32 "a-name-that-has-one-byte-too-man"

static void test_bad(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        const char *message; /* its beginning */
    } cases[] = {
        {"",                                              "recipe.ini: a recipe needs at least one step"},
        {"[a]\nhelp = x\n",                               "recipe.ini: [a] names no script"},
        {"[a]\nscript = a.sh\nscript = b.sh\n",           "recipe.ini:3: [a] script is given twice"},
        {"[a]\nscript = a.sh\ncolor = red\n",             "recipe.ini:3: [a] color: no such key"},
        {"[a]\nscript = ../a.sh\n",                       "recipe.ini:2: [a] script = ../a.sh: expected"},
        {"[a]\nscript = .a\n",                            "recipe.ini:2: [a] script = .a: expected"},
        {"[A_b]\nscript = a.sh\n",                        "recipe.ini:2: [A_b]: a step's name is"},
        {"[a_b]\nscript = a.sh\n",                         "recipe.ini:2: [a_b]: a step's name is"},
        {"[" NAME_32 "]\nscript = a.sh\n",                 "recipe.ini:2: [" NAME_32 "]: a step's name is lower-case letters, digits and '-', at most 31 of them"},
        {"[a]\nscript = " NAME_32 "\n",                    "recipe.ini:2: [a] script = " NAME_32 ": expected"},
        {"[a]\nscript =\n",                                "recipe.ini:2: [a] script = : expected"},
        {"[a]\nscript = a.sh\nlimit_s = 0\n",             "recipe.ini:3: [a] limit_s = 0: expected seconds"},
        {"[a]\nscript = a.sh\nidle_s = 5m\n",             "recipe.ini:3: [a] idle_s = 5m: expected seconds"},
        {"[a]\nscript = a.sh\nlimit_s = 86401\n",         "recipe.ini:3: [a] limit_s = 86401: expected"},
        {"[a]\nscript = a.sh\nscope = all\n",             "recipe.ini:3: [a] scope = all: expected each-host"},
        {"[a]\nscript = a.sh\n[b]\nscript = b\n[a]\nhelp = x\n", "recipe.ini:6: [a] stands here a second time"},
        {"[a]\nscript = a\nscope = on-failure\n",         "recipe.ini: a recipe needs at least one step"},
        {"[z]\nscript = z\n[a]\nscript = a\nscope = on-failure\n[b]\nscript = b\n",
                                                          "recipe.ini: [b] stands after a step of scope on-failure"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct recipe recipe;
        struct err err;
        assert_false(read_text(&recipe, cases[i].text, &err));
        if (strncmp(err.text, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg("\"%s\" instead of \"%s\"", err.text, cases[i].message);
        assert_int_equal(err.code, ERR_CONFIG);
    }
}

static void test_too_many_steps(void **state)
{
    (void)state;
    char text[1024] = "";
    struct recipe recipe;
    struct err err;

    for (int i = 0; i < RECIPE_STEPS_MAX; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "[s%d]\nscript = s\n", i);
    }
    assert_true(read_text(&recipe, text, &err));
    strcat(text, "[more]\nscript = s\n");
    assert_false(read_text(&recipe, text, &err));
    assert_non_null(strstr(err.text, "[more]: a recipe has at most 12 steps"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_too_many_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
