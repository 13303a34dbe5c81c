#ifndef BGC_UI_STAGE_LINE_H
#define BGC_UI_STAGE_LINE_H

/*
 * Where the run stands, in one row:
 *
 *     preflight ✔ ─ deploy ◐ 2/3 ─ verify ○ ─ switch ○ ─ watch ○ ─ finish ○
 *
 * While the traffic comes in steps, the switch has its percent: "switch ◐ 25 %".
 */

#include "core/model.h"
#include "ui/canvas.h"

/* Draws into row 0; returns the column after it. */
int stage_line_draw(const struct model *model, struct area area, int col);

#endif
