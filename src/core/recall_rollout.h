#ifndef BGC_CORE_RECALL_ROLLOUT_H
#define BGC_CORE_RECALL_ROLLOUT_H

/*
 * The steps on hosts of a run that was cut off, as its journal knows them and its hosts
 * tell of them. Asks nobody: what is open is followed as any job is.
 */

#include "core/core.h"

#include <stdbool.h>

/* The targets, each at the step that it had come to. With `asks_hosts` the steps of a
 * host that no longer knows of the run are void: it was made anew. */
void recall_rollout(struct core *core, bool asks_hosts);

#endif
