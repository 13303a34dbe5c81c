#include "base/ini.h"

#include "base/str.h"
#include "lib/test.h"

#include <stdio.h>
#include <string.h>

/* What was taken, as text: "3 [run] watch=60\n" for each key. */
struct taken {
    struct str out;
    char buffer[4096];
    const char *refuse; /* a key */
};

static bool take(void *context, const struct ini_entry *entry, struct err *err)
{
    struct taken *taken = context;
    if (taken->refuse != NULL && str_equal(entry->key, taken->refuse))
        return err_set(err, ERR_CONFIG, "%s:%d: not this", entry->file, entry->line);
    str_addf(&taken->out, "%d [%s] %s=%s\n", entry->line, entry->section, entry->key,
             entry->value);
    return true;
}

static void taken_init(struct taken *taken)
{
    taken->out = str_on(taken->buffer, sizeof taken->buffer);
    taken->refuse = NULL;
}

static void test_read(void **state)
{
    (void)state;
    static const char text[] = "; a comment\n"
                               "# another\n"
                               "\n"
                               "early = bird\n"
                               "[run]\n"
                               "watch = 60\n"
                               "  \t\n"
                               "guard=ask\n"
                               "[health]  \n"
                               "path\t=  /a;b?c=d:e  \n"
                               "body =\n"
                               "url = https://x:1\n"
                               "last = \u2713";
    struct taken taken;
    struct err err;
    taken_init(&taken);
    assert_true(ini_read_text("x.ini", text, strlen(text), take, &taken, &err));
    assert_string_equal(taken.out.at, "4 [] early=bird\n"
                                      "6 [run] watch=60\n"
                                      "8 [run] guard=ask\n"
                                      "10 [health] path=/a;b?c=d:e\n"
                                      "11 [health] body=\n"
                                      "12 [health] url=https://x:1\n"
                                      "13 [health] last=\u2713\n");
}

static void test_refused(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;                   const char *error;
    } cases[] = {
        {"[run]\nwatch",                    "x.ini:2: expected `key = value`, `[section]` or `; comment`"},
        {"watch: 60",                       "x.ini:1: expected `key = value`, `[section]` or `; comment`"},
        {"= 60",                            "x.ini:1: expected `key = value`, `[section]` or `; comment`"},
        {"two words = 60",                  "x.ini:1: expected `key = value`, `[section]` or `; comment`"},
        {"[run",                            "x.ini:1: expected `[section]`"},
        {"[]",                              "x.ini:1: expected `[section]`"},
        {"[run] watch = 60",                "x.ini:1: a section stands alone on its line"},
        {"a = 1\n  b = 2",                  "x.ini:2: the line is indented; begin it at the first column"},
        {"a = 1 ; one",                     "x.ini:1: a comment needs a line of its own"},
        {"a = ;one",                        "x.ini:1: a comment needs a line of its own"},
        {"a = 1\r\nb = 2",                  "x.ini:1: the line ends in a carriage return; save the file with Unix line ends"},
        {"a = 1\r2",                        "x.ini:1: the line has a control character or is not UTF-8"},
        {"a = \x1b[31m",                    "x.ini:1: the line has a control character or is not UTF-8"},
        {"a = \xC0\x9B",                    "x.ini:1: the line has a control character or is not UTF-8"},
        {"\xEF\xBB\xBF" "a = 1",            "x.ini:1: expected `key = value`, `[section]` or `; comment`"},
        {"n1234567890123456789012345678901234567890123456789 = 1", "x.ini:1: the key's name is too long"},
        {"[n1234567890123456789012345678901234567890123456789]",   "x.ini:1: the section's name is too long"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct taken taken;
        struct err err = {.code = ERR_NONE};
        taken_init(&taken);
        assert_false(ini_read_text("x.ini", cases[i].text, strlen(cases[i].text), take,
                                   &taken, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_string_equal(err.text, cases[i].error);
    }
}

static void test_nul_is_refused(void **state)
{
    (void)state;
    struct taken taken;
    struct err err;
    taken_init(&taken);
    assert_false(ini_read_text("x.ini", "a = 1\nb = \0002", 11, take, &taken, &err));
    assert_string_equal(err.text,
                        "x.ini:2: the line has a control character or is not UTF-8");
}

/* The longest line, names and all, comes through libinih as it is: a libinih built
 * with smaller limits would cut it. */
static void test_limits_are_within_libinih(void **state)
{
    (void)state;
    char section[INI_NAME_MAX + 1], key[INI_NAME_MAX + 1];
    memset(section, 's', INI_NAME_MAX);
    memset(key, 'k', INI_NAME_MAX);
    section[INI_NAME_MAX] = key[INI_NAME_MAX] = '\0';
    char value[INI_LINE_MAX];
    memset(value, 'v', sizeof value);
    value[INI_LINE_MAX - INI_NAME_MAX - 1] = '\0';

    char text[1024], expected[1024];
    int length = snprintf(text, sizeof text, "[%s]\n%s=%s\n", section, key, value);
    snprintf(expected, sizeof expected, "2 [%s] %s=%s\n", section, key, value);
    struct taken taken;
    struct err err;
    taken_init(&taken);
    assert_true(ini_read_text("x.ini", text, (size_t)length, take, &taken, &err));
    assert_string_equal(taken.out.at, expected);

    length = snprintf(text, sizeof text, "[%s]\n%s=%sv\n", section, key, value);
    assert_false(ini_read_text("x.ini", text, (size_t)length, take, &taken, &err));
    assert_string_equal(err.text, "x.ini:2: the line has more than 190 bytes");
}

static void test_taker_stops_the_reading(void **state)
{
    (void)state;
    struct taken taken;
    struct err err;
    taken_init(&taken);
    taken.refuse = "b";
    static const char text[] = "a = 1\nb = 2\nc = 3\n";
    assert_false(ini_read_text("x.ini", text, strlen(text), take, &taken, &err));
    assert_string_equal(err.text, "x.ini:2: not this");
    assert_string_equal(taken.out.at, "1 [] a=1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_nul_is_refused),
        cmocka_unit_test(test_limits_are_within_libinih),
        cmocka_unit_test(test_taker_stops_the_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
