/* A line that a run published, as bgc-lb tells it. */

#include "net/published.h"

#include "lib/test.h"

#include <stdio.h>
#include <string.h>

static void test_line(void **state)
{
    struct published line;
    (void)state;
    assert_true(published_read("17 2026-11-23T18:26:22Z 20261123T182622Z-7f3a gate "
                               "answered yes: plan gate -> deploying",
                               &line));
    assert_int_equal(line.number, 17);
    assert_string_equal(line.utc, "2026-11-23T18:26:22Z");
    assert_string_equal(line.run, "20261123T182622Z-7f3a");
    assert_string_equal(line.text, "gate answered yes: plan gate -> deploying");
}

static void test_no_line(void **state)
{
    static const char *const lines[] = {
        "",
        "17",
        "17 2026-11-23T18:26:22Z",
        "17 2026-11-23T18:26:22Z run",
        "0 2026-11-23T18:26:22Z run text",
        "-4 2026-11-23T18:26:22Z run text",
        "many 2026-11-23T18:26:22Z run text",
        "1000000000000000 2026-11-23T18:26:22Z run text",
        "17  run text",
        " 17 2026-11-23T18:26:22Z run text",
    };
    struct published line;
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(lines); i++) {
        if (published_read(lines[i], &line))
            fail_msg("taken: \"%s\"", lines[i]);
    }
}

static void test_hostile(void **state)
{
    char text[600], long_line[1024];
    struct published line;
    (void)state;
    assert_true(
        published_read("1 \x1b[2Jutc r\x1b]0;x\x07un te\x1b[31mxt\nmore", &line));
    assert_string_equal(line.utc, "utc");
    assert_string_equal(line.run, "run");
    assert_string_equal(line.text, "text more");

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    snprintf(long_line, sizeof long_line, "1 %.40s %.60s %s", text, text, text);
    assert_true(published_read(long_line, &line));
    assert_int_equal(strlen(line.utc), sizeof line.utc - 1);
    assert_int_equal(strlen(line.run), sizeof line.run - 1);
    assert_int_equal(strlen(line.text), sizeof line.text - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_no_line),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
