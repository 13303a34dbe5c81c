#ifndef BGC_CORE_RUN_CHANGE_H
#define BGC_CORE_RUN_CHANGE_H

/*
 * What a row of the run's table asks of the load balancers: the actions that make a
 * change there, or ask for one again (core/run_action.h: those that do not).
 *
 * Of several a switch is first prepared on all, then made on all at once. One that has
 * not made it while others have splits the traffic: it is asked again until it has, or
 * the others take it back.
 */

#include "core/run_table.h"

run_action_fn action_switch;         /* the first step, or the next one of a canary */
run_action_fn action_change_again;   /* the same nonce, after a pause */
run_action_fn action_ask_outcome;    /* of what was asked for before the cut */
run_action_fn action_split;          /* those that have not switched are asked again */
run_action_fn action_complete;       /* after a pause, */
run_action_fn action_complete_now;   /* or at once */
run_action_fn action_revert;         /* back to the share before the run */
run_action_fn action_confirm;        /* the fuse is taken away */
run_action_fn action_do_errand;      /* the maintenance page, a mend */
run_action_fn action_install;        /* haproxy.cfg as it was shown, and a reload */
run_action_fn action_write_contract; /* how far the contract migration is */

/* Who has switched, and who has not, as they tell it now: what was asked for before the
 * cut is past. */
run_action_fn action_find_split;

/* All are prepared: they are asked to make the change, in the same turn. */
void run_change_commit(struct core *core, struct effects *effects);

/* The mono time at which a switch that only some have made counts as split, or one that
 * only some have prepared as refused; INT64_MAX: all have answered. */
int64_t run_change_split_ms(const struct model *model);

/* A change that was asked for in this turn was not performed. */
void run_change_forget(struct core *core);

#endif
