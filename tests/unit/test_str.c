#include "base/str.h"

#include "lib/test.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static void test_add(void **state)
{
    (void)state;
    char buffer[16];
    struct str s = str_on(buffer, sizeof buffer);
    assert_string_equal(s.at, "");
    str_add(&s, "web");
    str_add_char(&s, '-');
    str_add_bytes(&s, "blue!", 4);
    str_addf(&s, "-%d", 12);
    assert_string_equal(s.at, "web-blue-12");
    assert_int_equal(s.length, 11);
    assert_false(s.cut);
}

static void test_nothing_comes_after_a_cut(void **state)
{
    (void)state;
    char buffer[6];
    struct str s = str_on(buffer, sizeof buffer);
    str_add(&s, "123456");
    assert_true(s.cut);
    str_add(&s, "x");
    str_addf(&s, "%d", 7);
    assert_string_equal(s.at, "12345");
    str_clear(&s);
    str_add(&s, "again");
    assert_string_equal(s.at, "again");
    assert_false(s.cut);
}

static void test_cut_at_a_character(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;  size_t size;  const char *kept;  bool fitted;
    } cases[] = {
        {"abc",            4,            "abc",             true },
        {"abc",            3,            "ab",              false},
        {"abc",            1,            "",                false},
        {"a\u00e9",        3,            "a",               false},
        {"a\u00e9",        4,            "a\u00e9",         true },
        {"a\u2713",        4,            "a",               false},
        {"a\U0001F600",    5,            "a",               false},
        {"a\U0001F600",    6,            "a\U0001F600",     true },
        {"a\x80\x80\x80\x80", 5,         "a\x80\x80\x80",   false},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char buffer[16];
        assert_int_equal(str_copy(buffer, cases[i].size, cases[i].text),
                         cases[i].fitted);
        assert_string_equal(buffer, cases[i].kept);
        struct str s = str_on(buffer, cases[i].size);
        str_addf(&s, "%s", cases[i].text);
        assert_int_equal(s.cut, !cases[i].fitted);
        assert_string_equal(buffer, cases[i].kept);
        assert_int_equal(s.length, strlen(buffer));
    }
}

static void test_compare(void **state)
{
    (void)state;
    assert_true(str_equal("green", "green"));
    assert_false(str_equal("green", "gree"));
    assert_true(str_starts("green", "gr"));
    assert_true(str_starts("green", ""));
    assert_false(str_starts("gr", "green"));
}

static void test_to_long(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;      long long least, most;  bool good;  long long number;
    } cases[] = {
        {"0",                  0, 100,                 true,       0  },
        {"100",                0, 100,                 true,       100},
        {"-5",                 -9, 9,                  true,       -5 },
        {"007",                0, 100,                 true,       7  },
        {"101",                0, 100,                 false,      0  },
        {"-1",                 0, 100,                 false,      0  },
        {"",                   0, 100,                 false,      0  },
        {"-",                  0, 100,                 false,      0  },
        {"+1",                 0, 100,                 false,      0  },
        {" 1",                 0, 100,                 false,      0  },
        {"1 ",                 0, 100,                 false,      0  },
        {"1.5",                0, 100,                 false,      0  },
        {"0x10",               0, 100,                 false,      0  },
        {"many",               0, 100,                 false,      0  },
        {"9223372036854775807", 0, LLONG_MAX,          true,       LLONG_MAX},
        {"9223372036854775808", 0, LLONG_MAX,          false,      0  },
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        long long number = 0;
        bool good = str_to_long(cases[i].text, cases[i].least, cases[i].most, &number);
        if (good != cases[i].good || number != cases[i].number)
            fail_msg("\"%s\": %d, %lld", cases[i].text, good, number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_nothing_comes_after_a_cut),
        cmocka_unit_test(test_cut_at_a_character),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_to_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
