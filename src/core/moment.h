#ifndef BGC_CORE_MOMENT_H
#define BGC_CORE_MOMENT_H

/*
 * The steps of a recipe that belong to another moment of the run than its deploy:
 * warm-up before the switch gate, on-live and on-idle when the switch is finished. The
 * migrations have a room of their own (run_contract.c).
 *
 * Warm-up is evidence: a host that fails it stops the run. On-live and on-idle come
 * when the traffic has moved for good: a host that fails one holds up nobody, and is
 * named when the run ends.
 */

#include "core/recipe.h"
#include "core/run_table.h"

struct str;

/* Whether a run in `state` begins steps. */
bool moment_begins_steps(enum run_state state);

/* Whether one of `when` is begun in `state`. Nothing else ever is. */
bool moment_allows(enum run_state state, enum recipe_when when);

guard_fn guard_warms_up;           /* verified; the warm-up has not been run yet */
guard_fn guard_hands_over;         /* the recipe has on-live or on-idle */
guard_fn guard_hands_over_unfused; /* the same, and nothing waits to be confirmed */
guard_fn guard_steps_went_well;    /* every target is through */

run_action_fn action_warm_up;
run_action_fn action_hand_over;

/* Which hosts have not gone through their on-live or on-idle, in words. */
void moment_tell_left(const struct model *model, struct str *out);

/* The same of a run that was cut off there, as far as its journal knows. */
void moment_tell_cut(const struct model *model, struct str *out);

#endif
