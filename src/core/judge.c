#include "core/judge.h"

#include "base/str.h"
#include "core/evidence.h"

static const enum run_input NOTHING_FOLLOWS = RUN_INPUT_COUNT;

static bool is_late(const struct core *core)
{
    const struct run *run = &core->model.run;
    return run->deadline_ms > 0 && core->model.now.mono_ms >= run->deadline_ms;
}

/* With --yes a gate is answered as its guard says, at once. */
static enum run_input judge_gate(const struct core *core, guard_fn *guard)
{
    struct why why;

    if (core->policy.yes) {
        why_clear(&why);
        guard(&core->model, &why);
        return why.count == 0 ? IN_YES : IN_NO;
    }
    return is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

/* Whether HAProxy's share was read since the run began, and names this one colour. */
static bool live_is_known(const struct core *core, enum colour *ret_live)
{
    return core->model.balancer.sampled_ms >= core->model.run.begun_ms &&
           share_live(model_share(&core->model), ret_live);
}

/* The target is the colour that is not live; a rollback goes to a release that is
 * already there, and one out of a watch only to where that run came from. */
static void learn_target(struct core *core)
{
    struct run *run = &core->model.run;
    enum colour live;

    if (!run->target_known && live_is_known(core, &live) &&
        (!run->returns || run->target != live)) {
        run->target = colour_other(live);
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

    if (!run->target_known || run->kind != RUN_ROLLBACK)
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

static enum run_input judge_preflight(struct core *core)
{
    struct run *run = &core->model.run;

    learn_target(core);
    learn_release(core);
    preflight_look(&run->preflight, &core->model);
    if (preflight_first_bad(&run->preflight) >= 0 &&
        (!preflight_is_pending(&run->preflight) ||
         core->model.now.mono_ms - run->begun_ms >= BAD_WAITS_MS))
        return IN_CHECKS_BAD;
    if (preflight_is_ok(&run->preflight)) {
        run->epoch = core->model.balancer.epoch > 0 ? core->model.balancer.epoch : 1;
        run->seq = core->model.balancer.seq + 1;
        return IN_CHECKS_OK;
    }
    return is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

static enum run_input judge_deploying(const struct core *core)
{
    const struct rollout *rollout = &core->model.run.rollout;

    if (rollout_first_bad(rollout) >= 0)
        return IN_HOST_FAILED;
    if (!evidence_is_idle(&core->model, core->model.run.target))
        return IN_TARGET_LIVE;
    return rollout_all_ok(rollout) ? IN_ALL_DEPLOYED : NOTHING_FOLLOWS;
}

static enum run_input judge_rest(const struct core *core)
{
    if (rollout_is_at_rest(&core->model.run.rollout))
        return IN_AT_REST;
    return is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
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
    return model->balancer.sampled &&
           model->balancer.runtime_share != model->run.share_before;
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
    return is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
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

static enum run_input judge_switching(const struct core *core)
{
    const struct run *run = &core->model.run;

    if (is_late(core))
        return IN_LATE;
    if (run->retry_ms > 0 && core->model.now.mono_ms >= run->retry_ms)
        return IN_SILENT;
    return NOTHING_FOLLOWS;
}

/* A question that reached the load balancer waits there for the lock, and then for
 * HAProxy, before it shows as an open change. */
enum { OLD_SHARE_HOLDS_MS = 20000 };

/* Whether the switch that was asked for can no longer happen: nothing of it is on its
 * way, and what was read is young enough to have seen it. */
static bool switch_is_over(const struct core *core)
{
    const struct run *run = &core->model.run;
    const struct balancer *balancer = &core->model.balancer;
    int64_t settled_ms = run->switch_ms + OLD_SHARE_HOLDS_MS;
    bool settled = balancer->sampled_ms > settled_ms && balancer->asked_ms > settled_ms;

    return run->switch_ms == 0 || (!run->switch_open && settled);
}

/* Only what was read after we lost sight counts, and only once the helper has settled
 * its own open change. */
static enum run_input judge_switch_unknown(const struct core *core)
{
    const struct run *run = &core->model.run;
    const struct balancer *balancer = &core->model.balancer;

    if (balancer->sampled && balancer->sampled_ms > run->entered_ms &&
        balancer->asked_ms > run->entered_ms && balancer->status_trouble[0] == '\0' &&
        !balancer->intent_open) {
        if (balancer->runtime_share == run->share_after)
            return IN_READ_NEW;
        if (balancer->runtime_share == run->share_before && switch_is_over(core))
            return IN_READ_OLD;
    }
    return is_late(core) ? IN_LATE : NOTHING_FOLLOWS;
}

enum { TRIP_WINDOW_MS = 10000, TRIP_REQUESTS_LEAST = 10 };

/* What is bad enough to trip the guard, in words. */
static void watch_for_trouble(const struct model *model, struct why *why)
{
    const struct run *run = &model->run;
    const struct rates rates =
        traffic_rates(&model->traffic, run->target, TRIP_WINDOW_MS);
    double requests = rates.requests_per_s * (double)rates.window_ms / 1000;
    int ready = 0;

    if (rates.known && requests >= TRIP_REQUESTS_LEAST &&
        rates.errors_percent > (double)model->settings->guard_errors_percent)
        why_add(why, "%.1f %% of the requests to %s failed in the last %lld s",
                rates.errors_percent, colour_name(run->target),
                (long long)rates.window_ms / 1000);
    for (int i = 0; i < run->rollout.count; i++) {
        const struct host *host = &model->fleet.hosts[run->rollout.targets[i].host];
        ready += host->in_haproxy && server_is_ready(&host->server);
    }
    if (model->balancer.sampled && ready == 0)
        why_add(why, "HAProxy has no server of %s UP", colour_name(run->target));
}

static enum run_input judge_watching(struct core *core)
{
    struct run *run = &core->model.run;
    enum guard_policy guard = core->model.settings->guard;
    struct why why;

    why_clear(&why);
    watch_for_trouble(&core->model, &why);
    if (why.count > 0) {
        str_copy(run->reason, sizeof run->reason, why.lines[0]);
        if (guard == GUARD_ROLL_BACK || (guard == GUARD_ASK && core->policy.yes))
            return IN_ROLLBACK;
        if (guard == GUARD_ASK)
            return IN_TRIPPED;
    }
    if (!is_late(core))
        return NOTHING_FOLLOWS;
    return run->receipt.requests[run->target] > 0 ? IN_WINDOW_CLEAN : IN_WINDOW_EMPTY;
}

/* Whether all that speaks against finishing is that no request came: one worker has
 * counted all along, and that is its only reason. */
static bool only_traffic_is_missing(const struct model *model)
{
    const struct run *run = &model->run;
    struct why why;

    why_clear(&why);
    guard_watch_clean(model, &why);
    return why.count == 1 && run->receipt.verdict == RECEIPT_UNPROVEN &&
           run->receipt.requests[run->target] == 0 &&
           run->receipt_begin.pid == model->balancer.worker_pid;
}

/* Where no request came there is no verdict, and without a verdict no policy says yes.
 */
static enum run_input judge_finish_gate(const struct core *core)
{
    if (core->policy.yes && core->policy.accept_no_traffic &&
        only_traffic_is_missing(&core->model))
        return IN_YES;
    return judge_gate(core, guard_watch_clean);
}

/* A rollback follows in a turn of its own. */
static enum run_input judge_end(const struct core *core)
{
    bool ended_before = core->model.run.entered_ms < core->model.now.mono_ms;
    return core->return_wanted && ended_before ? IN_ROLLBACK : NOTHING_FOLLOWS;
}

enum run_input judge(struct core *core)
{
    switch (core->model.run.state) {
    case RUN_PREFLIGHT:
        return judge_preflight(core);
    case RUN_PLAN_GATE:
        return judge_gate(core, guard_plan_holds);
    case RUN_DEPLOYING:
        return judge_deploying(core);
    case RUN_FAILING:
    case RUN_CANCELLING:
    case RUN_DIAGNOSING:
        return judge_rest(core);
    case RUN_VERIFYING:
        return judge_verifying(core);
    case RUN_SWITCH_GATE:
        return judge_switch_gate(core);
    case RUN_SWITCHING:
        return judge_switching(core);
    case RUN_SWITCH_UNKNOWN:
        return judge_switch_unknown(core);
    case RUN_WATCHING:
        return judge_watching(core);
    case RUN_FINISH_GATE:
        return judge_finish_gate(core);
    default:
        return judge_end(core);
    }
}
