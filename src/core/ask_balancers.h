#ifndef BGC_CORE_ASK_BALANCERS_H
#define BGC_CORE_ASK_BALANCERS_H

/*
 * Which load balancers have a place in the model, and when each is watched and asked
 * for its status.
 */

#include "core/core.h"

void ask_balancers(struct core *core, struct effects *effects);

/* The earliest moment at which one will be asked; INT64_MAX: none. */
int64_t ask_balancers_next_ms(const struct core *core);

#endif
