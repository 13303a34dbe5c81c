#ifndef BGC_UI_PANEL_H
#define BGC_UI_PANEL_H

/*
 * A part of a screen under a rule with its title:
 *
 *     ── LOG all hosts · following ──────────────────────────
 */

#include "ui/canvas.h"

/* Draws the rule in row 0, `title` from the left and `right` at the right end (both may
 * be ""), and returns what is below. A title that leaves no room drops `right`. */
struct area panel_draw(struct area area, enum style style, const char *title,
                       enum style right_style, const char *right);

#endif
