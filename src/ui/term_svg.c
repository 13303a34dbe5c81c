#include "ui/term_svg.h"

#include "base/utf8.h"
#include "ui/theme.h"

enum {
    CELL_WIDTH = 9,
    CELL_HEIGHT = 19,
    BASELINE = 14,
    MARGIN = 10,
    COLOURS = 256,
    PAPER = 0x17191c,
    INK = 0xd6d8da,
    CELL_BYTES_MAX = 260,
};

size_t svg_size(int rows, int cols)
{
    return 1024 + (size_t)rows * (size_t)cols * CELL_BYTES_MAX;
}

static uint32_t colour_of(int colour, uint32_t otherwise)
{
    return colour == LOOK_DEFAULT ? otherwise : theme_rgb(colour);
}

static void add_character(uint32_t character, struct str *out)
{
    char bytes[UTF8_BYTES_MAX];
    switch (character) {
    case '&':
        str_add(out, "&amp;");
        break;
    case '<':
        str_add(out, "&lt;");
        break;
    case '>':
        str_add(out, "&gt;");
        break;
    default:
        str_add_bytes(out, bytes, utf8_encode(character, bytes));
    }
}

/* Cells from `col` on that look alike. */
static int run_length(const struct cell *row, int col, int cols)
{
    int end = col + 1;
    while (end < cols && row[end].style == row[col].style)
        end++;
    return end - col;
}

static void add_background(const struct look *look, int row, int col, int length,
                           struct str *out)
{
    bool reverse = look->attributes & LOOK_REVERSE;
    int colour = reverse ? look->foreground : look->background;
    if (colour == LOOK_DEFAULT && !reverse)
        return;
    str_addf(out,
             "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n",
             MARGIN + col * CELL_WIDTH, MARGIN + row * CELL_HEIGHT, length * CELL_WIDTH,
             CELL_HEIGHT, (unsigned)colour_of(colour, INK));
}

static bool is_blank(const struct cell *cells, int length)
{
    for (int i = 0; i < length; i++) {
        if (cells[i].character != ' ' && cells[i].character != 0)
            return false;
    }
    return true;
}

static void add_text(const struct look *look, const struct cell *cells, int row,
                     int col, int length, struct str *out)
{
    bool reverse = look->attributes & LOOK_REVERSE;
    uint32_t ink =
        reverse ? colour_of(look->background, PAPER) : colour_of(look->foreground, INK);
    /* textLength keeps the columns where a font has no glyph of the cell's width */
    str_addf(
        out,
        "<text x=\"%d\" y=\"%d\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\""
        " fill=\"#%06x\"%s%s>",
        MARGIN + col * CELL_WIDTH, MARGIN + row * CELL_HEIGHT + BASELINE,
        length * CELL_WIDTH, (unsigned)ink,
        look->attributes & LOOK_BOLD ? " font-weight=\"bold\"" : "",
        look->attributes & LOOK_UNDERLINE ? " text-decoration=\"underline\"" : "");
    for (int i = 0; i < length; i++) {
        if (cells[i].character != 0)
            add_character(cells[i].character == ' ' ? 0xa0 : cells[i].character, out);
        for (int m = 0; m < CELL_MARKS_MAX && cells[i].marks[m] != 0; m++)
            add_character(cells[i].marks[m], out);
    }
    str_add(out, "</text>\n");
}

void svg_write(const struct canvas *canvas, struct str *out)
{
    int width = canvas->cols * CELL_WIDTH + 2 * MARGIN;
    int height = canvas->rows * CELL_HEIGHT + 2 * MARGIN;
    str_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
             "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" "
             "font-size=\"15\" xml:space=\"preserve\">\n"
             "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"#%06x\"/>\n",
             width, height, PAPER);
    for (int r = 0; r < canvas->rows; r++) {
        const struct cell *row = &canvas->cells[r * canvas->cols];
        for (int c = 0; c < canvas->cols;) {
            int length = run_length(row, c, canvas->cols);
            struct look look = theme_look((enum style)row[c].style, COLOURS);
            add_background(&look, r, c, length, out);
            if (!is_blank(row + c, length))
                add_text(&look, row + c, r, c, length, out);
            c += length;
        }
    }
    str_add(out, "</svg>\n");
}
