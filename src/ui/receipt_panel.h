#ifndef BGC_UI_RECEIPT_PANEL_H
#define BGC_UI_RECEIPT_PANEL_H

/*
 * What HAProxy counted through a switch. At the end: how it ended, why, and what one
 * can do.
 */

#include "core/model.h"
#include "ui/canvas.h"

/* Whether the run has a receipt to show. */
bool receipt_is_known(const struct run *run);

/* Each draws from row 0 and returns the row after it. */
int receipt_draw(const struct model *model, struct area area);
int ending_draw(const struct model *model, struct area area);

#endif
