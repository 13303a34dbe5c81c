#include "core/judge.h"

#include "base/str.h"
#include "core/evidence.h"
#include "core/preflight_check.h"
#include "core/run_change.h"

bool judge_is_late(const struct core *core)
{
    const struct run *run = &core->model.run;
    return run->deadline_ms > 0 && core->model.now.mono_ms >= run->deadline_ms;
}

/* With --yes a gate is answered as its guard says, at once. */
enum run_input judge_gate(const struct core *core, guard_fn *guard)
{
    struct why why;

    if (core->policy.yes) {
        why_clear(&why);
        guard(&core->model, &why);
        return why.count == 0 ? IN_YES : IN_NO;
    }
    return judge_is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

/* Whether HAProxy's share was read since the run began, and names this one colour. */
static bool live_is_known(const struct core *core, enum colour *ret_live)
{
    return balancers_sampled_ms(&core->model) >= core->model.run.begun_ms &&
           share_live(model_share(&core->model), ret_live);
}

/* The target is the colour that is not live, or, for a contract migration, that is; a
 * run for haproxy.cfg alone has none. A rollback goes to a release that is already
 * there, and one out of a watch only to where that run came from. */
static void learn_target(struct core *core)
{
    struct run *run = &core->model.run;
    enum colour live;

    if (!run->target_known && run->kind != RUN_CONFIGURE &&
        live_is_known(core, &live) && (!run->returns || run->target != live)) {
        run->target = run->kind == RUN_CONTRACT ? live : colour_other(live);
        run->target_known = true;
        run->share_before = share_of(live);
        run->share_after = share_of(run->target);
    }
}

/* A rollback goes to the release that is there: that of the first target that told. */
static void learn_release(struct core *core)
{
    struct run *run = &core->model.run;
    const struct fleet *fleet = &core->model.fleet;
    enum host_role role = role_of_colour(run->target);

    if (!run->target_known || run->kind == RUN_DEPLOY)
        return;
    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const struct host_facts *facts = &fleet->hosts[i].facts;
        if (facts->at_ms == 0)
            continue;
        str_copy(run->sha, sizeof run->sha, facts->revision);
        str_copy(run->release, sizeof run->release, facts->current);
        return;
    }
}

/* A bad check ends the run; so long the others may still be answered, so that all that
 * is wrong is named at once. */
enum { BAD_WAITS_MS = 5000 };

/* The jobs' pair; each change takes one above. */
static void learn_pair(struct core *core)
{
    struct run *run = &core->model.run;

    run->epoch = core->model.hold.epoch;
    run->seq = balancers_seq(&core->model, run->epoch) + 1;
}

/* Who holds the lease may be in the middle of a change: what is bad meanwhile may be
 * well when the lease is ours, and is looked at again then. */
static bool waits_for_lease(const struct core *core)
{
    return core->model.wait_lease && core->model.hold.state != HOLD_OURS &&
           (core->model.hold.waited || lease_is_foreign(&core->model));
}

static enum run_input judge_preflight(struct core *core)
{
    struct run *run = &core->model.run;

    if (preflight_balancer_is_lost(&core->model))
        return IN_BALANCER_LOST;
    learn_target(core);
    learn_release(core);
    configure_follow(&core->model, false);
    preflight_look(&run->preflight, &core->model);
    if (!waits_for_lease(core) && preflight_first_bad(&run->preflight) >= 0 &&
        (!preflight_is_pending(&run->preflight) ||
         core->model.now.mono_ms - run->begun_ms >= BAD_WAITS_MS))
        return IN_CHECKS_BAD;
    if (preflight_is_ok(&run->preflight)) {
        learn_pair(core);
        return IN_CHECKS_OK;
    }
    return judge_is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

/* A rendering that fails will go on failing; an answer that failed is asked for again.
 */
static enum run_input judge_reading_config(struct core *core)
{
    const struct configure *configure = &core->model.configure;

    configure_follow(&core->model, false);
    if (configure->render_trouble[0] != '\0' || configure->check_trouble[0] != '\0')
        return IN_CONFIG_BAD;
    if (configure->compared && !configure->differs)
        return IN_CONFIG_SAME;
    if (configure->compared && configure->checked)
        return IN_CONFIG_DIFFERS;
    return judge_is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

static enum run_input judge_deploying(const struct core *core)
{
    const struct rollout *rollout = &core->model.run.rollout;

