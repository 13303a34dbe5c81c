#ifndef BGC_UI_STAGE_LINE_H
#define BGC_UI_STAGE_LINE_H

/*
 * Where the run stands, in one row:
 *
 *     preflight ✔ ─ deploy ◐ 2/3 ─ verify ○ ─ switch ○ ─ watch ○ ─ finish ○
 */

#include "core/run.h"
#include "ui/canvas.h"

/* Draws into row 0; returns the column after it. */
int stage_line_draw(const struct run *run, struct area area, int col);

#endif
