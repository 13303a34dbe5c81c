#include "ui/picture.h"

#include "base/utf8.h"

#include <string.h>

enum { WHOLE = 'W', CHANGES = 'C' };
enum { HEAD_SIZE = 9, HIDDEN = 0xffff, TAIL = 0, MARK = 1 };
enum { PART_STAYS, PART_SAME, PART_CELLS };

/* A part of one cell: its number, its style, a character and two marks. */
enum { CELL_SIZE_MAX = 2 + UTF8_BYTES_MAX + CELL_MARKS_MAX * (1 + UTF8_BYTES_MAX) };

/* More than a canvas can have cells, times four. */
enum { NUMBER_BITS = 7, NUMBER_BYTES_MAX = 3 };

size_t picture_size_max(int rows, int cols)
{
    return HEAD_SIZE + (size_t)rows * (size_t)cols * CELL_SIZE_MAX;
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

/* Nothing that steers a terminal is a character of a cell. */
static bool steers(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character <= 0x9f);
}

static uint8_t *put_character(uint8_t *at, uint32_t character)
{
    char bytes[UTF8_BYTES_MAX];
    bool may = character == TAIL || !steers(character);
    size_t length = utf8_encode(may ? character : UTF8_BAD, bytes);
    memcpy(at, bytes, length);
    return at + length;
}

static uint8_t *put_cell(uint8_t *at, const struct cell *cell)
{
    at = put_character(at, cell->character);
    for (int i = 0; i < CELL_MARKS_MAX && cell->marks[i] != 0; i++) {
        *at++ = MARK;
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
    *at++ = whole ? WHOLE : CHANGES;
    at = put_short(at, canvas->rows);
    at = put_short(at, canvas->cols);
    at = put_short(at, canvas->cursor_row >= 0 ? canvas->cursor_row : HIDDEN);
    return put_short(at, canvas->cursor_row >= 0 ? canvas->cursor_col : HIDDEN);
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

/* ---- reading ---- */

struct reader {
    const uint8_t *at;
    size_t left;
    bool bad; /* the bytes ended early, or are not what may stand here */
};

static uint8_t take_byte(struct reader *reader)
{
    if (reader->left == 0) {
        reader->bad = true;
        return 0;
    }
    reader->left--;
    return *reader->at++;
}

static int take_short(struct reader *reader)
{
    int low = take_byte(reader);
    return low | take_byte(reader) << 8;
}

static uint32_t take_number(struct reader *reader)
{
    uint32_t number = 0;
    for (int i = 0; i < NUMBER_BYTES_MAX; i++) {
        uint8_t byte = take_byte(reader);
        number |= (uint32_t)(byte & 0x7f) << (i * NUMBER_BITS);
        if ((byte & 0x80) == 0)
            return number;
    }
    reader->bad = true;
    return 0;
}

static uint32_t take_character(struct reader *reader)
{
    uint32_t character = 0;
    if (reader->left == 0) {
        reader->bad = true;
        return ' ';
    }
    size_t taken = utf8_decode((const char *)reader->at, reader->left, &character);
    if ((character == UTF8_BAD && taken == 1) || steers(character)) {
        reader->bad = true;
        return ' ';
    }
    reader->at += taken;
    reader->left -= taken;
    return character;
}

static struct cell take_cell(struct reader *reader, uint8_t style)
{
    struct cell cell = {' ', {0, 0}, style};
    if (reader->left > 0 && *reader->at == TAIL) {
        take_byte(reader);
        cell.character = TAIL;
    } else {
        cell.character = take_character(reader);
    }
    for (int i = 0; i < CELL_MARKS_MAX && reader->left > 0 && *reader->at == MARK;
         i++) {
        take_byte(reader);
        cell.marks[i] = take_character(reader);
    }
    return cell;
}

static uint8_t take_style(struct reader *reader, const struct picture_styles *styles)
{
    uint8_t number = take_byte(reader);
    if (number >= styles->count) {
        reader->bad = true;
        return STYLE_TEXT;
    }
    return styles->of[number];
}

/* A tail has a character before it in its row. */
static void put(struct reader *reader, struct canvas *canvas, int index,
                struct cell cell)
{
    if (cell.character == TAIL && index % canvas->cols == 0)
        reader->bad = true;
    else
        canvas->cells[index] = cell;
}

static void take_parts(struct reader *reader, const struct picture_styles *styles,
                       struct canvas *canvas)
{
    int index = 0, end = canvas->rows * canvas->cols;

    while (reader->left > 0 && !reader->bad) {
        uint32_t number = take_number(reader);
        int count = (int)(number / 4), what = (int)(number % 4);
        if (count == 0 || count > end - index || what > PART_CELLS)
            reader->bad = true;
        if (reader->bad || what == PART_STAYS) {
            index += count;
            continue;
        }
        uint8_t style = take_style(reader, styles);
        struct cell cell = {0};
        for (int i = 0; i < count && !reader->bad; i++) {
            if (i == 0 || what == PART_CELLS)
                cell = take_cell(reader, style);
            put(reader, canvas, index++, cell);
        }
    }
}

static bool take_head(struct reader *reader, struct canvas *canvas)
{
    uint8_t kind = take_byte(reader);
    int rows = take_short(reader), cols = take_short(reader);
    int row = take_short(reader), col = take_short(reader);
    bool same = rows == canvas->rows && cols == canvas->cols;

    if (reader->bad || (kind != WHOLE && (kind != CHANGES || !same)))
        return false;
    if (row != HIDDEN && (row >= rows || col >= cols))
        return false;
    if (!same) {
        struct canvas other;
        if (!canvas_init(&other, rows, cols))
            return false;
        canvas_close(canvas);
        *canvas = other;
    }
    canvas->cursor_row = row == HIDDEN ? -1 : row;
    canvas->cursor_col = row == HIDDEN ? -1 : col;
    return true;
}

bool picture_read(struct canvas *canvas, const struct picture_styles *styles,
                  const uint8_t *bytes, size_t length, struct err *err)
{
    struct reader reader = {.at = bytes, .left = length};

    if (!take_head(&reader, canvas))
        return err_set(err, ERR_PROTOCOL, "the head of a picture is not understood");
    take_parts(&reader, styles, canvas);
    if (reader.bad)
        return err_set(err, ERR_PROTOCOL, "a picture ends early or is not understood");
    return true;
}