    if (rollout_first_bad(rollout) >= 0 &&
        (!rollout->goes_on || rollout_is_at_rest(rollout)))
        return IN_HOST_FAILED;
    if (!evidence_is_idle(&core->model, core->model.run.target))
        return IN_TARGET_LIVE;
    return rollout_all_ok(rollout) ? IN_ALL_DEPLOYED : NOTHING_FOLLOWS;
}

/* A warm-up that HAProxy sees as live is none. */
static enum run_input judge_warming_up(const struct core *core)
{
    if (!evidence_is_idle(&core->model, core->model.run.target))
        return IN_TARGET_LIVE;
    return rollout_is_at_rest(&core->model.run.rollout) ? IN_AT_REST : NOTHING_FOLLOWS;
}

static enum run_input judge_rest(const struct core *core)
{
    if (rollout_is_at_rest(&core->model.run.rollout))
        return IN_AT_REST;
    return judge_is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

/* A target that used all its tries and is not on its way to being healthy. */
static bool some_target_gave_up(const struct core *core)
{
    const struct run *run = &core->model.run;

    for (int i = 0; i < run->rollout.count; i++) {
        const struct health *health =
            &core->model.fleet.hosts[run->rollout.targets[i].host].health;
        if (run->tries[i] >= core->model.settings->health_tries &&
            health->state != HEALTH_OK && health->good_streak == 0)
            return true;
    }
    return false;
}

static bool share_was_moved(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct balancer *balancer = &model->balancers[i];
        if (balancer->sampled && balancer->runtime_share != model->run.share_before)
            return true;
    }
    return false;
}

static enum run_input judge_verifying(struct core *core)
{
    struct why why;

    learn_release(core);
    why_clear(&why);
    guard_target_ready(&core->model, &why);
    if (why.count == 0)
        return IN_VERIFIED;
    if (some_target_gave_up(core) || share_was_moved(&core->model))
        return IN_NOT_VERIFIED;
    return judge_is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

/* A rollback from the watch was confirmed with its key. */
static enum run_input judge_switch_gate(const struct core *core)
{
    struct why why;

    if (core->model.run.returns) {
        why_clear(&why);
        guard_target_ready(&core->model, &why);
        if (why.count == 0)
            return IN_YES;
    }
    return judge_gate(core, guard_target_ready);
}

/* A change that was asked for, and is not answered yet. */
enum run_input judge_change(const struct core *core)
{
    const struct change *change = &core->model.run.change;

    if (judge_is_late(core))
        return IN_LATE;
    if (core->model.now.mono_ms >= run_change_split_ms(&core->model))
        return change->preparing ? IN_REFUSED : IN_SPLIT;
    if (change->retry_ms > 0 && core->model.now.mono_ms >= change->retry_ms)
        return IN_SILENT;
    return NOTHING_FOLLOWS;
}

/* A question that reached the load balancer waits there for the lock, and then for
 * HAProxy, before it shows as an open change. */
enum { OLD_SHARE_HOLDS_MS = 20000 };

/* Whether the switch that was asked for can no longer happen there: nothing of it is on
 * its way, and what was read is young enough to have seen it. */
static bool switch_is_over(const struct model *model, int place)
{
    const struct change_part *part = &model->run.change.parts[place];
    const struct balancer *balancer = &model->balancers[place];
    int64_t settled_ms = part->asked_ms + OLD_SHARE_HOLDS_MS;
    bool settled = balancer->sampled_ms > settled_ms && balancer->asked_ms > settled_ms;

    return part->asked_ms == 0 || (!part->open && settled);
}

/* Only what was read after we lost sight counts, and only once the helper has settled
 * its own open change. */
static enum run_input read_share(const struct model *model, int place)
{
    const struct run *run = &model->run;
    const struct balancer *balancer = &model->balancers[place];

    if (!balancer->sampled || balancer->sampled_ms <= run->entered_ms ||
        balancer->asked_ms <= run->entered_ms || balancer->status_trouble[0] != '\0' ||
        balancer->intent_open)
        return NOTHING_FOLLOWS;
    if (balancer->runtime_share == run->change.to)
        return IN_READ_NEW;
    if (balancer->runtime_share == run->change.from && switch_is_over(model, place))
        return IN_READ_OLD;
    if (balancer->runtime_share == run->share_before && switch_is_over(model, place))
        return IN_TAKEN_BACK;
    return NOTHING_FOLLOWS;
}

/* Several that are known and do not agree are split. */
static enum run_input judge_switch_unknown(const struct core *core)
{
    const struct model *model = &core->model;
    enum run_input all = NOTHING_FOLLOWS;
    bool split = false, known = true;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        enum run_input read = read_share(model, i);
        known = known && read != NOTHING_FOLLOWS;
        split = split || (all != NOTHING_FOLLOWS && read != all);
        all = read;
    }
    if (known)
        return split ? IN_SPLIT : all;
    return judge_is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

/* Nobody is there to decide under --yes: back to what was before. */
static enum run_input judge_split(const struct core *core)
{
    const struct run *run = &core->model.run;

