#ifndef BGC_UI_POOL_H
#define BGC_UI_POOL_H

/*
 * One colour: its hosts, what HAProxy counts for it, and three small charts.
 *
 *     ── ● BLUE live ───────────────── 412 req/s  0.00 % err  12 ms ──
 *      host        release  health    haproxy
 *      web-blue-1  8f3c2a1  ok 12 ms  UP 4/4
 *      req/s ▁▂▃▅▇▅▃  5xx ▁▁▁▁▁▁▁  ms ▂▂▂▃▂▂▂
 */

#include "core/model.h"
#include "ui/canvas.h"
#include "ui/list.h"

/* Rows that it would fill: rule, headings, hosts, charts. */
int pool_rows(const struct model *model, enum colour colour);

void pool_draw(const struct model *model, enum colour colour, const struct list *list,
               bool focused, struct area area);

/* The style of a colour, and the glyph of its part: live, idle, split, unknown. */
enum style pool_style(enum colour colour);
const char *pool_glyph(const struct model *model, enum colour colour);

#endif
