#include "base/utf8.h"
#include "ui/picture.h"
#include "ui/picture_parts.h"

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
    if ((character == UTF8_BAD && taken == 1) || picture_steers(character)) {
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
    if (reader->left > 0 && *reader->at == CELL_TAIL) {
        take_byte(reader);
        cell.character = CELL_TAIL;
    } else {
        cell.character = take_character(reader);
    }
    for (int i = 0; i < CELL_MARKS_MAX && reader->left > 0 && *reader->at == CELL_MARK;
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
    if (cell.character == CELL_TAIL && index % canvas->cols == 0)
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

    if (reader->bad || (kind != PICTURE_WHOLE && (kind != PICTURE_CHANGES || !same)))
        return false;
    if (row != PICTURE_CURSOR_HIDDEN && (row >= rows || col >= cols))
        return false;
    if (!same) {
        struct canvas other;
        if (!canvas_init(&other, rows, cols))
            return false;
        canvas_close(canvas);
        *canvas = other;
    }
    canvas->cursor_row = row == PICTURE_CURSOR_HIDDEN ? -1 : row;
    canvas->cursor_col = row == PICTURE_CURSOR_HIDDEN ? -1 : col;
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
