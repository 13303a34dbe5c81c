#ifndef BGC_CORE_RUN_END_H
#define BGC_CORE_RUN_END_H

/*
 * The last words of a run: why it ended, and what the operator can do now.
 *
 * Each function writes run.reason and run.advice, and nothing else.
 */

#include "core/core.h"

/* Why it cannot go on where it stands: a bad check, a failed host, a sick target, a
 * refusal, a deadline. Keeps words that are already there. */
void run_end_explain(struct core *core);

/* A refusal or failure that the load balancer told in its own words. */
void run_end_refused(struct core *core, const char *code, const char *message);

/* Why load balancers have different shares, and what can be done. Not an end. */
void run_end_split(struct core *core);

void run_end_abort(struct core *core);
void run_end_unknown(struct core *core);
void run_end_reverted(struct core *core);
void run_end_finish(struct core *core);
void run_end_return(struct core *core);
void run_end_unconfirmed(struct core *core);

#endif