    if (core->policy.yes && run->fused)
        return IN_NO;
    return judge_change(core);
}

/* Whether all that do not answer were named beforehand. */
static bool may_be_left_out(const struct core *core)
{
    const struct model *model = &core->model;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (balancers_is_silent(model, i) &&
            (core->policy.without == NULL ||
             !str_equal(core->policy.without, balancers_name(model, i))))
            return false;
    }
    return true;
}

/* One that the operator can only leave out by its name, or wait for. */
static enum run_input judge_balancer_gate(const struct core *core)
{
    if (!preflight_balancer_is_lost(&core->model))
        return IN_BALANCER_BACK;
    if (core->policy.yes)
        return may_be_left_out(core) ? IN_YES : IN_NO;
    return judge_is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

/* What of the contract migration is under way: a word to the load balancer, or the job.
 */
static enum run_input judge_contracting(const struct core *core)
{
    const struct run *run = &core->model.run;

    if (change_is_open(&run->change) || change_asked_ms(&run->change) > 0 ||
        run->change.retry_ms > 0)
        return judge_change(core);
    return rollout_is_at_rest(&run->rollout) ? IN_CONTRACTED : NOTHING_FOLLOWS;
}

/* Whoever asks for the migration by its own command has said yes to it. */
static enum run_input judge_contract_gate(const struct core *core)
{
    bool meant = core->model.run.kind == RUN_CONTRACT ||
                 core->model.settings->contract == CONTRACT_AUTO;

    if (core->policy.yes && !meant)
        return IN_NO;
    return judge_gate(core, guard_contract_holds);
}

/* Where a pre hook can still stop the run. */
static bool hook_stops(const struct run *run)
{
    switch (run->state) {
    case RUN_PREFLIGHT:
    case RUN_DEPLOYING:
    case RUN_READING_CONFIG:
    case RUN_VERIFYING:
    case RUN_SWITCH_GATE:
    case RUN_WATCHING:
        return hook_failed(run) != NULL;
    case RUN_CONTRACT_GATE:
        return run->kind == RUN_CONTRACT && hook_failed(run) != NULL;
    default:
        return false;
    }
}

/* A rollback follows in a turn of its own. */
static enum run_input judge_end(const struct core *core)
{
    bool ended_before = core->model.run.entered_ms < core->model.now.mono_ms;
    return core->return_wanted && ended_before ? IN_ROLLBACK : NOTHING_FOLLOWS;
}

/* Where the run has nothing under way that must end first. */
static bool lease_is_lost(const struct core *core)
{
    enum run_state state = core->model.run.state;

    return core->model.hold.state == HOLD_LOST && run_is_open(state) &&
           state != RUN_FAILING && state != RUN_CANCELLING && state != RUN_SWITCHING &&
           state != RUN_SWITCH_UNKNOWN && state != RUN_CHANGING &&
           state != RUN_INSTALLING;
}

enum run_input judge(struct core *core)
{
    if (lease_is_lost(core))
        return IN_LEASE_LOST;
    if (hook_is_awaited(&core->model))
        return NOTHING_FOLLOWS;
    if (hook_stops(&core->model.run))
        return IN_HOOK_FAILED;
    switch (core->model.run.state) {
    case RUN_PREFLIGHT:
        return judge_preflight(core);
    case RUN_BALANCER_GATE:
        return judge_balancer_gate(core);
    case RUN_PLAN_GATE:
        return judge_gate(core, guard_plan_holds);
    case RUN_DEPLOYING:
        return judge_deploying(core);
    case RUN_FAILING:
    case RUN_CANCELLING:
    case RUN_DIAGNOSING:
    case RUN_HANDING_OVER:
        return judge_rest(core);
    case RUN_READING_CONFIG:
        return judge_reading_config(core);
    case RUN_CONFIG_GATE:
        return judge_gate(core, guard_config_holds);
    case RUN_VERIFYING:
        return judge_verifying(core);
    case RUN_WARMING_UP:
        return judge_warming_up(core);
    case RUN_SWITCH_GATE:
        return judge_switch_gate(core);
    case RUN_SWITCHING:
    case RUN_CHANGING:
    case RUN_INSTALLING:
        return judge_change(core);
    case RUN_SWITCH_UNKNOWN:
        return judge_switch_unknown(core);
    case RUN_SPLIT:
        return judge_split(core);
    case RUN_HOLDING:
    case RUN_STEP_GATE:
    case RUN_WATCHING:
    case RUN_FINISH_GATE:
    case RUN_REVERTING:
    case RUN_FINISHING:
        return judge_switched(core);
    case RUN_CONTRACT_GATE:
        return judge_contract_gate(core);
    case RUN_CONTRACTING:
        return judge_contracting(core);
    default:
        return judge_end(core);
    }
}
