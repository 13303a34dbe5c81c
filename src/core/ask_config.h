#ifndef BGC_CORE_ASK_CONFIG_H
#define BGC_CORE_ASK_CONFIG_H

/*
 * When the load balancer is asked for its haproxy.cfg, and what HAProxy thinks of ours.
 *
 * Once a run: where the file is ours, in the stage `configure`; where it is the
 * operator's own, at preflight. Without a run only where the policy says so.
 */

#include "core/core.h"

void ask_for_config(struct core *core, struct effects *effects);

/* The earliest moment at which it will be due; INT64_MAX: it is not. */
int64_t ask_config_next_ms(const struct core *core);

#endif
