#ifndef BGC_UI_PARAGRAPH_H
#define BGC_UI_PARAGRAPH_H

/*
 * Text over several rows, broken at blanks.
 */

#include "ui/canvas.h"

/* Rows that `text` takes in `width` cells; at least 1. */
int paragraph_rows(const char *text, int width);

/* Draws at most `rows` rows from (row, col) on; the last is cut with "…" when more was
 * to come. Returns the row after it. */
int paragraph_draw(struct area area, int row, int col, int width, int rows,
                   enum style style, const char *text);

#endif
