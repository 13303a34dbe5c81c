#include "ui/canvas_text.h"

#include "base/utf8.h"
#include "ui/ascii.h"

size_t canvas_text_size(int rows, int cols)
{
    size_t cell = UTF8_BYTES_MAX * (1 + CELL_MARKS_MAX);
    return (size_t)rows * ((size_t)cols * cell + 1) + 1;
}

static void write_character(uint32_t character, struct str *out)
{
    char bytes[UTF8_BYTES_MAX];
    str_add_bytes(out, bytes, utf8_encode(character, bytes));
}

static void write_cell(const struct cell *cell, bool unicode, struct str *out)
{
    if (!unicode) {
        str_add_char(out, cell->character == 0 ? ' ' : ascii_of(cell->character));
        return;
    }
    if (cell->character == 0)
        return;
    write_character(cell->character, out);
    for (int i = 0; i < CELL_MARKS_MAX && cell->marks[i] != 0; i++)
        write_character(cell->marks[i], out);
}

static int row_end(const struct cell *row, int cols)
{
    while (cols > 0 && row[cols - 1].character == ' ')
        cols--;
    return cols;
}

void canvas_write_text(const struct canvas *canvas, bool unicode, struct str *out)
{
    for (int r = 0; r < canvas->rows; r++) {
        const struct cell *row = &canvas->cells[r * canvas->cols];
        int end = row_end(row, canvas->cols);
        for (int c = 0; c < end; c++)
            write_cell(&row[c], unicode, out);
        str_add_char(out, '\n');
    }
}

void canvas_write_styles(const struct canvas *canvas, struct str *out)
{
    for (int r = 0; r < canvas->rows; r++) {
        const struct cell *row = &canvas->cells[r * canvas->cols];
        for (int c = 0; c < canvas->cols; c++) {
            int style = row[c].style;
            str_add_char(out, style == STYLE_TEXT ? '.' : (char)('A' + style - 1));
        }
        str_add_char(out, '\n');
    }
}
