#ifndef BGC_UI_CONFIG_PANEL_H
#define BGC_UI_CONFIG_PANEL_H

/*
 * What would change in haproxy.cfg, for the gate before it does: lines that go and
 * come, in colours and with their marks. Passwords are left out already
 * (core/configure.h).
 */

#include "core/model.h"
#include "ui/canvas.h"

/* Draws at most `most` rows, and returns how many. What finds no room is in the log. */
int config_panel_draw(const struct model *model, struct area area, int most);

#endif
