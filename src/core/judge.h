#ifndef BGC_CORE_JUDGE_H
#define BGC_CORE_JUDGE_H

/*
 * What follows from the facts: looks at the model as it is and names the input
 * that the run must now take, if any.
 *
 * Answers and counters change the model; only here do they become steps of the
 * run. It changes nothing but the run's own evidence (preflight, target,
 * reason of a tripped guard).
 */

#include "core/core.h"

/* RUN_INPUT_COUNT: nothing follows. */
enum run_input judge(struct core *core);

#endif
