#include "core/recipe_manifest.h"

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
    static const char text[] = "[recipe]\n"
                               "help = a story\n"
                               "tested = no, it has no host\n"
                               "[BGC_STOP_GRACE]\n"
                               "default = 30\n"
                               "like = 1..600\n"
                               "help = seconds for the last requests\n"
                               "[BGC_SERVER]\n"
                               "default = starman\n"
                               "like = starman | plackup\n"
                               "[fetch]\n"
                               "script = fetch.sh\n"
                               "help = gets the commit\n"
                               "limit_s = 300\n"
                               "idle_s = 60\n"
                               "\n"
                               "[seed]\n"
                               "script = seed.sh\n"
                               "scope = once\n"
                               "[expand]\n"
                               "script = expand.sh\n"
                               "scope = once\n"
                               "when = migrate-expand\n"
                               "[restart]\n"
                               "script = restart.sh\n"
                               "scope = each-host\n"
                               "[diagnose]\n"
                               "script = diagnose.sh\n"
                               "scope = on-failure\n"
                               "[warm-up]\n"
                               "script = warm-up.sh\n"
                               "when = warm-up\n";
    struct recipe recipe;
    struct err err;

    assert_true(read_text(&recipe, text, &err));
    assert_string_equal(recipe.name, "perl-starman");
    assert_string_equal(recipe.help, "a story");
    assert_string_equal(recipe.untested, "it has no host");
    assert_int_equal(recipe.step_count, 6);
    assert_int_equal(recipe_deploy_steps(&recipe), 4);
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
    assert_int_equal(recipe.steps[4].scope, STEP_ON_FAILURE);
    assert_int_equal(recipe_diagnosis(&recipe), 4);
    assert_int_equal(recipe_step_for(&recipe, RECIPE_WHEN_WARM_UP), 5);
    assert_int_equal(recipe_step_for(&recipe, RECIPE_WHEN_MIGRATE_EXPAND), 2);
    assert_int_equal(recipe_step_for(&recipe, RECIPE_WHEN_ON_LIVE), -1);
    assert_int_equal(recipe.variable_count, 2);
    assert_string_equal(recipe.variables[0].name, "stop_grace");
    assert_string_equal(recipe.variables[0].value, "30");
    assert_string_equal(recipe_variable(&recipe, "server")->like, "starman | plackup");
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
        {"[a]\nscript = a\nwhen = never\n",              "recipe.ini:3: [a] when = never: expected deploy, warm-up"},
        {"[recipe]\ntested = perhaps\n",                 "recipe.ini:2: [recipe] tested = perhaps: expected yes, or"},
        {"[recipe]\ntested = no,\n",                     "recipe.ini:2: [recipe] tested = no,: expected"},
        {"[recipe]\nscript = a\n",                       "recipe.ini:2: [recipe] script: no such key; known are help, tested"},
        {"[recipe]\nhelp = a\n[a]\nscript = a\n[recipe]\nhelp = b\n",
                                                          "recipe.ini:6: [recipe] stands here a second time"},
        {"[STOP]\ndefault = 1\n",                        "recipe.ini:2: [STOP]: a variable is called BGC_"},
        {"[BGC_PORT]\ndefault = 1\n",                    "recipe.ini:2: [BGC_PORT]: a variable is called BGC_"},
        {"[BGC_A]\nlike = 3\n",                          "recipe.ini:2: [BGC_A] like = 3: expected 1..600"},
        {"[BGC_A]\ndefault = 9\nlike = 1..8\n[a]\nscript = a\n", "recipe.ini: [BGC_A] default = 9 is not like 1..8"},
        {"[BGC_A]\nhelp = x\n[a]\nscript = a\n[BGC_A]\nhelp = y\n", "recipe.ini:6: [BGC_A] stands here a second time"},
        {"[a]\nscript = a.sh\n[b]\nscript = b\n[a]\nhelp = x\n", "recipe.ini:6: [a] stands here a second time"},
        {"[a]\nscript = a\nscope = on-failure\n",         "recipe.ini: a recipe needs at least one step"},
        {"[z]\nscript = z\n[a]\nscript = a\nscope = on-failure\n[b]\nscript = b\nscope = on-failure\n",
                                                          "recipe.ini: [b] is a second step of scope on-failure"},
        {"[z]\nscript = z\n[a]\nscript = a\nscope = on-failure\nwhen = on-live\n",
                                                          "recipe.ini: [a] has scope on-failure"},
        {"[z]\nscript = z\n[a]\nscript = a\nwhen = on-live\n[b]\nscript = b\nwhen = on-live\n",
                                                          "recipe.ini: [b] is a second step for on-live"},
        {"[z]\nscript = z\n[a]\nscript = a\nscope = on-failure\n[b]\nscript = b\n",
                                                          "recipe.ini: [b] is a step of a deploy, and stands after one that is not"},
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
    assert_non_null(strstr(err.text, "[more]: a recipe has at most 14 steps"));
}

static void test_values(void **state)
{
    (void)state;
    static const char text[] = "[BGC_GRACE]\ndefault = 30\nlike = 1..60\n"
                               "[BGC_MODE]\ndefault = a\nlike = a | bc\n"
                               "[BGC_EXTRA]\nlike = words\n"
                               "[a]\nscript = a\n";
    static const struct recipe_value good[] = {
        {"grace", "60", 7}, {"mode", "bc", 8}, {"extra", "-I lib --max 3", 9}};
    /* clang-format off */
    static const struct {
        struct recipe_value value;
        const char *message;
    } bad[] = {
        {{"grcae", "1", 7},     "the settings, line 7: [recipe] grcae: the recipe perl-starman has no such variable; it has grace, mode, extra"},
        {{"grace", "0", 7},     "the settings, line 7: [recipe] grace = 0: expected 1..60"},
        {{"grace", "1s", 7},    "the settings, line 7: [recipe] grace = 1s: expected 1..60"},
        {{"mode", "b", 7},      "the settings, line 7: [recipe] mode = b: expected a | bc"},
        {{"mode", "", 7},       "the settings, line 7: [recipe] mode = : expected a | bc"},
        {{"extra", "$(x)", 7},  "the settings, line 7: [recipe] extra = $(x): expected words"},
    };
    /* clang-format on */
    struct recipe recipe;
    struct err err;

    assert_true(read_text(&recipe, text, &err));
    assert_true(recipe_take_values(&recipe, good, LENGTH_OF(good), &err));
    assert_string_equal(recipe.variables[0].value, "60");
    assert_string_equal(recipe.variables[0].fallback, "30");
    assert_string_equal(recipe.variables[1].value, "bc");
    assert_string_equal(recipe.variables[2].value, "-I lib --max 3");
    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        assert_true(read_text(&recipe, text, &err));
        assert_false(recipe_take_values(&recipe, &bad[i].value, 1, &err));
        assert_string_equal(err.text, bad[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_too_many_steps),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
