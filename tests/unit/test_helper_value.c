/* The values of a helper's answer: what they may be, and what they are made of. */

#include "net/helper_value.h"

#include "lib/test.h"

#include <string.h>

static void test_numbers(void **state)
{
    (void)state;
    assert_int_equal(helper_number("7", 0, 100, -1), 7);
    assert_int_equal(helper_number("-7", -100, 100, 0), -7);
    assert_int_equal(helper_number("101", 0, 100, -1), -1);
    assert_int_equal(helper_number("", 0, 100, -1), -1);
    assert_int_equal(helper_number("7 ", 0, 100, -1), -1);
    assert_int_equal(helper_number("green", 0, 100, -1), -1);
    assert_int_equal(helper_count("999999999999999", 0), 999999999999999);
    assert_int_equal(helper_count("-1", 5), 5);
}

/* Nobody who adds one to it, or a moment, can overflow. */
static void test_numbers_are_bounded(void **state)
{
    (void)state;
    assert_int_equal(helper_count("1000000000000000", 0), 0);
    assert_int_equal(helper_count("9223372036854775807", 0), 0);
    assert_int_equal(helper_count("92233720368547758070", 0), 0);
    assert_int_equal(helper_number("-9223372036854775808", INT64_MIN, INT64_MAX, 3), 3);
}

static void test_words(void **state)
{
    char words[12];
    (void)state;
    helper_words("no \x1b[31msocket", words, sizeof words);
    assert_string_equal(words, "no socket");
    helper_words("a sentence that is too long", words, sizeof words);
    assert_string_equal(words, "a senten...");
}

static void test_list(void **state)
{
    char list[24] = "";
    (void)state;
    helper_words_add("one", list, sizeof list);
    assert_string_equal(list, "one");
    helper_words_add("\x1b]0;title\x07two", list, sizeof list);
    assert_string_equal(list, "one; two");
    helper_words_add("three, which is long", list, sizeof list);
    assert_string_equal(list, "one; two; three, whi...");
    helper_words_add("four", list, sizeof list);
    assert_string_equal(list, "one; two; three, whi...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_numbers_are_bounded),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
