#ifndef BGC_UI_RUN_PANEL_H
#define BGC_UI_RUN_PANEL_H

/*
 * The run on the dashboard: its title, the stage line, and the one part that
 * matters in its state.
 *
 *     ── RUN 3 deploy main 4e2b9d0 → ○ GREEN ── the hosts build the release ─ 01:12 ─
 *      preflight ✔ ─ deploy ◐ 2/3 ─ verify ○ ─ switch ○ ─ watch ○ ─ finish ○
 *      ...
 */

#include "core/model.h"
#include "ui/canvas.h"

/* Rows that it would like in `cols`; 0: there was no run yet. */
int run_panel_rows(const struct model *model, int cols);

void run_panel_draw(const struct model *model, struct area area);

/* Only the title and the stage line: two rows. Returns what is below. */
struct area run_panel_draw_top(const struct model *model, struct area area);

#endif
