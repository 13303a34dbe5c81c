#ifndef BGC_UI_CHECKS_H
#define BGC_UI_CHECKS_H

/*
 * What preflight found, one row a check; where room is short only their count and
 * what is not good.
 */

#include "core/preflight.h"
#include "ui/canvas.h"

/* Rows that it takes in `cols`: what is wrong is told in full. */
int checks_rows(const struct preflight *preflight, int cols);
void checks_draw(const struct preflight *preflight, struct area area);

/* "9 ok, 1 warning": for one row. */
struct str;
void checks_write_summary(const struct preflight *preflight, struct str *out);

/* Draws only warnings and worse; returns the row after them. */
int checks_draw_warnings(const struct preflight *preflight, struct area area, int row);

#endif
