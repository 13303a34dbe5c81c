#include "base/err.h"

#include "lib/test.h"

#include <errno.h>
#include <string.h>

static void test_set(void **state)
{
    (void)state;
    struct err err = {.code = ERR_NONE};
    assert_false(err_set(&err, ERR_CONNECT, "connect %s:%d: refused", "10.0.0.22", 22));
    assert_int_equal(err.code, ERR_CONNECT);
    assert_string_equal(err.text, "connect 10.0.0.22:22: refused");
    assert_false(err_set(&err, ERR_IO, "other"));
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.text, "other");
}

static void test_errno(void **state)
{
    (void)state;
    struct err err;
    assert_false(err_set_errno(&err, ERR_IO, ENOENT, "open %s", "x.ini"));
    assert_string_equal(err.text, "open x.ini: No such file or directory");
}

static void test_wrap_makes_a_chain(void **state)
{
    (void)state;
    struct err err;
    err_set(&err, ERR_CONNECT, "connect 10.0.0.22:22: refused");
    assert_false(err_wrap(&err, "ssh"));
    assert_false(err_wrap(&err, "%s", "web-green-2"));
    assert_string_equal(err.text, "web-green-2: ssh: connect 10.0.0.22:22: refused");
    assert_int_equal(err.code, ERR_CONNECT);
}

/* An error may say its own old text again. */
static void test_set_from_itself(void **state)
{
    (void)state;
    struct err err;
    err_set(&err, ERR_IO, "disk full");
    err_set(&err, ERR_BUSY, "%s; try later", err.text);
    assert_string_equal(err.text, "disk full; try later");
}

static void test_too_long_ends_with_dots(void **state)
{
    (void)state;
    char long_name[2000];
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    struct err err;
    err_set(&err, ERR_LIMIT, "%s", long_name);
    assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
    assert_string_equal(err.text + ERR_TEXT_MAX - 4, "...");
}

static void test_text_is_printable(void **state)
{
    (void)state;
    struct err err;
    err_set(&err, ERR_REFUSED, "banner: %s", "\x1b]0;owned\a\x1b[2Jhello\nworld\b");
    assert_string_equal(err.text, "banner: hello world\u2408");
}

static void test_code_names(void **state)
{
    (void)state;
    assert_string_equal(err_code_name(ERR_NONE), "none");
    assert_string_equal(err_code_name(ERR_HOST_KEY), "host_key");
    assert_string_equal(err_code_name(ERR_BUSY), "busy");
    assert_string_equal(err_code_name(ERR_CODE_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_errno),
        cmocka_unit_test(test_wrap_makes_a_chain),
        cmocka_unit_test(test_set_from_itself),
        cmocka_unit_test(test_too_long_ends_with_dots),
        cmocka_unit_test(test_text_is_printable),
        cmocka_unit_test(test_code_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
