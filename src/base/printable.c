#include "base/printable.h"

#include "base/escape.h"
#include "base/str.h"
#include "base/utf8.h"

#include <string.h>

enum {
    TAB_STOP = 8,
    MARKS_MAX = 4, /* combining ones on one character: more is only mischief */
    DOTTED_CIRCLE = 0x25CC,
    CONTROL_PICTURES = 0x2400,
    PICTURE_OF_DEL = 0x2421,
};

/* One line in the making. After a carriage return `under` is what stood there before,
 * and `out` begins anew over it. */
struct line {
    struct str out;
    size_t column; /* cells in `out` */
    int marks;     /* combining ones since the last base; -1: there is no base yet */
    char under[PRINTABLE_LINE_MAX];
};

static void line_add(struct line *line, uint32_t character)
{
    char bytes[UTF8_BYTES_MAX];
    str_add_bytes(&line->out, bytes, utf8_encode(character, bytes));
    line->column += (size_t)utf8_width(character);
    line->marks = 0;
}

static void line_add_code(struct line *line, uint32_t character)
{
    char code[16];
    struct str s = str_on(code, sizeof code);
    str_addf(&s, "<U+%04X>", (unsigned)character);
    str_add(&line->out, code);
    line->column += s.length;
    line->marks = 0;
}

static void line_add_mark(struct line *line, uint32_t mark)
{
    if (line->marks < 0)
        line_add(line, DOTTED_CIRCLE);
    if (line->marks >= MARKS_MAX)
        return;
    char bytes[UTF8_BYTES_MAX];
    str_add_bytes(&line->out, bytes, utf8_encode(mark, bytes));
    line->marks++;
}

static void line_add_tab(struct line *line)
{
    do
        line_add(line, ' ');
    while (line->column % TAB_STOP != 0 && !line->out.cut);
}

/* What is left of `text` to the right of its first `cells`. Marks of a character that
 * is covered go with it; of a wide one that is half covered a space remains, as on a
 * terminal. */
static void add_right_of(struct str *out, const char *text, size_t cells)
{
    size_t left = strlen(text);
    size_t column = 0;
    while (left > 0) {
        uint32_t character;
        size_t taken = utf8_decode(text, left, &character);
        size_t width = (size_t)utf8_width(character);
        if (column >= cells && (width > 0 || column == 0))
            break;
        column += width;
        text += taken;
        left -= taken;
    }
    if (column > cells)
        str_add_char(out, ' ');
    str_add_bytes(out, text, left);
}

static void line_uncover(struct line *line)
{
    add_right_of(&line->out, line->under, line->column);
}

static void line_return(struct line *line)
{
    line_uncover(line);
    str_copy(line->under, sizeof line->under, line->out.at);
    str_clear(&line->out);
    line->column = 0;
    line->marks = -1;
}

static bool is_presentation_selector(uint32_t character)
{
    return character == 0xFE0E || character == 0xFE0F;
}

static void line_take(struct line *line, uint32_t character)
{
    if (character == '\t')
        line_add_tab(line);
    else if (character == '\n')
        line_add(line, ' ');
    else if (character == '\r')
        line_return(line);
    else if (character < 0x20)
        line_add(line, CONTROL_PICTURES + character);
    else if (character == 0x7F)
        line_add(line, PICTURE_OF_DEL);
    else if (is_presentation_selector(character))
        return; /* emoji carry it everywhere, and no cell changes by it here */
    else if (!utf8_is_seen(character))
        line_add_code(line, character);
    else if (utf8_width(character) == 0)
        line_add_mark(line, character);
    else
        line_add(line, character);
}

/* Puts "..." at the end of the printable `buffer`, over its last characters where
 * there is no room for it. */
static size_t mark_cut(char *buffer, size_t size, size_t length)
{
    static const char mark[] = "...";
    if (size < sizeof mark)
        return length;
    if (length > size - sizeof mark)
        length = size - sizeof mark;
    while (length > 0 && (buffer[length] & 0xC0) == 0x80)
        length--;
    memcpy(buffer + length, mark, sizeof mark);
    return length + sizeof mark - 1;
}

size_t printable_text(const char *bytes, size_t length, char *buffer, size_t size)
{
    if (size > PRINTABLE_LINE_MAX)
        size = PRINTABLE_LINE_MAX;
    struct line line = {.out = str_on(buffer, size), .marks = -1};
    while (length > 0) {
        uint32_t character;
        size_t taken = escape_length(bytes, length);
        if (taken > 0) {
            if (escape_erases_line(bytes, taken))
                line.under[0] = '\0';
        } else {
            taken = utf8_decode(bytes, length, &character);
            line_take(&line, character);
        }
        bytes += taken;
        length -= taken;
    }
    line_uncover(&line);
    return line.out.cut ? mark_cut(buffer, size, line.out.length) : line.out.length;
}

void printable_stream_init(struct printable_stream *stream)
{
    stream->length = 0;
    stream->overflowed = false;
}

/* A progress bar writes one line many times over without an end; what a carriage return
 * will cover is given up first when room is short. */
static bool make_room(struct printable_stream *stream)
{
    char *last = memrchr(stream->line, '\r', stream->length);
    if (last == NULL || last + 1 == stream->line + sizeof stream->line)
        return false;
    size_t kept = (size_t)(stream->line + stream->length - (last + 1));
    memmove(stream->line, last + 1, kept);
    stream->length = kept;
    return true;
}

static void stream_add(struct printable_stream *stream, char byte)
{
    if (stream->overflowed)
        return;
    if (stream->length == sizeof stream->line && !make_room(stream))
        stream->overflowed = true;
    else
        stream->line[stream->length++] = byte;
}

static void stream_put_out(struct printable_stream *stream,
                           char line[PRINTABLE_LINE_MAX])
{
    size_t shown =
        printable_text(stream->line, stream->length, line, PRINTABLE_LINE_MAX);
    if (stream->overflowed)
        mark_cut(line, PRINTABLE_LINE_MAX, shown);
    printable_stream_init(stream);
}

size_t printable_stream_take(struct printable_stream *stream, const char *bytes,
                             size_t length, char line[PRINTABLE_LINE_MAX],
                             bool *ret_complete)
{
    *ret_complete = false;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            stream_put_out(stream, line);
            *ret_complete = true;
            return i + 1;
        }
        stream_add(stream, bytes[i]);
    }
    return length;
}

bool printable_stream_rest(struct printable_stream *stream,
                           char line[PRINTABLE_LINE_MAX])
{
    if (stream->length == 0 && !stream->overflowed)
        return false;
    stream_put_out(stream, line);
    return true;
}
