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

/* Whether the load balancer says, after our newest change and by both lines to it, that
 * the traffic is back where it was before the run: by the fuse, or by somebody else. */
static bool is_taken_back_at(const struct model *model, int place)
{
    const struct run *run = &model->run;
    const struct balancer *balancer = &model->balancers[place];

    return run->share_after != run->share_before && balancer->sampled &&
           balancer->sampled_ms > run->entered_ms &&
           balancer->asked_ms > run->entered_ms &&
           balancer->status_trouble[0] == '\0' && !balancer->intent_open &&
           balancer->runtime_share == run->share_before &&
           balancer->status_share == run->share_before && !change_is_open(&run->change);
}

/* By some of several, or by all. A switch that was taken over is not completed: this
 * run has verified nothing. */
static enum run_input judge_taken_back(const struct model *model)
{
    int back = 0;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i))
        back += is_taken_back_at(model, i);
    if (back > 0 && back == balancers_count(model))
        return IN_TAKEN_BACK;
    return back > 0 && model->run.kind != RUN_TAKEOVER ? IN_SPLIT : NOTHING_FOLLOWS;
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
           traffic_points_compare(&run->receipt_begin, traffic_last(&model->traffic));
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

/* While some take it back, others have it still: that is no news. */
static bool is_last_word(const struct core *core)
{
    enum run_state state = core->model.run.state;

    return state == RUN_REVERTING || state == RUN_FINISHING;
}

enum run_input judge_switched(struct core *core)
{
    enum run_input back = judge_taken_back(&core->model);

    if (back == IN_TAKEN_BACK || (back == IN_SPLIT && !is_last_word(core)))
        return back;
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
