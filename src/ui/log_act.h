#ifndef BGC_UI_LOG_ACT_H
#define BGC_UI_LOG_ACT_H

/*
 * What the log keys do, on each screen that has a log.
 */

#include "ui/binding.h"

#include <stdbool.h>

/* `page` is how many lines are visible. False: it is no log action. */
bool log_act(const struct model *model, struct view *view, enum action action,
             int page);

/* `by` of a moving action for a page of `page` rows; 0: it does not move up or down. */
int action_rows(enum action action, int page);

#endif
