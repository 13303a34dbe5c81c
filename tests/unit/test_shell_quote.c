#include "base/shell_quote.h"

#include "lib/test.h"

#include <stdio.h>
#include <string.h>

static void test_words(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"traffic.map",              "traffic.map"},
        {"server=green/web-1:80",    "server=green/web-1:80"},
        {"",                         "''"},
        {"two words",                "'two words'"},
        {"~/key",                    "'~/key'"},
        {"it's",                     "'it'\\''s'"},
        {"$(reboot)",                "'$(reboot)'"},
        {"a;b",                      "'a;b'"},
        {"!!",                       "'!!'"},
        {"grün",                     "'grün'"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char buffer[64];
        struct str out = str_on(buffer, sizeof buffer);
        shell_quote(&out, cases[i].text);
        assert_string_equal(buffer, cases[i].word);
    }
}

/* The judge is a shell: it prints each word as it was. */
static void test_a_shell_reads_what_was_meant(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "plain", "",  " ",  "'", "''", "a'b'c", "\"", "\\",    "\\n", "$HOME", "`id`",
        "*",     "~", "#x", "&", "|",  "<a>",   "(",  "{a,b}", "!!",  "a=b c", "-n",
    };
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        char command[256], got[128] = "";
        struct str out = str_on(command, sizeof command);
        str_add(&out, "printf '%s' ");
        shell_quote(&out, texts[i]);
        FILE *shell = popen(command, "r");
        assert_non_null(shell);
        got[fread(got, 1, sizeof got - 1, shell)] = '\0';
        assert_int_equal(pclose(shell), 0);
        assert_string_equal(got, texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_a_shell_reads_what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
