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

/* No input at all. */
#define NOTHING_FOLLOWS RUN_INPUT_COUNT

/* NOTHING_FOLLOWS, or what does. */
enum run_input judge(struct core *core);

/* The half of it for the states after traffic has moved (judge_switched.c). */
enum run_input judge_switched(struct core *core);

/* What both halves ask. */
bool judge_is_late(const struct core *core); /* the state's deadline has passed */
enum run_input judge_gate(const struct core *core, guard_fn *guard);
enum run_input judge_change(const struct core *core); /* one that is not answered yet */

#endif
