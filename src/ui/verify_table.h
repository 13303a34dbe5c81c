#ifndef BGC_UI_VERIFY_TABLE_H
#define BGC_UI_VERIFY_TABLE_H

/*
 * What speaks for each target of the run: our own probe with its age, the
 * release that answered, and HAProxy's view.
 */

#include "core/model.h"
#include "ui/canvas.h"
#include "ui/list.h"

int verify_table_rows(const struct model *model);
void verify_table_draw(const struct model *model, const struct list *list, bool focused,
                       struct area area);

#endif
