#include "ui/labelled.h"

#include "ui/paragraph.h"

enum { NAME_COL = 1 };

void labelled_name(struct area area, int row, const char *name)
{
    area_field(area, row, NAME_COL, LABELLED_COL - NAME_COL - 1, STYLE_DIM, name);
}

int labelled_text(struct area area, int row, const char *name, enum style style,
                  int most, const char *text)
{
    labelled_name(area, row, name);
    return paragraph_draw(area, row, LABELLED_COL, area.cols - LABELLED_COL - 1, most,
                          style, text);
}
