#ifndef BGC_CORE_ASK_LEASE_H
#define BGC_CORE_ASK_LEASE_H

/*
 * The lease and the fuse, kept alive: what is due of both.
 *
 * A run acquires the lease in preflight, renews it while it is open, and gives it
 * back when it has ended. A fuse gets more time for as long as the run goes on. While
 * somebody else holds the lease, what that run publishes is read.
 */

#include "core/core.h"

/* Adds whatever is due now. */
void ask_for_lease(struct core *core, struct effects *effects);

/* The earliest moment at which something will be due; INT64_MAX: nothing. */
int64_t ask_lease_next_ms(const struct core *core);

/* Whether the lease is still to be given back, or that is still to be answered. */
bool ask_lease_is_open(const struct core *core);

/* What was asked for in this turn was not performed. */
void ask_lease_forget(struct core *core);

#endif
