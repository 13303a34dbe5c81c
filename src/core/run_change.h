#ifndef BGC_CORE_RUN_CHANGE_H
#define BGC_CORE_RUN_CHANGE_H

/*
 * What a row of the run's table asks of the load balancer: the actions that make a
 * change there, or ask for one again (core/run_action.h: those that do not).
 */

#include "core/run_table.h"

run_action_fn action_switch;       /* the first step, or the next one of a canary */
run_action_fn action_change_again; /* the same nonce, after a pause */
run_action_fn action_ask_outcome;  /* of what was asked for before the cut */
run_action_fn action_revert;       /* back to the share before the run */
run_action_fn action_confirm;      /* the fuse is taken away */
run_action_fn action_do_errand;    /* the maintenance page, a mend */
run_action_fn action_install;      /* haproxy.cfg as it was shown, and a reload */

/* A change that was asked for in this turn was not performed. */
void run_change_forget(struct core *core);

#endif
