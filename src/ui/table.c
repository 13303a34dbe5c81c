#include "ui/table.h"

#include "base/utf8.h"

#include <stdio.h>

enum { GUTTER = 1 }; /* before the first column: the mark of the selected row */

static int width_of(const int widths[TABLE_COLUMNS_MAX], int count)
{
    int width = GUTTER - 1;
    for (int i = 0; i < count; i++)
        width += widths[i] > 0 ? widths[i] + 1 : 0;
    return width;
}

/* The shown column that is missed least; -1: all that are left must stay. */
static int least_missed(const struct table_column *columns, int count,
                        const int widths[TABLE_COLUMNS_MAX])
{
    int found = -1;
    for (int i = 0; i < count; i++) {
        if (widths[i] > 0 && columns[i].priority > 0 &&
            (found < 0 || columns[i].priority >= columns[found].priority))
            found = i;
    }
    return found;
}

void table_layout(const struct table_column *columns, int count, int width,
                  int ret_widths[TABLE_COLUMNS_MAX])
{
    for (int i = 0; i < count; i++)
        ret_widths[i] = columns[i].least;
    for (int drop; width_of(ret_widths, count) > width &&
                   (drop = least_missed(columns, count, ret_widths)) >= 0;)
        ret_widths[drop] = 0;

    int spare = width - width_of(ret_widths, count);
    for (bool grew = true; grew && spare > 0;) {
        grew = false;
        for (int i = 0; i < count && spare > 0; i++) {
            if (ret_widths[i] == 0 || ret_widths[i] >= columns[i].most)
                continue;
            ret_widths[i]++;
            spare--;
            grew = true;
        }
    }
}

static void draw_cell(struct area area, int row, int col, int width,
                      enum table_align align, enum style style, const char *text)
{
    if (align == ALIGN_RIGHT)
        area_field_right(area, row, col, width, style, text);
    else if (align == ALIGN_END)
        area_field_end(area, row, col, width, style, text);
    else
        area_field(area, row, col, width, style, text);
}

static void draw_row(const struct table *table, const int widths[TABLE_COLUMNS_MAX],
                     int index, int row, struct area area)
{
    int col = GUTTER;
    for (int i = 0; i < table->column_count; i++) {
        struct table_cell cell = {.style = STYLE_TEXT};
        if (widths[i] == 0)
            continue;
        table->fill(table->context, index, i, &cell);
        draw_cell(area, row, col, widths[i], table->columns[i].align, cell.style,
                  cell.text);
        col += widths[i] + 1;
    }
}

static void draw_headings(const struct table *table,
                          const int widths[TABLE_COLUMNS_MAX], struct area area)
{
    int col = GUTTER;
    for (int i = 0; i < table->column_count; i++) {
        if (widths[i] == 0)
            continue;
        draw_cell(area, 0, col, widths[i], table->columns[i].align, STYLE_DIM,
                  table->columns[i].title);
        col += widths[i] + 1;
    }
}

/* Rows that have no room leave a mark, so that nobody takes a part for the whole; and
 * their count where the headings leave room for it. */
static void draw_more(int above, int below, int used, struct area area)
{
    char text[64];
    snprintf(text, sizeof text, "↑ %d  ↓ %d more ", above, below);
    int width = (int)utf8_text_width(text);
    if (above > 0)
        area_text(area, 1, 0, STYLE_KEY, "↑");
    if (below > 0)
        area_text(area, area.rows - 1, 0, STYLE_KEY, "↓");
    if (used + width <= area.cols)
        area_text(area, 0, area.cols - width, STYLE_KEY, text);
}

void table_draw(const struct table *table, const struct list *list, bool focused,
                struct area area)
{
    int widths[TABLE_COLUMNS_MAX];
    int page = area.rows - 1;
    int top = list_top(list, table->row_count, page);
    int selected = list_selected(list, table->row_count) - top;

    table_layout(table->columns, table->column_count, area.cols, widths);
    draw_headings(table, widths, area);
    for (int i = 0; i < page && top + i < table->row_count; i++)
        draw_row(table, widths, top + i, 1 + i, area);
    if (page > 0 && table->row_count > page)
        draw_more(top, table->row_count - top - page,
                  width_of(widths, table->column_count), area);
    if (focused && selected >= 0 && selected < page) {
        area_text(area, 1 + selected, 0, STYLE_KEY, "▶");
        area_paint(area, 1 + selected, GUTTER, 1, area.cols - GUTTER, STYLE_SELECTED);
    }
}
