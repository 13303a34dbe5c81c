#include "core/transcript.h"

#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int setup(void **state)
{
    *state = malloc(sizeof(struct transcript));
    assert_non_null(*state);
    memset(*state, 0xa5, sizeof(struct transcript));
    transcript_init(*state);
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void add(struct transcript *transcript, int host, int number)
{
    char text[32];
    snprintf(text, sizeof text, "line %d", number);
    transcript_add(transcript, 1000 + number, host, 2, LINE_OUTPUT, text);
}

static void test_empty(void **state)
{
    struct transcript *transcript = *state;
    int64_t numbers[1];

    assert_int_equal(transcript_first(transcript), 0);
    assert_null(transcript_at(transcript, 0));
    assert_null(transcript_at(transcript, -1));
    assert_int_equal(transcript_tail(transcript, 0, 1, numbers), 0);
}

static void test_line(void **state)
{
    struct transcript *transcript = *state;

    transcript_add(transcript, 5, TRANSCRIPT_CONSOLE, -1, LINE_BAD, "no way");
    const struct transcript_line *line = transcript_at(transcript, 0);
    assert_int_equal(line->wall_ms, 5);
    assert_int_equal(line->host, TRANSCRIPT_CONSOLE);
    assert_int_equal(line->step, -1);
    assert_int_equal(line->kind, LINE_BAD);
    assert_string_equal(line->text, "no way");
    assert_null(transcript_at(transcript, 1));
}

static void test_oldest_give_way(void **state)
{
    struct transcript *transcript = *state;

    for (int i = 0; i < TRANSCRIPT_LINES + 3; i++)
        add(transcript, 1, i);
    assert_int_equal(transcript_first(transcript), 3);
    assert_null(transcript_at(transcript, 2));
    assert_string_equal(transcript_at(transcript, 3)->text, "line 3");
    assert_int_equal(transcript_at(transcript, TRANSCRIPT_LINES + 2)->wall_ms,
                     1000 + TRANSCRIPT_LINES + 2);
    assert_null(transcript_at(transcript, TRANSCRIPT_LINES + 3));
}

static void test_tail_of_a_host(void **state)
{
    struct transcript *transcript = *state;
    int64_t numbers[3], nine[9];

    for (int i = 0; i < 9; i++)
        add(transcript, i % 2, i);
    assert_int_equal(transcript_tail(transcript, 1, 3, numbers), 3);
    assert_int_equal(numbers[0], 3);
    assert_int_equal(numbers[1], 5);
    assert_int_equal(numbers[2], 7);
    assert_int_equal(transcript_tail(transcript, 7, 3, numbers), 0);
    assert_int_equal(transcript_tail(transcript, 0, 9, nine), 5);
    assert_int_equal(nine[0], 0);

    /* What gave way is found no more. */
    for (int i = 0; i < TRANSCRIPT_LINES - 3; i++)
        add(transcript, 5, i);
    assert_int_equal(transcript_tail(transcript, 1, 3, numbers), 1);
    assert_int_equal(numbers[0], 7);
}

static void test_long_line_is_cut(void **state)
{
    struct transcript *transcript = *state;
    char text[TRANSCRIPT_LINE_MAX + 10];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    transcript_add(transcript, 1, 0, 0, LINE_OUTPUT, text);
    assert_int_equal(strlen(transcript_at(transcript, 0)->text),
                     TRANSCRIPT_LINE_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_oldest_give_way, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tail_of_a_host, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_line_is_cut, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
