#include "ui/panel.h"

#include "base/utf8.h"

enum { TITLE_COL = 2, LINE = 0x2500 };

struct area panel_draw(struct area area, enum style style, const char *title,
                       enum style right_style, const char *right)
{
    int title_width = (int)utf8_text_width(title);
    int right_width = (int)utf8_text_width(right);
    int room = area.cols - 2 * TITLE_COL - 2;

    area_fill(area, 0, 0, 1, area.cols, STYLE_FRAME, LINE);
    if (title_width > 0) {
        int width = title_width < room ? title_width : room;
        area_text(area, 0, TITLE_COL - 1, STYLE_FRAME, " ");
        area_field(area, 0, TITLE_COL, width, style, title);
        area_text(area, 0, TITLE_COL + width, STYLE_FRAME, " ");
    }
    if (right_width > 0 && title_width + right_width + 3 <= room) {
        int col = area.cols - TITLE_COL - right_width;
        area_text(area, 0, col - 1, STYLE_FRAME, " ");
        area_text(area, 0, col, right_style, right);
        area_text(area, 0, col + right_width, STYLE_FRAME, " ");
    }
    return area_part(area, 1, 0, area.rows - 1, area.cols);
}
