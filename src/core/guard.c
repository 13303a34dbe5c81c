#include "core/guard.h"

#include "base/str.h"
#include "core/canary.h"
#include "core/drift.h"
#include "core/evidence.h"
#include "core/model.h"

void guard_none(const struct model *model, struct why *why)
{
    (void)model;
    (void)why;
}

/* Traffic is on the target, and the run waits. */
static bool run_is_switched(enum run_state state)
{
    return state == RUN_HOLDING || state == RUN_STEP_GATE || state == RUN_WATCHING ||
           state == RUN_FINISH_GATE || state == RUN_SPLIT;
}

static bool change_is_on_its_way(enum run_state state)
{
    return state == RUN_SWITCHING || state == RUN_SWITCH_UNKNOWN ||
           state == RUN_SPLIT || state == RUN_REVERTING || state == RUN_FINISHING ||
           state == RUN_CHANGING || state == RUN_INSTALLING || state == RUN_CONTRACTING;
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
    if (lease_is_foreign(model) && !model->wait_lease) {
        char sentence[WHY_LINE_MAX];
        lease_sentence(model, sentence, sizeof sentence);
        why_add(why, "%s: wait, or take over", sentence);
    }
}

void guard_may_roll_back(const struct model *model, struct why *why)
{
    const struct run *run = &model->run;
    enum colour live;

    if (change_is_on_its_way(run->state) && run->state != RUN_SPLIT)
        why_add(why, "a %s is on its way: wait for its outcome",
                change_kind_name(run->change.kind));
    else if (run_is_open(run->state) && !run_is_switched(run->state))
        why_add(why, "run %u is open: abort it first", run->number);
    if (run_is_switched(run->state) && run->fused) {
        guard_may_take_back(model, why);
        return;
    }
    if (!evidence_has_live_colour(model, &live, why))
        return;
    evidence_has_hosts(model, colour_other(live), why);
    bool seen = balancers_sampled_ms(model) > run->stage_ms[STAGE_WATCH];
    if (run_is_switched(run->state) && seen && live != run->target)
        why_add(why, "%s is live already: somebody else has gone back",
                colour_name(live));
}

void guard_may_take_back(const struct model *model, struct why *why)
{
    if (!model->run.fused)
        why_add(why, "the switch had no fuse");
    hold_serves_some(model, why);
}

void guard_may_give_up(const struct model *model, struct why *why)
{
    if (model->run.fused)
        why_add(why, "the load balancer can take the switch back by itself");
    else
        guard_may_roll_back(model, why);
}

void guard_may_confirm(const struct model *model, struct why *why)
{
    if (canary_has_more(model))
        why_add(why,
                "only a part of the traffic is on %s: roll back, or wait until the "
                "load balancer does",
                colour_name(model->run.target));
    hold_serves(model, why);
}

void guard_may_take_over(const struct model *model, struct why *why)
{
    enum fuse_state fuse = balancers_fuse(model)->state;

    guard_may_begin(model, why);
    if (!lease_is_foreign(model) && fuse != FUSE_ARMED && fuse != FUSE_HELD)
        why_add(why, "nobody else holds the lease, and no switch waits: nothing is "
                     "there to take over");
}

void guard_may_maintain(const struct model *model, struct why *why)
{
    guard_may_begin_rollback(model, why);
}

void guard_may_configure(const struct model *model, struct why *why)
{
    guard_may_begin(model, why);
    if (!model->config_managed)
        why_add(why, "haproxy.cfg is your own ([config] mode = adopted): "
                     "`bgconsole config lint` says what it lacks");
}

void guard_may_contract(const struct model *model, struct why *why)
{
    guard_may_begin(model, why);
    if (recipe_step_for(model->recipe, RECIPE_WHEN_MIGRATE_CONTRACT) < 0)
        why_add(why, "the recipe %s has no step with `when = migrate-contract`",
                model->recipe->name);
}

static void may_continue(const struct model *model, struct why *why)
{
    switch (model->run.state) {
    case RUN_BALANCER_GATE:
    case RUN_SPLIT:
        break;
    case RUN_PLAN_GATE:
        guard_plan_holds(model, why);
        break;
    case RUN_CONFIG_GATE:
        guard_config_holds(model, why);
        break;
    case RUN_SWITCH_GATE:
    case RUN_STEP_GATE:
        guard_target_ready(model, why);
        break;
    case RUN_FINISH_GATE:
        hook_weigh(model, why);
        if (model->run.fused)
            guard_may_confirm(model, why);
        break;
    case RUN_CONTRACT_GATE:
        guard_contract_holds(model, why);
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
    case RUN_REVERTING:
    case RUN_FINISHING:
    case RUN_CHANGING:
        why_add(why, "the %s was sent: wait for its outcome, then roll back",
                change_kind_name(model->run.change.kind));
        break;
    case RUN_CONTRACTING:
        guard_contract_runs(model, why);
        break;
    case RUN_INSTALLING:
        why_add(why, "haproxy.cfg is being installed: wait for its outcome");
        break;
    case RUN_SPLIT:
    case RUN_HOLDING:
    case RUN_STEP_GATE:
        guard_may_take_back(model, why);
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
    if (!run_is_switched(model->run.state) || model->run.state == RUN_SPLIT)
        why_add(why, "only a run that has switched can be finished");
    else if (model->run.fused)
        guard_may_confirm(model, why);
}

static void may_mend(const struct model *model, struct why *why)
{
    struct drift drift;

    drift_look(model, &drift);
    if (change_is_on_its_way(model->run.state))
        why_add(why, "a %s is on its way: wait for its outcome",
                change_kind_name(model->run.change.kind));
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
        [INTENT_SHIFT] = guard_may_deploy,
        [INTENT_ROLLBACK] = guard_may_roll_back,
        [INTENT_CONTINUE] = may_continue,
        [INTENT_ABORT] = may_abort,
        [INTENT_FINISH] = may_finish,
        [INTENT_TAKEOVER] = guard_may_take_over,
        [INTENT_MAINTENANCE] = guard_may_maintain,
        [INTENT_MEND] = may_mend,
        [INTENT_CONFIGURE] = guard_may_configure,
        [INTENT_CONTRACT] = guard_may_contract,
        [INTENT_RESUME] = guard_may_resume,
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
    else if (mend->kind == MEND_RENDER)
        guard_may_configure(model, why);
    else if (mend->kind != MEND_NOTED)
        guard_may_begin(model, why);
    return why->count == 0;
}
