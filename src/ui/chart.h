#ifndef BGC_UI_CHART_H
#define BGC_UI_CHART_H

/*
 * Numbers as pictures: a sparkline in one row, columns over several, a bar.
 */

#include "ui/canvas.h"

/* The newest `width` of `count` values at (row, col), newest at the right. The highest
 * of those shown is a full block; nothing but zeroes is a low line. Values below zero
 * mean "not known" and stay blank. Returns the column after it. */
int chart_spark(struct area area, int row, int col, int width, enum style style,
                const double *values, int count);

/* As chart_spark() over all rows of `area`: one column a value, from the bottom up.
 * `most` is the value of a full column; 0: nothing is drawn. */
void chart_columns(struct area area, enum style style, const double *values, int count,
                   double most);

/* The highest of the newest `width` values; 0 when none is known. */
double chart_highest(const double *values, int count, int width);

/* A bar of `width` cells, filled from 0 to 1. Returns the column after it. */
int chart_bar(struct area area, int row, int col, int width, enum style style,
              double filled);

#endif
