#ifndef BGC_UI_DRIFT_TABLE_H
#define BGC_UI_DRIFT_TABLE_H

/*
 * The findings of core/drift.h, a row each, and all that is known of one of them.
 */

#include "core/drift.h"
#include "core/why.h"
#include "ui/canvas.h"
#include "ui/list.h"

/* Draws headings and the rows; `list` scrolls. */
void drift_table_draw(const struct drift *drift, const struct list *list,
                      struct area area);

/* What was found, what it means, what mends it, and whether the key is on: `off` has
 * the reasons against it. */
void drift_detail_draw(const struct finding *finding, const struct why *off,
                       struct area area);

/* "✘ bad", "⚠ warning", "· note", and its style. */
const char *drift_level_look(enum drift_level level, enum style *ret_style);

#endif
