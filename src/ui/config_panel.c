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

int config_panel_draw(const struct model *model, struct area area, int most)
{
    const char *line = model->configure.difference;
    int lines = count_lines(line);
    int rows = most < ROWS_MOST ? most : ROWS_MOST;
    bool all = lines < rows && !model->configure.difference_cut;
    int shown = all ? lines : rows - 2;

    draw_summary(model, area);
    for (int row = 1; row <= shown; row++) {
        size_t length = strcspn(line, "\n");
        draw_line(area, row, line, length);
        line += length + (line[length] == '\n');
    }
    if (all)
        return 1 + lines;
    area_textf(area, rows - 1, COL, STYLE_DIM,
               "… %d more lines, all of them in the log",
               lines - (shown > 0 ? shown : 0));
    return rows;
}
