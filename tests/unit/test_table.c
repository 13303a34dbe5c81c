/* Columns share the width; rows scroll with the selection. */

#include "lib/test.h"

#include "ui/canvas_text.h"
#include "ui/table.h"

#include <stdio.h>

/* clang-format off */
static const struct table_column columns[] = {
    { "name",  5, 10, ALIGN_END,   0 },
    { "size",  4,  4, ALIGN_RIGHT, 2 },
    { "state", 6, 20, ALIGN_LEFT,  0 },
    { "note",  6, 40, ALIGN_LEFT,  9 },
};
/* clang-format on */

static void expect_widths(int width, int a, int b, int c, int d)
{
    int widths[TABLE_COLUMNS_MAX];
    table_layout(columns, LENGTH_OF(columns), width, widths);
    assert_int_equal(widths[0], a);
    assert_int_equal(widths[1], b);
    assert_int_equal(widths[2], c);
    assert_int_equal(widths[3], d);
}

static void shares_the_width(void **state)
{
    (void)state;
    expect_widths(25, 5, 4, 6, 6); /* exactly the least */
    expect_widths(28, 6, 4, 7, 7); /* what is spare goes round */
    expect_widths(24, 8, 4, 9, 0); /* one cell short: the note goes */
    expect_widths(18, 5, 4, 6, 0); /* the sizes fit still */
    expect_widths(17, 7, 0, 8, 0); /* then not */
    expect_widths(5, 5, 0, 6, 0);  /* what must stay is cut at the edge */
    expect_widths(200, 10, 4, 20, 40);
}

static void fill(const void *context, int row, int column, struct table_cell *cell)
{
    (void)context;
    static const char *const words[] = {"web-%d", "%d", "fine %d", "note %d"};
    switch (column) {
    case 0:
        snprintf(cell->text, sizeof cell->text, "web-green-%d", row);
        break;
    default:
        snprintf(cell->text, sizeof cell->text, "%c%d", words[column][0], row);
        cell->style = STYLE_OK;
        break;
    }
}

static void draw(int rows, struct list list, bool focused, int area_rows,
                 const char *expected)
{
    char buffer[2048];
    struct str text = str_on(buffer, sizeof buffer);
    struct canvas canvas;
    struct table table = {columns, LENGTH_OF(columns), fill, NULL, rows};
    assert_true(canvas_init(&canvas, area_rows, 20));
    table_draw(&table, &list, focused, canvas_area(&canvas));
    canvas_write_text(&canvas, true, &text);
    canvas_close(&canvas);
    assert_string_equal(buffer, expected);
}

static void draws_headings_and_rows(void **state)
{
    (void)state;
    struct list list = {0, 0};
    draw(2, list, false, 4,
         " name   size state\n"
         " …een-0   %0 f0\n"
         " …een-1   %1 f1\n"
         "\n");
}

static void scrolls_to_the_selected_row(void **state)
{
    (void)state;
    struct list list = {0, 0};
    draw(5, list, true, 3,
         " name   size state\n"
         "▶…een-0   %0 f0\n"
         "↓…een-1   %1 f1\n");
    list_move(&list, 3, 5, 2);
    draw(5, list, true, 3,
         " name   size state\n"
         "↑…een-2   %2 f2\n"
         "▶…een-3   %3 f3\n");
}

static void survives_rows_that_vanish(void **state)
{
    (void)state;
    struct list list = {0, 0};
    list_move(&list, 90, 100, 2);
    draw(1, list, true, 3, " name   size state\n▶…een-0   %0 f0\n\n");
    draw(0, list, true, 3, " name   size state\n\n\n");
    assert_int_equal(list_selected(&list, 0), -1);
    list_move(&list, -1, 0, 2);
    draw(1, list, true, 1, " name   size state\n");
}

static void list_stays_within_its_count(void **state)
{
    (void)state;
    struct list list = {0, 0};
    list_move(&list, -5, 10, 4);
    assert_int_equal(list.selected, 0);
    list_move(&list, 4, 10, 4);
    assert_int_equal(list_top(&list, 10, 4), 1); /* as little as is needed */
    list_move(&list, -1, 10, 4);
    assert_int_equal(list_top(&list, 10, 4), 1);
    list_move(&list, 1000, 10, 4);
    assert_int_equal(list.selected, 9);
    assert_int_equal(list_top(&list, 10, 4), 6);
    assert_int_equal(list_top(&list, 10, 0), 0);
    assert_int_equal(list_top(&list, 3, 8), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_the_width),
        cmocka_unit_test(draws_headings_and_rows),
        cmocka_unit_test(scrolls_to_the_selected_row),
        cmocka_unit_test(survives_rows_that_vanish),
        cmocka_unit_test(list_stays_within_its_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
