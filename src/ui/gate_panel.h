#ifndef BGC_UI_GATE_PANEL_H
#define BGC_UI_GATE_PANEL_H

/*
 * The open gate: the question, what speaks for and against it, what a yes
 * means, how long it waits.
 *
 *     ── ? Switch the traffic to GREEN? ──────────────── waits 09:41, then stops ──
 *      evidence   ...
 *      then       GREEN gets 100 % of the traffic at once; BLUE stays warm
 *      Enter yes   a no, end the run
 */

#include "core/model.h"
#include "ui/canvas.h"

/* Rows that it would like. */
int gate_panel_rows(const struct model *model, int cols);

void gate_panel_draw(const struct model *model, struct area area);

#endif
