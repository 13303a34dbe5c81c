#include "core/config_line.h"

#include "lib/test.h"

#include <string.h>

static void test_words(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;                              const char *words;
    } cases[] = {
        {"  option   httplog\t \n",                    "option httplog"},
        {"option httplog # a comment",                 "option httplog"},
        {"a \"b  # c\" d",                             "a b  # c d"},
        {"a 'b\\ \"c' d",                              "a b\\ \"c d"},
        {"a b\\ c\\#d",                                "a b c#d"},
        {"a \"b\\\"c\"",                               "a b\"c"},
        {"a \"unfinished",                             "a unfinished"},
        {"a\\",                                        "a\\"},
        {"\r\n\n# nothing\n  x\r\n",                   "x"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct config_reader reader = {.text = cases[i].text};
        struct config_line line;
        assert_true(config_line_next(&reader, &line));
        assert_string_equal(line.words, cases[i].words);
        assert_false(config_line_next(&reader, &line));
    }
}

static void test_sections(void **state)
{
    (void)state;
    struct config_reader reader = {.text = "# top\n"
                                           "global\n"
                                           "    log \"x\" # y\n"
                                           "defaults unnamed_defaults_1\n"
                                           "frontend www # the site\n"
                                           "backend blue\n"
                                           "  globally\n"
                                           "resolvers dns\n"
                                           "  a b\n"
                                           "listen stats\n"};
    /* clang-format off */
    static const struct {
        int number;  enum config_section section;  const char *name;  bool begins;
    } cases[] = {
        {2,          SECTION_GLOBAL,               "",                true },
        {3,          SECTION_GLOBAL,               "",                false},
        {4,          SECTION_DEFAULTS,             "unnamed_defaults_1", true },
        {5,          SECTION_FRONTEND,             "www",             true },
        {6,          SECTION_BACKEND,              "blue",            true },
        {7,          SECTION_BACKEND,              "blue",            false},
        {8,          SECTION_NONE,                 "dns",             true },
        {9,          SECTION_NONE,                 "dns",             false},
        {10,         SECTION_LISTEN,               "stats",           true },
    };
    /* clang-format on */
    struct config_line line;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_true(config_line_next(&reader, &line));
        assert_int_equal(line.number, cases[i].number);
        assert_int_equal(line.section, cases[i].section);
        assert_string_equal(line.name, cases[i].name);
        assert_int_equal(line.begins_section, cases[i].begins);
        if (line.number == 3)
            assert_memory_equal(line.raw, "log \"x\" # y", (size_t)line.raw_length);
    }
    assert_false(config_line_next(&reader, &line));
}

/* A line longer than any buffer is cut, and the next one is read whole. */
static void test_long_line(void **state)
{
    (void)state;
    static char text[3 * CONFIG_LINE_MAX];
    memset(text, 'x', 2 * CONFIG_LINE_MAX);
    strcpy(text + 2 * CONFIG_LINE_MAX, "\nnext\n");
    struct config_reader reader = {.text = text};
    struct config_line line;
    assert_true(config_line_next(&reader, &line));
    assert_int_equal(strlen(line.words), CONFIG_LINE_MAX - 1);
    assert_true(config_line_next(&reader, &line));
    assert_string_equal(line.words, "next");
    assert_int_equal(line.number, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_long_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
