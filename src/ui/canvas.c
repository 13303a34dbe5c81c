#include "ui/canvas.h"

#include "base/str.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { TEXTF_MAX = 1024, WIDE_TAIL = 0 };

static const struct cell blank = {' ', {0, 0}, STYLE_TEXT};

bool canvas_init(struct canvas *canvas, int rows, int cols)
{
    *canvas = (struct canvas){.cursor_row = -1, .cursor_col = -1};
    if (rows < 1 || rows > CANVAS_ROWS_MAX || cols < 1 || cols > CANVAS_COLS_MAX)
        return false;
    canvas->cells = calloc((size_t)rows * (size_t)cols, sizeof *canvas->cells);
    if (canvas->cells == NULL)
        return false;
    canvas->rows = rows;
    canvas->cols = cols;
    canvas_clear(canvas);
    return true;
}

void canvas_close(struct canvas *canvas)
{
    free(canvas->cells);
    *canvas = (struct canvas){.cursor_row = -1, .cursor_col = -1};
}

void canvas_clear(struct canvas *canvas)
{
    for (int i = 0; i < canvas->rows * canvas->cols; i++)
        canvas->cells[i] = blank;
    canvas->cursor_row = canvas->cursor_col = -1;
}

struct area canvas_area(struct canvas *canvas)
{
    return (struct area){canvas, 0, 0, canvas->rows, canvas->cols};
}

struct area area_nowhere(int cols)
{
    return (struct area){NULL, 0, 0, 0, cols};
}

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

struct area area_part(struct area area, int row, int col, int rows, int cols)
{
    int top = clamp(row, 0, area.rows);
    int left = clamp(col, 0, area.cols);
    int bottom = clamp(row + rows, top, area.rows);
    int right = clamp(col + cols, left, area.cols);
    return (struct area){area.canvas, area.row + top, area.col + left, bottom - top,
                         right - left};
}

static struct cell *cell_at(struct area area, int row, int col)
{
    if (row < 0 || row >= area.rows || col < 0 || col >= area.cols)
        return NULL;
    struct canvas *canvas = area.canvas;
    return &canvas->cells[(area.row + row) * canvas->cols + area.col + col];
}

/* Overwriting one half of a wide character leaves the other half without a meaning. */
static void free_cell(struct area area, int row, int col)
{
    struct cell *cell = cell_at(area, row, col);
    if (cell->character == WIDE_TAIL && area.col + col > 0)
        cell[-1] = (struct cell){' ', {0, 0}, cell[-1].style};
    if (area.col + col + 1 < area.canvas->cols && cell[1].character == WIDE_TAIL)
        cell[1] = (struct cell){' ', {0, 0}, cell[1].style};
}

static void put(struct area area, int row, int col, enum style style,
                uint32_t character, int width)
{
    struct cell *cell = cell_at(area, row, col);
    if (cell == NULL)
        return;
    if (width == 2 && cell_at(area, row, col + 1) == NULL) {
        character = ' ';
        width = 1;
    }
    free_cell(area, row, col);
    if (width == 2)
        free_cell(area, row, col + 1);
    *cell = (struct cell){character, {0, 0}, (uint8_t)style};
    if (width == 2)
        cell[1] = (struct cell){WIDE_TAIL, {0, 0}, (uint8_t)style};
}

static void put_mark(struct area area, int row, int col, uint32_t mark)
{
    struct cell *cell = cell_at(area, row, col);
    for (int i = 0; cell != NULL && i < CELL_MARKS_MAX; i++) {
        if (cell->marks[i] == 0) {
            cell->marks[i] = mark;
            return;
        }
    }
}

int area_text(struct area area, int row, int col, enum style style, const char *text)
{
    int base = -1; /* column of the character that a combining mark belongs to */
    for (size_t left = strlen(text); left > 0;) {
        uint32_t character;
        size_t taken = utf8_decode(text, left, &character);
        text += taken;
        left -= taken;
        if (character < 0x20 || character == 0x7f)
            character = UTF8_BAD;
        int width = utf8_width(character);
        if (width == 0) {
            if (base >= 0)
                put_mark(area, row, base, character);
            continue;
        }
        put(area, row, col, style, character, width);
        base = col;
        col += width;
    }
    return col;
}

int area_textf(struct area area, int row, int col, enum style style, const char *format,
               ...)
{
    char buffer[TEXTF_MAX];
    struct str text = str_on(buffer, sizeof buffer);
    va_list arguments;
    va_start(arguments, format);
    str_addv(&text, format, arguments);
    va_end(arguments);
    return area_text(area, row, col, style, buffer);
}

int area_field(struct area area, int row, int col, int width, enum style style,
               const char *text)
{
    struct area field = area_part(area, row, col, 1, width);
    if (field.rows == 0 || field.cols == 0)
        return col + width;
    int end = area_text(field, 0, 0, style, text);
    if (end > width)
        area_text(field, 0, width - 1, style, "…");
    else
        area_fill(field, 0, end, 1, width - end, style, ' ');
    return col + width;
}

int area_field_right(struct area area, int row, int col, int width, enum style style,
                     const char *text)
{
    int needed = (int)utf8_text_width(text);
    if (needed >= width)
        return area_field(area, row, col, width, style, text);
    area_fill(area, row, col, 1, width - needed, style, ' ');
    return area_text(area, row, col + width - needed, style, text);
}

int area_field_end(struct area area, int row, int col, int width, enum style style,
                   const char *text)
{
    int needed = (int)utf8_text_width(text);
    if (needed <= width || width < 2)
        return area_field(area, row, col, width, style, text);
    int surplus = needed - width + 1; /* cells to skip, one more for the mark */
    while (surplus > 0) {
        uint32_t character;
        text += utf8_decode(text, strlen(text), &character);
        surplus -= utf8_width(character);
    }
    area_text(area, row, col, style, "…");
    return area_field(area, row, col + 1, width - 1, style, text);
}

void area_fill(struct area area, int row, int col, int rows, int cols, enum style style,
               uint32_t character)
{
    for (int r = row; r < row + rows; r++) {
        for (int c = col; c < col + cols; c++)
            put(area, r, c, style, character, 1);
    }
}

void area_paint(struct area area, int row, int col, int rows, int cols,
                enum style style)
{
    struct area part = area_part(area, row, col, rows, cols);
    for (int r = 0; r < part.rows; r++) {
        for (int c = 0; c < part.cols; c++)
            cell_at(part, r, c)->style = (uint8_t)style;
    }
}

void area_cursor(struct area area, int row, int col)
{
    if (cell_at(area, row, col) == NULL)
        return;
    area.canvas->cursor_row = area.row + row;
    area.canvas->cursor_col = area.col + col;
}
