/* Drawing is cut at edges, and half a wide character never stays behind. */

#include "lib/test.h"

#include "ui/canvas.h"
#include "ui/canvas_text.h"

#include "base/str.h"

enum { ROWS = 3, COLS = 8 };

static void expect(struct canvas *canvas, const char *expected)
{
    char buffer[1024];
    struct str text = str_on(buffer, sizeof buffer);
    canvas_write_text(canvas, true, &text);
    assert_string_equal(buffer, expected);
}

static struct canvas new_canvas(void)
{
    struct canvas canvas;
    assert_true(canvas_init(&canvas, ROWS, COLS));
    return canvas;
}

static void is_refused_when_too_large(void **state)
{
    (void)state;
    struct canvas canvas;
    assert_false(canvas_init(&canvas, 0, 10));
    assert_false(canvas_init(&canvas, 10, CANVAS_COLS_MAX + 1));
    canvas_close(&canvas);
}

static void cuts_text_at_its_edges(void **state)
{
    (void)state;
    struct canvas canvas = new_canvas();
    struct area area = canvas_area(&canvas);
    assert_int_equal(area_text(area, 0, 5, STYLE_TEXT, "abcdef"), 11);
    area_text(area, 1, -2, STYLE_TEXT, "abcdef");
    area_text(area, -1, 0, STYLE_TEXT, "above");
    area_text(area, ROWS, 0, STYLE_TEXT, "below");
    expect(&canvas, "     abc\ncdef\n\n");
    canvas_close(&canvas);
}

static void part_keeps_to_itself(void **state)
{
    (void)state;
    struct canvas canvas = new_canvas();
    struct area part = area_part(canvas_area(&canvas), 1, 2, 1, 3);
    area_text(part, 0, 0, STYLE_TEXT, "abcdef");
    area_text(part, 1, 0, STYLE_TEXT, "x");
    area_fill(part, 0, 1, 5, 9, STYLE_TEXT, '-');
    expect(&canvas, "\n  a--\n\n");

    struct area outside = area_part(part, 4, 9, 2, 2);
    assert_int_equal(outside.rows, 0);
    assert_int_equal(outside.cols, 0);
    area_text(outside, 0, 0, STYLE_TEXT, "x");
    expect(&canvas, "\n  a--\n\n");
    canvas_close(&canvas);
}

static void wide_characters_stay_whole(void **state)
{
    (void)state;
    struct canvas canvas = new_canvas();
    struct area area = canvas_area(&canvas);
    area_text(area, 0, 0, STYLE_TEXT, "漢字漢");
    area_text(area, 0, 1, STYLE_TEXT, "x"); /* the tail of the first */
    area_text(area, 0, 4, STYLE_TEXT, "y"); /* the head of the third */
    expect(&canvas, " x字y\n\n\n");

    area_text(area, 1, COLS - 1, STYLE_TEXT, "漢"); /* no room for its tail */
    area_text(area, 2, 0, STYLE_TEXT, "ab漢");
    area_text(area, 2, 1, STYLE_TEXT, "字"); /* a head over a head */
    expect(&canvas, " x字y\n\na字\n");
    canvas_close(&canvas);
}

static void marks_stay_on_their_character(void **state)
{
    (void)state;
    struct canvas canvas = new_canvas();
    struct area area = canvas_area(&canvas);
    area_text(area, 0, 0, STYLE_TEXT,
              "\xcc\x81"
              "e\xcc\x81\xcc\x82\xcc\x83x");
    expect(&canvas, "e\xcc\x81\xcc\x82x\n\n\n");
    canvas_close(&canvas);
}

static void controls_do_not_reach_the_terminal(void **state)
{
    (void)state;
    struct canvas canvas = new_canvas();
    area_text(canvas_area(&canvas), 0, 0, STYLE_TEXT, "a\x1b[2J\x07\xff");
    expect(&canvas, "a\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd\n\n\n");
    canvas_close(&canvas);
}

static void fields_are_cut_with_a_mark(void **state)
{
    (void)state;
    struct canvas canvas = new_canvas();
    struct area area = canvas_area(&canvas);
    area_text(area, 0, 0, STYLE_TEXT, "########");
    assert_int_equal(area_field(area, 0, 1, 5, STYLE_TEXT, "abc"), 6);
    area_field(area, 1, 0, 5, STYLE_TEXT, "abcdefg");
    area_field(area, 2, 0, 5, STYLE_TEXT, "漢字漢字");
    expect(&canvas, "#abc  ##\nabcd…\n漢字…\n");

    area_field_right(area, 0, 0, 8, STYLE_TEXT, "abc");
    area_field_end(area, 1, 0, 8, STYLE_TEXT, "web-green-1");
    area_field_end(area, 2, 0, 8, STYLE_TEXT, "漢字漢字漢字");
    expect(&canvas, "     abc\n…green-1\n…字漢字\n");
    canvas_close(&canvas);
}

static void styles_are_seen(void **state)
{
    (void)state;
    char buffer[128];
    struct str text = str_on(buffer, sizeof buffer);
    struct canvas canvas = new_canvas();
    struct area area = canvas_area(&canvas);
    area_text(area, 0, 0, STYLE_TITLE, "ab");
    area_paint(area, 1, 6, 9, 9, STYLE_DIM);
    canvas_write_styles(&canvas, &text);
    assert_string_equal(buffer, "BB......\n......AA\n......AA\n");
    canvas_close(&canvas);
}

static void ascii_keeps_every_column(void **state)
{
    (void)state;
    char buffer[128];
    struct str text = str_on(buffer, sizeof buffer);
    struct canvas canvas = new_canvas();
    area_text(canvas_area(&canvas), 0, 0, STYLE_TEXT, "●✔漢字x");
    canvas_write_text(&canvas, false, &text);
    assert_string_equal(buffer, "*+? ? x\n\n\n");
    canvas_close(&canvas);
}

static void nowhere_tells_the_width_and_shows_nothing(void **state)
{
    (void)state;
    struct area nowhere = area_nowhere(20);
    assert_int_equal(area_text(nowhere, 0, 3, STYLE_TEXT, "漢字"), 7);
    area_fill(nowhere, 0, 0, 3, 3, STYLE_TEXT, 'x');
    area_cursor(nowhere, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_refused_when_too_large),
        cmocka_unit_test(cuts_text_at_its_edges),
        cmocka_unit_test(part_keeps_to_itself),
        cmocka_unit_test(wide_characters_stay_whole),
        cmocka_unit_test(marks_stay_on_their_character),
        cmocka_unit_test(controls_do_not_reach_the_terminal),
        cmocka_unit_test(fields_are_cut_with_a_mark),
        cmocka_unit_test(styles_are_seen),
        cmocka_unit_test(ascii_keeps_every_column),
        cmocka_unit_test(nowhere_tells_the_width_and_shows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
