#ifndef BGC_UI_CANARY_LINE_H
#define BGC_UI_CANARY_LINE_H

/*
 * How far the traffic has come, in one row:
 *
 *     5 % ✔ ─ 25 % ◐ ─ 50 % ○ ─ 100 % ○
 */

#include "core/model.h"
#include "ui/canvas.h"

#include <stdbool.h>

/* Whether the run moves the traffic in steps. */
bool canary_is_part(const struct model *model);

/* All steps, the last of 100 % too; 1 where the traffic moves at once. */
int canary_steps(const struct model *model);

/* Percent of the requests that go to the run's target after its newest switch. */
int canary_percent(const struct run *run);

/* Percent of the requests that would go to the target after the next switch. */
int canary_next_percent(const struct model *model);

/* Draws at (row, col); returns the column after it. */
int canary_line_draw(const struct model *model, struct area area, int row, int col);

#endif
