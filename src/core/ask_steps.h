#ifndef BGC_CORE_ASK_STEPS_H
#define BGC_CORE_ASK_STEPS_H

/*
 * When a host is asked to begin the next step of a recipe, and when one is asked again
 * whose line dropped.
 */

#include "core/core.h"

/* None is begun while our lease is in doubt. */
void ask_for_next_steps(struct core *core, struct effects *effects);

void ask_for_cut_jobs(struct core *core, struct effects *effects);

/* The earliest moment at which a cut job is asked about; INT64_MAX: none. */
int64_t ask_steps_next_ms(const struct core *core);

#endif
