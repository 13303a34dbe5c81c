#ifndef BGC_CORE_TAKE_H
#define BGC_CORE_TAKE_H

/*
 * What has happened becomes what is true: one handler for each type of event.
 */

#include "core/core.h"

void take_event(struct core *core, const struct event *event, struct effects *effects);

#endif
