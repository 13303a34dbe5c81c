#include "core/judge.h"

#include "base/str.h"

/* What the guard's policy makes of trouble. */
static enum run_input judge_trouble(struct core *core)
{
    enum guard_policy guard = core->model.settings->guard;
    struct run *run = &core->model.run;

    guard_window_look(&core->model, &run->baseline, &core->model.front,
                      run->share_since_ms, &run->window);
    if (run->window.verdict != WINDOW_TRIPPED)
        return NOTHING_FOLLOWS;
    str_copy(run->reason, sizeof run->reason, run->window.reasons.lines[0]);
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
    const struct balancer *balancer = &core->model.balancers[0];

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
    return run->window.verdict == WINDOW_NO_TRAFFIC ? IN_WINDOW_EMPTY : IN_WINDOW_CLEAN;
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
           run->receipt_begin.pid == model->balancers[0].worker_pid;
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
