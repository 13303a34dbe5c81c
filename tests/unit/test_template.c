#include "core/template.h"

#include "lib/test.h"

#include <string.h>

/* No values, one, or two. */
static enum template_answer value(const void *context, const char *name, size_t nth,
                                  struct str *out)
{
    (void)context;
    static const struct {
        const char *name;
        const char *values[3];
    } rows[] = {
        {"none", {NULL}}, {"empty", {""}},       {"no", {"no"}},        {"zero", {"0"}},
        {"one", {"uno"}}, {"two.s", {"a", "b"}}, {"tricky", {"@one@"}},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        if (!str_equal(rows[i].name, name))
            continue;
        if (nth > 2 || rows[i].values[nth] == NULL)
            return TEMPLATE_NOTHING;
        str_add(out, rows[i].values[nth]);
        return TEMPLATE_VALUE;
    }
    return TEMPLATE_UNKNOWN;
}

static void test_rendered(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;                                        const char *rendered;
    } cases[] = {
        {"",                                                     ""},
        {"plain\n",                                              "plain\n"},
        {"no newline",                                           "no newline\n"},
        {"## for readers @nobody@\n# kept\n",                    "# kept\n"},
        {"a @one@ b@one@\n",                                     "a uno buno\n"},
        {"    @two.s@\n",                                        "    a\n    b\n"},
        {"x\n  @none@\ny\n",                                     "x\ny\n"},
        {"@tricky@\n",                                           "@one@\n"},
        {"user@example.com\n@ one@\n@One@\n@@\n",                "user@example.com\n@ one@\n@One@\n@@\n"},
        {"@when one@\n  in\n@end@\nout\n",                       "  in\nout\n"},
        {"@when none@\nin\n@end@\n@when no@\nin\n@end@\n@when zero@\nin\n@end@\n@when empty@\nin\n@end@\nout\n", "out\n"},
        {"@when one@\n  @when none@\n  a\n  @end@\n  b\n@end@\n", "  b\n"},
        {"@when none@\n  @when one@\n  a @nobody@\n  @end@\n  b\n@end@\nc\n", "c\n"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char buffer[256];
        struct str out = str_on(buffer, sizeof buffer);
        struct err err = {.text = ""};
        if (!template_render("t", cases[i].text, strlen(cases[i].text), value, NULL,
                             &out, &err))
            fail_msg("%s", err.text);
        assert_string_equal(out.at, cases[i].rendered);
    }
}

static void test_refused(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;                                   const char *error;
    } cases[] = {
        {"a\nb @nobody@\n",                                 "t:2: there is no such placeholder: nobody"},
        {"@nobody@\n",                                      "t:1: there is no such placeholder: nobody"},
        {"@when nobody@\n@end@\n",                          "t:1: there is no such placeholder: nobody"},
        {"a @none@\n",                                      "t:1: this must have a value: none"},
        {"a @empty@\n",                                     "t:1: this must have a value: empty"},
        {"a\n@end@\n",                                      "t:2: @end@ without its @when@"},
        {"@when one@\na\n",                                 "t:2: @end@ is missing"},
        {"@when one@\n@when one@\n@when one@\n@when one@\n@when one@\n", "t:5: too many @when@ within each other: one"},
        {"0123456789012345678901234567890123456789\n",      "t: the rendering is longer than 31 bytes"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char buffer[32];
        struct str out = str_on(buffer, sizeof buffer);
        struct err err = {.text = ""};
        assert_false(template_render("t", cases[i].text, strlen(cases[i].text), value,
                                     NULL, &out, &err));
        assert_string_equal(err.text, cases[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rendered),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
