#ifndef BGC_UI_SWITCH_PANEL_H
#define BGC_UI_SWITCH_PANEL_H

/*
 * While a change is on its way, and after a switch: what is waited for, how far the
 * traffic has come, the fuse, what the guard sees, and what HAProxy counted.
 */

#include "core/model.h"
#include "ui/canvas.h"

/* Whether the run waits for the load balancer's answer to a change. */
bool change_is_shown(enum run_state state);

/* Each draws from row 0 on and returns the row after it. */
int watch_draw(const struct model *model, struct area area); /* guard window, hold */
int change_draw(const struct model *model,
                struct area area); /* a change is asked for */

/* The rows of the canary steps and of the fuse, where there are any. Return the row
 * after them. */
int canary_row_draw(const struct model *model, struct area area, int row);
int fuse_row_draw(const struct model *model, struct area area, int row);

#endif
