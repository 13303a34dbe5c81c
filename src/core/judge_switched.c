#include "core/judge.h"

#include "base/str.h"

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

/* What the guard's policy makes of trouble. */
static enum run_input judge_trouble(struct core *core)
{
    enum guard_policy guard = core->model.settings->guard;
    struct run *run = &core->model.run;
    struct why why;

    why_clear(&why);
    watch_for_trouble(&core->model, &why);
    if (why.count == 0)
        return NOTHING_FOLLOWS;
    str_copy(run->reason, sizeof run->reason, why.lines[0]);
    run->tripped = true;
    if (guard == GUARD_ROLL_BACK || (guard == GUARD_ASK && core->policy.yes))
        return IN_ROLLBACK;
    return guard == GUARD_ASK ? IN_TRIPPED : NOTHING_FOLLOWS;
}

/* Whether the traffic is back where it was before the run, by the fuse or by somebody
 * else: told after our newest change, by both lines to the load balancer. */
static bool is_taken_back(const struct core *core)
{
    const struct run *run = &core->model.run;
    const struct balancer *balancer = &core->model.balancer;

    return run->share_after != run->share_before && balancer->sampled &&
           balancer->sampled_ms > run->entered_ms &&
           balancer->asked_ms > run->entered_ms &&
           balancer->status_trouble[0] == '\0' && !balancer->intent_open &&
           balancer->runtime_share == run->share_before &&
           balancer->status_share == run->share_before && !run->change.open;
}

static enum run_input judge_holding(struct core *core)
{
    enum run_input trouble = judge_trouble(core);

    if (trouble != NOTHING_FOLLOWS)
        return trouble;
    return judge_is_late(core) ? IN_HOLD_ENDED : NOTHING_FOLLOWS;
}

static enum run_input judge_watching(struct core *core)
{
    const struct run *run = &core->model.run;
    enum run_input trouble = judge_trouble(core);

    if (trouble != NOTHING_FOLLOWS)
        return trouble;
    if (!judge_is_late(core))
        return NOTHING_FOLLOWS;
    return run->receipt.requests[run->target] > 0 ? IN_WINDOW_CLEAN : IN_WINDOW_EMPTY;
}

/* Whether all that speaks against going on is that no request came: one worker has
 * counted all along, and that is its only reason. */
static bool only_traffic_is_missing(const struct model *model, guard_fn *guard)
{
    const struct run *run = &model->run;
    struct why why;

    why_clear(&why);
    guard(model, &why);
    return why.count == 1 && run->receipt.verdict == RECEIPT_UNPROVEN &&
           run->receipt.requests[run->target] == 0 &&
           run->receipt_begin.pid == model->balancer.worker_pid;
}

/* Where no request came there is no verdict, and without a verdict no policy says yes.
 */
static enum run_input judge_evidence_gate(const struct core *core, guard_fn *guard)
{
    if (core->policy.yes && core->policy.accept_no_traffic &&
        only_traffic_is_missing(&core->model, guard))
        return IN_YES;
    return judge_gate(core, guard);
}

enum run_input judge_switched(struct core *core)
{
    if (is_taken_back(core))
        return IN_TAKEN_BACK;
    switch (core->model.run.state) {
    case RUN_HOLDING:
        return judge_holding(core);
    case RUN_STEP_GATE:
        return judge_evidence_gate(core, guard_step_clean);
    case RUN_WATCHING:
        return judge_watching(core);
    case RUN_FINISH_GATE:
        return judge_evidence_gate(core, guard_watch_clean);
    default:
        return judge_change(core);
    }
}
