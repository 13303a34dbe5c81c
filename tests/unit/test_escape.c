#include "base/escape.h"

#include "lib/test.h"

#include <string.h>

static void test_length(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *name;           const char *bytes;              size_t length;
    } cases[] = {
        {"a letter",                "a",                            0},
        {"a lone ESC",              "\x1b",                         0},
        {"ESC before a control",    "\x1b\n",                       0},
        {"SGR",                     "\x1b[31;1mred",                7},
        {"private mode",            "\x1b[?2004hx",                 8},
        {"CSI, 8 bits",             "\xC2\x9B" "31mx",              5},
        {"CSI cut off",             "\x1b[31",                      4},
        {"CSI broken by newline",   "\x1b[3\n1m",                   3},
        {"full reset",              "\x1b" "cx",                    2},
        {"character set",           "\x1b(0x",                      3},
        {"OSC to BEL",              "\x1b]0;title\ax",              10},
        {"OSC to ST",               "\x1b]52;c;aGk=\x1b\\x",        13},
        {"OSC to ST, 8 bits",       "\x1b]0;t\xC2\x9Cx",            7},
        {"OSC, 8 bits",             "\xC2\x9D" "0;t\ax",            6},
        {"OSC with a newline",      "\x1b]8;;http://a\nb\ax",       16},
        {"OSC without end",         "\x1b]0;title",                 9},
        {"OSC cancelled",           "\x1b]0;t\x18x",                6},
        {"OSC broken by ESC",       "\x1b]0;t\x1b[31m",             5},
        {"DCS: BEL is inside",      "\x1bPq#0\a~\x1b\\x",           9},
        {"APC",                     "\x1b_Gf=100;AAAA\x1b\\x",      15},
        {"PM",                      "\x1b^x\x1b\\x",                5},
        {"SOS",                     "\x1bXx\x1b\\x",                5},
        {"other C1",                "\xC2\x85x",                    0},
        {"no C1",                   "\xC2\xA9x",                    0},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        size_t length = escape_length(cases[i].bytes, strlen(cases[i].bytes));
        if (length != cases[i].length)
            fail_msg("%s: %zu, not %zu", cases[i].name, length, cases[i].length);
    }
}

static void test_an_endless_string_ends(void **state)
{
    (void)state;
    static char bytes[1024 * 1024];
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, "\x1b]", 2);
    assert_int_equal(escape_length(bytes, sizeof bytes), ESCAPE_MAX);
    assert_int_equal(escape_length(bytes, ESCAPE_MAX + 1), ESCAPE_MAX);
}

static void test_erases_line(void **state)
{
    (void)state;
    static const char *const erase[] = {"\x1b[K", "\x1b[0K", "\x1b[2K", "\xC2\x9BK"};
    static const char *const leave[] = {"\x1b[1K", "\x1b[m", "\x1b[", "\x1b]K",
                                        "\x1bK"};
    for (size_t i = 0; i < LENGTH_OF(erase); i++)
        assert_true(escape_erases_line(erase[i], strlen(erase[i])));
    for (size_t i = 0; i < LENGTH_OF(leave); i++)
        assert_false(escape_erases_line(leave[i], strlen(leave[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_an_endless_string_ends),
        cmocka_unit_test(test_erases_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
