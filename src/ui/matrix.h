#ifndef BGC_UI_MATRIX_H
#define BGC_UI_MATRIX_H

/*
 * Hosts by steps:
 *
 *     host         fetch   build   activate  restart  smoke
 *     web-green-1  ✔ 2 s   ✔ 31 s  ✔ 0.1 s   ✔ 3 s    ✔ 1 s
 *     web-green-2  ✔ 2 s   ◐ 24 s  ·         ·        ·      Installing Plack-1.0050
 *
 * Hosts in trouble come first, then those at work. Where the steps do not all
 * fit, those that every host has behind it go first.
 */

#include "core/model.h"
#include "ui/canvas.h"
#include "ui/list.h"

int matrix_rows(const struct model *model);
void matrix_draw(const struct model *model, const struct list *list, bool focused,
                 struct area area);

/* The fleet's index of the host in row `row`, -1: no such row. */
int matrix_host(const struct model *model, int row);

#endif
