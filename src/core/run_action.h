#ifndef BGC_CORE_RUN_ACTION_H
#define BGC_CORE_RUN_ACTION_H

/*
 * What a row of the run's table asks of the world.
 *
 * Each action is called after the row's state was entered and adds effects. None
 * changes the state.
 */

#include "core/run_table.h"

/* The targets are the hosts that carry the target colour's tag now. */
void run_gather_targets(struct core *core);

run_action_fn action_begin_deploy;
run_action_fn action_begin_shift;
run_action_fn action_begin_rollback;
run_action_fn action_begin_takeover;
run_action_fn action_begin_maintenance;
run_action_fn action_begin_mend;
run_action_fn action_begin_configure;
run_action_fn action_begin_contract;
run_action_fn action_inherit; /* another run's unconfirmed switch */
run_action_fn action_open_gate;
run_action_fn action_leave_out; /* who does not answer has no part in the run */
run_action_fn action_ask_again;
run_action_fn action_read_next_config; /* of the next load balancer */
run_action_fn action_start_jobs;
run_action_fn action_stop_jobs;
run_action_fn action_cancel_jobs;
run_action_fn action_read_config;
run_action_fn action_show_config; /* the difference, in the log too */
run_action_fn action_verify;
run_action_fn action_diagnose;
run_action_fn action_note_abort;
run_action_fn action_note_refused;
run_action_fn action_read_reality;
run_action_fn action_hold;
run_action_fn action_watch;

run_action_fn action_open_contract;   /* the gate */
run_action_fn action_close_way_back;  /* the load balancer writes down that it begins */
run_action_fn action_contract;        /* the step, on one host */
run_action_fn action_record_contract; /* the load balancer writes down how it ended */

/* The run's targets are the hosts that carry the target colour's tag now. */
void run_gather_targets(struct core *core);

/* The ways to end: each writes run.reason and run.advice. */
run_action_fn action_stop;
run_action_fn action_abort;
run_action_fn action_lose;
run_action_fn action_finish;
run_action_fn action_return;
run_action_fn action_leave;
run_action_fn action_reverted;

/* Guards that only tell rows apart. */
guard_fn guard_is_deploy;
guard_fn guard_is_rollback;
guard_fn guard_is_forward; /* it is no rollback */
guard_fn guard_goes_as_is; /* it builds nothing: a switch or a rollback */
guard_fn guard_is_takeover;
guard_fn guard_inherits; /* a takeover, while a fuse is armed */
guard_fn guard_configures_more;
guard_fn guard_is_errand;
guard_fn guard_is_configure;
guard_fn guard_configures; /* haproxy.cfg is ours, and this run looks after it */
guard_fn guard_is_first_step;
guard_fn guard_is_part_way; /* the newest switch was a canary step */
guard_fn guard_is_unfused;
guard_fn guard_is_contract;      /* it is for the contract migration alone */
guard_fn guard_contracts;        /* a contract migration follows its finish */
guard_fn guard_contract_waits;   /* nothing of the migration has begun */
guard_fn guard_contract_is_done; /* it ended well */
guard_fn guard_ends_known;       /* no job was lost */
guard_fn guard_journal_serves;   /* it can be written */

#endif
