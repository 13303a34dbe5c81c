/* Following, pausing, filtering, searching what hosts print. */

#include "lib/test.h"

#include "ui/canvas_text.h"
#include "ui/log_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTS = 2, PAGE = 4, COLS = 60 };

struct fixture {
    struct transcript transcript;
    struct fleet fleet;
    struct log_pane pane;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    transcript_init(&f->transcript);
    fleet_init(&f->fleet);
    f->fleet.count = HOSTS;
    for (int i = 0; i < HOSTS; i++)
        snprintf(f->fleet.hosts[i].droplet.name, HOST_NAME_MAX_BYTES, "web-%d", i);
    log_pane_init(&f->pane);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void say(struct fixture *f, int host, const char *text)
{
    transcript_add(&f->transcript, 0, host, -1, LINE_OUTPUT, text);
}

/* Lines "a0", "b1", "a2", ..: odd ones of host 1. */
static void say_many(struct fixture *f, int count)
{
    for (int i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "%c%d", i % 2 ? 'b' : 'a', (int)f->transcript.next);
        say(f, i % 2, text);
    }
}

/* The texts of the visible lines, joined by blanks. */
static void expect(const struct fixture *f, const char *expected)
{
    char buffer[8192], got[1024] = "";
    struct str text = str_on(buffer, sizeof buffer);
    struct str words = str_on(got, sizeof got);
    struct canvas canvas;
    assert_true(canvas_init(&canvas, PAGE, COLS));
    log_pane_draw(&f->pane, &f->transcript, &f->fleet, canvas_area(&canvas));
    canvas_write_text(&canvas, true, &text);
    canvas_close(&canvas);
    for (char *line = strtok(buffer, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *bar = strstr(line, "│");
        const char *text_at = bar != NULL ? bar + strlen("│") : line;
        str_addf(&words, "%s%s", words.length > 0 ? " " : "",
                 bar != NULL && *text_at == ' ' ? text_at + 1 : text_at);
    }
    assert_string_equal(got, expected);
}

static void expect_title(const struct fixture *f, const char *expected)
{
    char buffer[200];
    struct str title = str_on(buffer, sizeof buffer);
    log_pane_title(&f->pane, &f->transcript, &f->fleet, &title);
    assert_string_equal(buffer, expected);
}

static void follows_the_newest(void **state)
{
    struct fixture *f = *state;
    expect(f, " nothing printed yet");
    say_many(f, 2);
    expect(f, "a0 b1");
    say_many(f, 4);
    expect(f, "a2 b3 a4 b5");
    expect_title(f, "all hosts · following");
}

static void stands_still_when_scrolled(void **state)
{
    struct fixture *f = *state;
    say_many(f, 8);
    log_pane_scroll(&f->pane, &f->transcript, -2, PAGE);
    expect(f, "a2 b3 a4 b5");
    say_many(f, 3);
    expect(f, "a2 b3 a4 b5");
    expect_title(f, "all hosts · paused, 5 newer below");
    log_pane_scroll(&f->pane, &f->transcript, -100, PAGE);
    expect(f, "a0 b1 a2 b3");
    log_pane_scroll(&f->pane, &f->transcript, 1, PAGE);
    expect(f, "b1 a2 b3 a4");
    log_pane_scroll(&f->pane, &f->transcript, 100, PAGE);
    assert_false(f->pane.paused);
    expect(f, "b7 a8 b9 a10");
}

static void page_stays_full_at_the_top(void **state)
{
    struct fixture *f = *state;
    say_many(f, 3);
    log_pane_scroll(&f->pane, &f->transcript, -1, PAGE);
    expect(f, "a0 b1 a2");
}

static void shows_one_host_alone(void **state)
{
    struct fixture *f = *state;
    say_many(f, 12);
    log_pane_choose(&f->pane, 1);
    expect(f, "b5 b7 b9 b11");
    expect_title(f, "web-1 · following");
    log_pane_scroll(&f->pane, &f->transcript, -1, PAGE);
    expect(f, "b3 b5 b7 b9");
    expect_title(f, "web-1 · paused, 1 newer below");
}

static void goes_round_those_who_printed(void **state)
{
    struct fixture *f = *state;
    say(f, 1, "x");
    log_pane_next_host(&f->pane, &f->transcript, &f->fleet);
    assert_int_equal(f->pane.host, 1); /* the console and host 0 said nothing */
    log_pane_next_host(&f->pane, &f->transcript, &f->fleet);
    assert_int_equal(f->pane.host, LOG_PANE_ALL);
    say(f, TRANSCRIPT_CONSOLE, "y");
    log_pane_next_host(&f->pane, &f->transcript, &f->fleet);
    assert_int_equal(f->pane.host, TRANSCRIPT_CONSOLE);
    expect_title(f, "console · following");
}

static void finds_from_the_newest_upwards(void **state)
{
    struct fixture *f = *state;
    say(f, 0, "Plack 1");
    say(f, 0, "other");
    say(f, 1, "plack 2");
    say(f, 1, "last");
    assert_true(log_pane_search(&f->pane, &f->transcript, "plack"));
    assert_int_equal(f->pane.bottom, 2);
    assert_true(log_pane_next_match(&f->pane, &f->transcript, true));
    assert_int_equal(f->pane.bottom, 0);
    assert_false(log_pane_next_match(&f->pane, &f->transcript, true));
    assert_int_equal(f->pane.bottom, 0);
    assert_true(log_pane_next_match(&f->pane, &f->transcript, false));
    assert_int_equal(f->pane.bottom, 2);

    assert_true(log_pane_search(&f->pane, &f->transcript, "Plack")); /* a capital */
    assert_int_equal(f->pane.bottom, 0);
    assert_false(log_pane_search(&f->pane, &f->transcript, "nowhere"));
    log_pane_choose(&f->pane, 1);
    assert_false(log_pane_search(&f->pane, &f->transcript, "Plack"));
    assert_true(log_pane_search(&f->pane, &f->transcript, ""));
}

static void marks_what_it_found(void **state)
{
    struct fixture *f = *state;
    char buffer[1024];
    struct str styles = str_on(buffer, sizeof buffer);
    struct canvas canvas;
    say(f, 0, "漢 abc Abc");
    log_pane_search(&f->pane, &f->transcript, "abc");
    assert_true(canvas_init(&canvas, 1, 40));
    log_pane_draw(&f->pane, &f->transcript, &f->fleet, canvas_area(&canvas));
    canvas_write_styles(&canvas, &styles);
    canvas_close(&canvas);
    const char *match = strstr(buffer, "QQQ");
    assert_non_null(match);
    assert_int_equal(match - buffer, 20 + 3); /* the wide character takes two cells */
    assert_int_equal(strncmp(match, "QQQ.QQQ", 7), 0);
}

static void outlives_the_ring(void **state)
{
    struct fixture *f = *state;
    say_many(f, 10);
    log_pane_scroll(&f->pane, &f->transcript, -3, PAGE);
    say_many(f, TRANSCRIPT_LINES + 10);
    assert_null(transcript_at(&f->transcript, f->pane.bottom));
    int64_t first = transcript_first(&f->transcript);
    char expected[32];
    snprintf(expected, sizeof expected, "%c%d", first % 2 ? 'b' : 'a', (int)first);
    expect(f, expected);
    log_pane_scroll(&f->pane, &f->transcript, 3, PAGE);
    assert_true(f->pane.bottom >= first);
}

static void moves_over_long_lines(void **state)
{
    struct fixture *f = *state;
    say(f, 0, "0123456789012345678901234567890123456789012345678901234567890123456789");
    expect(f, "012345678901234567890123456789012345678…");
    f->pane.column = LOG_PANE_SHIFT;
    expect(f, "678901234567890123456789012345678901234…");
    f->pane.column = 5 * LOG_PANE_SHIFT;
    expect(f, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(follows_the_newest, setup, teardown),
        cmocka_unit_test_setup_teardown(stands_still_when_scrolled, setup, teardown),
        cmocka_unit_test_setup_teardown(page_stays_full_at_the_top, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_one_host_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(goes_round_those_who_printed, setup, teardown),
        cmocka_unit_test_setup_teardown(finds_from_the_newest_upwards, setup, teardown),
        cmocka_unit_test_setup_teardown(marks_what_it_found, setup, teardown),
        cmocka_unit_test_setup_teardown(outlives_the_ring, setup, teardown),
        cmocka_unit_test_setup_teardown(moves_over_long_lines, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
