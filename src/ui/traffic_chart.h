#ifndef BGC_UI_TRAFFIC_CHART_H
#define BGC_UI_TRAFFIC_CHART_H

/*
 * The last samples of one colour, in one row or, where there is room, in more:
 *
 *     req/s ▁▂▃▅▇▅▃  5xx ▁▁▁▁▁▁▁  ms ▂▂▂▃▂▂▂
 */

#include "core/traffic.h"
#include "ui/canvas.h"

/* Fills the area; `style` is the colour's. */
void traffic_chart_draw(const struct traffic *traffic, enum colour colour,
                        enum style style, struct area area);

#endif
