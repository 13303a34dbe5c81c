#include "core/guard.h"

#include "base/str.h"
#include "core/drift.h"
#include "core/evidence.h"
#include "core/model.h"

void guard_none(const struct model *model, struct why *why)
{
    (void)model;
    (void)why;
}

static bool run_is_switched(enum run_state state)
{
    return state == RUN_WATCHING || state == RUN_FINISH_GATE;
}

void guard_may_begin_rollback(const struct model *model, struct why *why)
{
    if (run_is_open(model->run.state))
        why_add(why, "run %u is open: finish or abort it first", model->run.number);
}

void guard_may_begin(const struct model *model, struct why *why)
{
    guard_may_begin_rollback(model, why);
    if (model->journal_lost)
        why_add(why, "the journal cannot be written: nothing new is begun");
}

void guard_may_deploy(const struct model *model, struct why *why)
{
    enum colour live;

    guard_may_begin(model, why);
    if (evidence_has_live_colour(model, &live, why))
        evidence_has_hosts(model, colour_other(live), why);
}

void guard_may_roll_back(const struct model *model, struct why *why)
{
    const struct run *run = &model->run;
    enum colour live;

    if (run->state == RUN_SWITCHING || run->state == RUN_SWITCH_UNKNOWN)
        why_add(why, "a switch is on its way: wait for its outcome");
    else if (run_is_open(run->state) && !run_is_switched(run->state))
        why_add(why, "run %u is open: abort it first", run->number);
    if (!evidence_has_live_colour(model, &live, why))
        return;
    evidence_has_hosts(model, colour_other(live), why);
    bool seen = model->balancer.sampled_ms > run->stage_ms[STAGE_WATCH];
    if (run_is_switched(run->state) && seen && live != run->target)
        why_add(why, "%s is live already: somebody else has gone back",
                colour_name(live));
}

static void may_continue(const struct model *model, struct why *why)
{
    switch (model->run.state) {
    case RUN_PLAN_GATE:
        guard_plan_holds(model, why);
        break;
    case RUN_SWITCH_GATE:
        guard_target_ready(model, why);
        break;
    case RUN_FINISH_GATE:
        break;
    default:
        why_add(why, "no gate is open");
        break;
    }
}

static void may_abort(const struct model *model, struct why *why)
{
    switch (model->run.state) {
    case RUN_CANCELLING:
        why_add(why, "the hosts' jobs are being ended already");
        break;
    case RUN_SWITCHING:
    case RUN_SWITCH_UNKNOWN:
        why_add(why, "the switch was sent: wait for its outcome, then roll back");
        break;
    case RUN_WATCHING:
    case RUN_FINISH_GATE:
        why_add(why, "the traffic has moved: finish, or roll back");
        break;
    default:
        if (!run_is_open(model->run.state))
            why_add(why, "no run is open");
        break;
    }
}

static void may_finish(const struct model *model, struct why *why)
{
    if (!run_is_switched(model->run.state))
        why_add(why, "only a run that has switched can be finished");
}

static void may_mend(const struct model *model, struct why *why)
{
    struct drift drift;

    drift_look(model, &drift);
    if (model->run.state == RUN_SWITCHING || model->run.state == RUN_SWITCH_UNKNOWN)
        why_add(why, "a switch is on its way: wait for its outcome");
    else if (drift.count == 0)
        why_add(why, "nothing drifts");
}

static void may_nothing(const struct model *model, struct why *why)
{
    (void)model;
    why_add(why, "nothing is wanted");
}

bool intent_is_allowed(const struct model *model, enum intent_kind kind,
                       struct why *why)
{
    static guard_fn *const guards[INTENT_COUNT] = {
        [INTENT_NONE] = may_nothing,
        [INTENT_DEPLOY] = guard_may_deploy,
        [INTENT_ROLLBACK] = guard_may_roll_back,
        [INTENT_CONTINUE] = may_continue,
        [INTENT_ABORT] = may_abort,
        [INTENT_FINISH] = may_finish,
        [INTENT_MEND] = may_mend,
        [INTENT_REFRESH] = guard_none,
    };

    why_clear(why);
    guards[kind](model, why);
    return why->count == 0;
}

bool mend_is_allowed(const struct model *model, const struct mend *mend,
                     struct why *why)
{
    struct drift drift;

    if (!intent_is_allowed(model, INTENT_MEND, why))
        return false;
    drift_look(model, &drift);
    if (mend->kind == MEND_NONE)
        why_add(why, "no key mends it: %s", mend->what);
    else if (!drift_offers(&drift, mend))
        why_add(why, "it has changed since you looked: look again");
    else if (mend->kind != MEND_NOTED)
        why_add(why, "bgc-lb cannot do it yet: do it by hand on the load balancer");
    return why->count == 0;
}
