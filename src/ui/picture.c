#include "ui/picture.h"

#include "base/utf8.h"
#include "ui/picture_parts.h"

#include <string.h>

/* A part of one cell: its number, its style, a character and two marks. */
enum { CELL_SIZE_MAX = 2 + UTF8_BYTES_MAX + CELL_MARKS_MAX * (1 + UTF8_BYTES_MAX) };

size_t picture_size_max(int rows, int cols)
{
    return PICTURE_HEAD_SIZE + (size_t)rows * (size_t)cols * CELL_SIZE_MAX;
}

static bool cell_equal(const struct cell *a, const struct cell *b)
{
    return a->character == b->character && a->style == b->style &&
           memcmp(a->marks, b->marks, sizeof a->marks) == 0;
}

/* ---- styles ---- */

void picture_write_styles(struct str *out)
{
    for (int i = 0; i < STYLE_COUNT; i++)
        str_addf(out, "%s%s", i > 0 ? " " : "", style_name((enum style)i));
}

static uint8_t style_of(const char *name, size_t length)
{
    for (int i = 0; i < STYLE_COUNT; i++) {
        const char *own = style_name((enum style)i);
        if (strlen(own) == length && memcmp(own, name, length) == 0)
            return (uint8_t)i;
    }
    return STYLE_TEXT;
}

void picture_read_styles(const char *text, struct picture_styles *ret_styles)
{
    *ret_styles = (struct picture_styles){0};
    while (*text != '\0' && ret_styles->count < PICTURE_STYLES_MAX) {
        size_t length = strcspn(text, " ");
        ret_styles->of[ret_styles->count++] = style_of(text, length);
        text += length;
        text += strspn(text, " ");
    }
}

/* ---- writing ---- */

static uint8_t *put_short(uint8_t *at, int number)
{
    *at++ = (uint8_t)(number & 0xff);
    *at++ = (uint8_t)(number >> 8 & 0xff);
    return at;
}

static uint8_t *put_part(uint8_t *at, int cells, int what)
{
    uint32_t number = (uint32_t)cells * 4 + (uint32_t)what;
    for (; number >= 1u << NUMBER_BITS; number >>= NUMBER_BITS)
        *at++ = (uint8_t)(number | 1u << NUMBER_BITS);
    *at++ = (uint8_t)number;
    return at;
}

static uint8_t *put_character(uint8_t *at, uint32_t character)
{
    char bytes[UTF8_BYTES_MAX];
    bool may = character == CELL_TAIL || !picture_steers(character);
    size_t length = utf8_encode(may ? character : UTF8_BAD, bytes);
    memcpy(at, bytes, length);
    return at + length;
}

static uint8_t *put_cell(uint8_t *at, const struct cell *cell)
{
    at = put_character(at, cell->character);
    for (int i = 0; i < CELL_MARKS_MAX && cell->marks[i] != 0; i++) {
        *at++ = CELL_MARK;
        at = put_character(at, cell->marks[i]);
    }
    return at;
}

/* How many cells from `from` on are like that one. */
static int count_same(const struct cell *cells, int from, int end)
{
    int next = from + 1;
    while (next < end && cell_equal(&cells[next], &cells[from]))
        next++;
    return next - from;
}

enum { SAME_LEAST = 4 }; /* so many alike are shorter as a part of their own */

/* How many cells from `from` on go into one part of cells. */
static int count_cells(const struct cell *cells, int from, int end)
{
    int next = from + 1;
    while (next < end && cells[next].style == cells[from].style &&
           count_same(cells, next, next + SAME_LEAST < end ? next + SAME_LEAST : end) <
               SAME_LEAST)
        next++;
    return next - from;
}

static uint8_t *put_cells(uint8_t *at, const struct cell *cells, int from, int end)
{
    while (from < end) {
        int count = count_same(cells, from, end);
        bool same = count >= SAME_LEAST;
        if (!same)
            count = count_cells(cells, from, end);
        at = put_part(at, count, same ? PART_SAME : PART_CELLS);
        *at++ = cells[from].style;
        for (int i = 0; i < (same ? 1 : count); i++)
            at = put_cell(at, &cells[from + i]);
        from += count;
    }
    return at;
}

static uint8_t *put_head(uint8_t *at, const struct canvas *canvas, bool whole)
{
    *at++ = whole ? PICTURE_WHOLE : PICTURE_CHANGES;
    at = put_short(at, canvas->rows);
    at = put_short(at, canvas->cols);
    at = put_short(at, canvas->cursor_row >= 0 ? canvas->cursor_row
                                               : PICTURE_CURSOR_HIDDEN);
    return put_short(at, canvas->cursor_row >= 0 ? canvas->cursor_col
                                                 : PICTURE_CURSOR_HIDDEN);
}

static uint8_t *put_changes(uint8_t *at, const struct canvas *canvas,
                            const struct canvas *shown)
{
    const struct cell *new = canvas->cells, *old = shown->cells;
    int end = canvas->rows * canvas->cols, stays = 0;

    for (int i = 0; i < end;) {
        int from = i;
        while (i < end && !cell_equal(&new[i], &old[i]))
            i++;
        if (i == from) {
            stays++;
            i++;
            continue;
        }
        if (stays > 0)
            at = put_part(at, stays, PART_STAYS);
        stays = 0;
        at = put_cells(at, new, from, i);
    }
    return at;
}

size_t picture_write(const struct canvas *canvas, const struct canvas *shown,
                     uint8_t *bytes)
{
    bool whole =
        shown == NULL || shown->rows != canvas->rows || shown->cols != canvas->cols;
    uint8_t *head = put_head(bytes, canvas, whole);

    if (whole)
        return (size_t)(put_cells(head, canvas->cells, 0, canvas->rows * canvas->cols) -
                        bytes);
    uint8_t *end = put_changes(head, canvas, shown);
    bool same = end == head && canvas->cursor_row == shown->cursor_row &&
                canvas->cursor_col == shown->cursor_col;
    return same ? 0 : (size_t)(end - bytes);
}
