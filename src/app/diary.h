#ifndef BGC_APP_DIARY_H
#define BGC_APP_DIARY_H

/*
 * For bug reports: what came in and what went out, a line each, in the file of
 * --log. Ticks and the hosts' own lines are left out.
 */

#include "base/log.h"
#include "core/effect.h"
#include "core/model.h"

void diary_event(struct log *log, const struct model *model, const struct event *event);
void diary_effect(struct log *log, const struct model *model,
                  const struct effect *effect);

#endif
