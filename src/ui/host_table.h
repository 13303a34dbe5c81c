#ifndef BGC_UI_HOST_TABLE_H
#define BGC_UI_HOST_TABLE_H

/*
 * The hosts of one colour: what the API, our probes, HAProxy and the host
 * itself say of each. What is too old to count is marked with its age.
 */

#include "core/model.h"
#include "ui/canvas.h"
#include "ui/list.h"

#include <stdbool.h>

int host_table_count(const struct model *model, enum colour colour);

/* The fleet's index of the host in row `row`; -1: no such row. */
int host_table_host(const struct model *model, enum colour colour, int row);

/* Headings in row 0, the hosts below. */
void host_table_draw(const struct model *model, enum colour colour,
                     const struct list *list, bool focused, struct area area);

#endif
