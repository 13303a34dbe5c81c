#ifndef BGC_CORE_GUARD_H
#define BGC_CORE_GUARD_H

/*
 * May we? Each guard looks at the model and says no with its reasons in words.
 *
 * The run's table names guards in its rows, the footer asks why a key is off,
 * a gate shows the same reasons: one rule, one place.
 */

#include "core/intent.h"
#include "core/why.h"

#include <stdbool.h>

struct model;

/* No reasons: yes. */
typedef void guard_fn(const struct model *model, struct why *why);

guard_fn guard_none;               /* always yes */
guard_fn guard_may_begin;          /* no run is open and the journal can be written */
guard_fn guard_may_begin_rollback; /* no run is open; it needs no journal */
guard_fn guard_may_deploy;     /* a deploy would pass preflight, as far as is known */
guard_fn guard_may_roll_back;  /* a colour to go back to, and no change in flight */
guard_fn guard_plan_holds;     /* preflight is ok and as fresh as it must be */
guard_fn guard_config_holds;   /* what was shown is still what should be installed */
guard_fn guard_target_ready;   /* each target healthy in our probes, of the expected
                                  release, UP and checked in HAProxy, all fresh */
guard_fn guard_watch_clean;    /* the guard window saw nothing bad */
guard_fn guard_step_clean;     /* a canary step did so, and the next may follow */
guard_fn guard_steps_alone;    /* the same, and the settings ask nobody */
guard_fn guard_may_confirm;    /* the switch may be confirmed for good */
guard_fn guard_may_take_back;  /* an unconfirmed switch may be taken back */
guard_fn guard_may_give_up;    /* one without a fuse may, by a run of its own */
guard_fn guard_may_take_over;  /* no run is open, and there is something to take */
guard_fn guard_may_resume;     /* no run is open, and the journal knows of one */
guard_fn guard_may_maintain;   /* no run is open */
guard_fn guard_may_configure;  /* no run is open, and haproxy.cfg is ours to write */
guard_fn guard_may_contract;   /* a run for it may begin */
guard_fn guard_contract_holds; /* the target has all the traffic for good, and the lease
                                  is ours */
guard_fn guard_contract_runs;  /* its job is open, and can be ended */

/* Whether an operator may want `kind` now; reasons in `why`, empty when yes. */
bool intent_is_allowed(const struct model *model, enum intent_kind kind,
                       struct why *why);

/* Whether this very mend may be done now: it is still what a finding asks for. */
bool mend_is_allowed(const struct model *model, const struct mend *mend,
                     struct why *why);

/* Whether we can go back to the other colour now: the line in the header. */
struct readiness {
    bool ready;
    enum colour to;   /* the colour to go back to, where ready */
    int up, total;    /* servers of the other colour that are ready, of all */
    char release[16]; /* first 7 of its sha, empty: none known */
    struct why why;   /* what stands in the way */
};

void rollback_readiness(const struct model *model, struct readiness *ret_readiness);

#endif
