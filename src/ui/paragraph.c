#include "ui/paragraph.h"

#include "base/str.h"
#include "base/utf8.h"

#include <string.h>

enum { ROW_BYTES_MAX = 1024 };

/* The bytes of `text` that go into one row of `width` cells. */
static size_t row_bytes(const char *text, int width)
{
    size_t at = 0, at_blank = 0;
    int used = 0;
    while (text[at] != '\0') {
        uint32_t character;
        size_t taken = utf8_decode(text + at, strlen(text + at), &character);
        used += utf8_width(character);
        if (used > width && character != ' ')
            return at_blank > 0 ? at_blank : at > 0 ? at : taken;
        if (character == ' ')
            at_blank = at + 1;
        at += taken;
        if (at >= ROW_BYTES_MAX - UTF8_BYTES_MAX)
            return at;
    }
    return at;
}

int paragraph_rows(const char *text, int width)
{
    int rows = 0;
    do {
        text += row_bytes(text, width);
        rows++;
    } while (*text != '\0');
    return rows;
}

int paragraph_draw(struct area area, int row, int col, int width, int rows,
                   enum style style, const char *text)
{
    for (; rows > 1 && *text != '\0'; rows--, row++) {
        char line[ROW_BYTES_MAX];
        size_t bytes = row_bytes(text, width);
        str_copy_bytes(line, sizeof line, text, bytes);
        area_text(area_part(area, row, col, 1, width), 0, 0, style, line);
        text += bytes;
    }
    if (rows > 0 && *text != '\0')
        area_field(area, row++, col, width, style, text);
    return row;
}
