/* Who meets whom: what is said is understood, also by a build that knows other words.
 */

#include "app/hello.h"

#include "lib/test.h"

#include <string.h>

static struct hello read_text(const char *text)
{
    struct hello hello;
    hello_read(text, strlen(text), &hello);
    return hello;
}

static void is_understood(void **state)
{
    (void)state;
    struct hello hello = {.protocol = HELLO_PROTOCOL,
                          .version = "1.2.3",
                          .pid = 77,
                          .idle = true,
                          .rows = 24,
                          .cols = 80,
                          .read_only = true,
                          .who = "ann@desk pts/3"};
    char text[HELLO_TEXT_MAX];
    struct str out = str_on(text, sizeof text);
    hello_write(&hello, &out);
    struct hello other = read_text(text);
    assert_int_equal(other.protocol, HELLO_PROTOCOL);
    assert_string_equal(other.version, "1.2.3");
    assert_int_equal(other.pid, 77);
    assert_true(other.idle);
    assert_true(other.read_only);
    assert_int_equal(other.rows, 24);
    assert_string_equal(other.who, "ann@desk pts/3");
    assert_string_equal(other.ask, "");
}

static void of_another_build(void **state)
{
    (void)state;
    struct hello hello = read_text(
        "colour=red\nprotocol=7\nno value\nversion=9.9\n=\nrows=-1\ncols=lots\n");
    assert_int_equal(hello.protocol, 7);
    assert_string_equal(hello.version, "9.9");
    assert_int_equal(hello.rows, 0);
    assert_int_equal(hello.cols, 0);
}

static void names_are_printable_and_bounded(void **state)
{
    (void)state;
    char text[3000] = "who=ann\x1b[31m@";
    memset(text + strlen(text), 'x', 2000);
    struct hello hello = read_text(text);
    assert_null(strchr(hello.who, 0x1b));
    assert_in_range(strlen(hello.who), 1, HELLO_WORD_MAX - 1);
}

static void nothing_is_no_hello(void **state)
{
    (void)state;
    struct hello hello;
    hello_read("", 0, &hello);
    assert_int_equal(hello.protocol, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_understood),
        cmocka_unit_test(of_another_build),
        cmocka_unit_test(names_are_printable_and_bounded),
        cmocka_unit_test(nothing_is_no_hello),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
