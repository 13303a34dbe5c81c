#ifndef BGC_UI_TABLE_H
#define BGC_UI_TABLE_H

/*
 * Rows and columns. A screen declares its columns and one function that fills a
 * cell; widths, headings, cutting and scrolling are the same for all.
 *
 * On a narrow screen the columns of the highest priority number go first.
 */

#include "ui/canvas.h"
#include "ui/list.h"
#include "ui/style.h"

#include <stdbool.h>

enum { TABLE_COLUMNS_MAX = 16, TABLE_CELL_MAX = 200 };

enum table_align {
    ALIGN_LEFT,
    ALIGN_RIGHT,
    ALIGN_END, /* left; what is too long loses its beginning */
};

struct table_column {
    const char *title;
    int least,
        most; /* cells; a column grows from `least` to `most` where there is room */
    enum table_align align;
    int priority; /* 0: always shown */
};

struct table_cell {
    char text[TABLE_CELL_MAX];
    enum style style;
};

typedef void table_fill_fn(const void *context, int row, int column,
                           struct table_cell *ret_cell);

struct table {
    const struct table_column *columns;
    int column_count;
    table_fill_fn *fill;
    const void *context;
    int row_count;
};

/* The width of each column in `width` cells; 0: not shown. Between two columns stands
 * one blank. */
void table_layout(const struct table_column *columns, int count, int width,
                  int ret_widths[TABLE_COLUMNS_MAX]);

/* Draws headings in row 0 and the rows below; `list` scrolls. With `focused` the
 * selected row is painted, and a mark stands before it. */
void table_draw(const struct table *table, const struct list *list, bool focused,
                struct area area);

#endif
