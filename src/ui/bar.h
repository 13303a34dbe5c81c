#ifndef BGC_UI_BAR_H
#define BGC_UI_BAR_H

/*
 * The header and the footer, the same on every screen.
 *
 *      my-perl-app  PRODUCTION      1 dashboard  2 run  3 log        14:02:31
 *      live ● BLUE 8f3c2a1   lease you 00:42      rollback ✔ ready → GREEN 3/3 up
 *      ✘ HAProxy: no sample for 12 s: connection refused
 *      ...
 *      message, hint or prompt
 *      Enter continue   d deploy   r roll back   l log   ? help   q quit
 */

#include "core/model.h"
#include "ui/alarm.h"
#include "ui/canvas.h"
#include "ui/view.h"

enum { BAR_FOOTER_ROWS = 2 };

/* Rows of the header on a screen of `rows`: it grows with the alarms, and with who else
 * is there. */
int bar_header_rows(const struct view *view, const struct alarms *alarms, int rows);

void bar_draw_header(const struct model *model, const struct view *view,
                     const struct alarms *alarms, struct area area);
void bar_draw_footer(const struct model *model, const struct view *view,
                     struct area area);

/* "● BLUE 8f3c2a1 · 2 h 05 min" at (row, col), also for a screen that is too small for
 * the rest. Returns the column after it. */
int bar_draw_live(const struct model *model, struct area area, int row, int col);

#endif
