#include "ui/config_panel.h"

#include "base/str.h"

#include <string.h>

enum { COL = 1, ROWS_MOST = 24 };

static enum style style_of(char mark)
{
    switch (mark) {
    case '+':
        return STYLE_OK;
    case '-':
        return STYLE_BAD;
    case '@':
        return STYLE_DIM;
    default:
        return STYLE_TEXT;
    }
}

static int count_lines(const char *text)
{
    int lines = 0;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void draw_line(struct area area, int row, const char *line, size_t length)
{
    char text[CANVAS_COLS_MAX * 4];

    str_copy_bytes(text, sizeof text, line, length);
    area_field(area, row, COL, area.cols - COL - 1, style_of(line[0]), text);
}

static void draw_summary(const struct model *model, struct area area)
{
    const struct configure *configure = &model->configure;

    area_textf(area, 0, COL, STYLE_TITLE,
               "haproxy.cfg: +%d -%d lines; HAProxy takes the new one",
               configure->added, configure->removed);
}

/* Where there is no room for all, what changes comes before what stands around it. */
int config_panel_draw(const struct model *model, struct area area, int most)
{
    const char *line = model->configure.difference;
    int rows = most < ROWS_MOST ? most : ROWS_MOST;
    bool all = count_lines(line) < rows && !model->configure.difference_cut;
    int last = all ? rows : rows - 1;
    int row = 1, left = 0;

    draw_summary(model, area);
    for (size_t length; *line != '\0'; line += length + (line[length] == '\n')) {
        length = strcspn(line, "\n");
        bool changes = line[0] == '+' || line[0] == '-';
        if (row < last && (all || changes))
            draw_line(area, row++, line, length);
        else
            left += changes;
    }
    if (all)
        return row;
    if (left > 0)
        area_textf(area, row, COL, STYLE_DIM, "%d more changes; the log has all of it",
                   left);
    else
        area_text(area, row, COL, STYLE_DIM, "the log has the lines around them");
    return row + 1;
}
