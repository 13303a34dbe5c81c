#ifndef BGC_CORE_RUN_RESUME_H
#define BGC_CORE_RUN_RESUME_H

/*
 * A run that was cut off goes on: what a row of the run's table asks and does for it.
 *
 * It keeps its id and its journal. In its preflight the lease is taken under a new
 * epoch first; what is true is asked after that, when nothing that was sent before the
 * cut can change anything any more. Then core/resume says where it goes on.
 */

#include "core/run_table.h"

guard_fn guard_recalls;          /* where it stood is still to be found */
guard_fn guard_first_never_came; /* a first switch, asked for before the cut */

run_action_fn action_begin_resume;
run_action_fn action_resume;       /* in the state that it enters */
run_action_fn action_leave_resume; /* the run stands as it was cut off */
run_action_fn action_verify_again; /* its switch never came */

/* The state that it enters. */
enum run_state run_resume_state(const struct core *core);

#endif
