#include "core/run_resume.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/canary.h"
#include "core/moment.h"
#include "core/recall_rollout.h"
#include "core/resume.h"
#include "core/run_action.h"
#include "core/run_change.h"
#include "core/run_end.h"
#include "core/say.h"

static bool any_has_told(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (model->balancers[i].asked_ms > 0)
            return true;
    }
    return false;
}

/* By another run than the one that was cut off. */
static bool is_held_by_another(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (lease_is_foreign_at(model, i) &&
            !str_equal(model->balancers[i].lease.run, model->recall.remains.run))
            return true;
    }
    return false;
}

void guard_may_resume(const struct model *model, struct why *why)
{
    const struct remains *remains = &model->recall.remains;

    guard_may_begin(model, why);
    if (remains->run[0] == '\0' || remains->ended) {
        why_add(why, "the journal knows of no run that was cut off");
        return;
    }
    if (!any_has_told(model))
        why_add(why, "the load balancer has not told yet what is true");
    if (is_held_by_another(model) && !model->wait_lease) {
        char sentence[WHY_LINE_MAX];
        lease_sentence(model, sentence, sizeof sentence);
        why_add(why, "%s: wait, or take over", sentence);
    }
}

void guard_recalls(const struct model *model, struct why *why)
{
    if (!model->run.recalled)
        why_add(why, "it was not cut off");
}

void guard_first_never_came(const struct model *model, struct why *why)
{
    guard_is_first_step(model, why);
    if (model->run.epoch == model->hold.epoch)
        why_add(why, "it was asked for under our own lease");
}

/* ---- what the journal knows ---- */

static void recall_switch(struct run *run, const struct remains *remains)
{
    run->fused = run->kind != RUN_ROLLBACK;
    if (!remains->switched)
        return;
    run->share_before = remains->share_before;
    run->share_after = remains->share_after;
    run->baseline = remains->baseline;
}

void action_begin_resume(struct core *core, struct effects *effects)
{
    struct model *model = &core->model;
    struct run *run = &model->run;
    const struct remains *remains = &model->recall.remains;

    (void)effects;
    run->kind = remains->kind;
    run->resumed = true;
    run->recalled = !resume_is_anew(remains);
    run->configures = remains->kind == RUN_CONFIGURE ||
                      (model->config_managed &&
                       (remains->kind == RUN_DEPLOY || remains->kind == RUN_SHIFT));
    str_copy(run->id, sizeof run->id, remains->run);
    str_copy(run->ref, sizeof run->ref, remains->ref);
    model->recall.succeeded = resume_find(model) == FOUND_SUCCESSOR;
    if (run->recalled && remains->target_known) {
        run->target = remains->target;
        run->target_known = true;
        run->share_before = share_of(colour_other(remains->target));
        run->share_after = share_of(remains->target);
        str_copy(run->sha, sizeof run->sha, remains->sha);
        str_copy(run->release, sizeof run->release, remains->release);
        recall_switch(run, remains);
    }
    ask_everything_afresh(core);
}

enum run_state run_resume_state(const struct core *core)
{
    return resume_look(&core->model).to;
}

/* ---- where it goes on ---- */

/* How many canary steps lead to `share`. */
static int steps_to(const struct model *model, int share)
{
    int percents[CANARY_STEPS_MAX], steps = 0;
    int count = canary_read(model->settings->canary, percents);
    int percent = model->run.target == COLOUR_GREEN ? share : 100 - share;

    while (steps < count && percents[steps] <= percent)
        steps++;
    return steps + (percent == 100);
}

/* What was counted before the cut is lost: the receipt is of what comes from now on. */
static void count_afresh(struct run *run, const struct traffic *traffic)
{
    const struct traffic_point *last = traffic_last(traffic);

    if (last == NULL)
        return;
    run->receipt_begin = *last;
    receipt_open(&run->receipt, last, colour_other(run->target), run->target);
}

static void resume_switched(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    int share = model_share(&core->model);

    if (core->model.recall.remains.state == RUN_SPLIT && share != SHARE_UNKNOWN)
        run->share_after = share; /* all have come to it since */
    int steps = steps_to(&core->model, run->share_after);

    recall_rollout(core, false);
    count_afresh(run, &core->model.traffic);
    run->share_since_ms = run->entered_ms;
    run->canary_step = steps;
    if (run->state == RUN_WATCHING) {
        run->canary_step = steps - 1; /* which the action counts */
        action_watch(core, effects);
    } else if (run->state == RUN_STEP_GATE) {
        action_open_gate(core, effects);
        ask_everything_afresh(core);
    } else {
        action_revert(core, effects);
    }
}

static void resume_switching(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    recall_rollout(core, false);
    count_afresh(run, &core->model.traffic);
    run->canary_step = steps_to(&core->model, core->model.recall.remains.from);
    action_ask_outcome(core, effects);
}

static void resume_split(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    recall_rollout(core, false);
    count_afresh(run, &core->model.traffic);
    run->canary_step = steps_to(&core->model, core->model.recall.remains.from);
    action_find_split(core, effects);
}

static void end_as_found(struct core *core)
{
    const struct model *model = &core->model;
    struct run *run = &core->model.run;
    struct resumption resumption = resume_look(model);
    struct str reason = str_on(run->reason, sizeof run->reason);

    str_add(&reason, resumption.why);
    if (model->recall.remains.state == RUN_HANDING_OVER)
        moment_tell_cut(model, &reason);
    str_copy(run->advice, sizeof run->advice,
             "bgconsole status tells what is true now");
}

void action_resume(struct core *core, struct effects *effects)
{
    struct model *model = &core->model;
    struct rollout *rollout = &model->run.rollout;

    model->run.recalled = false;
    switch (model->run.state) {
    case RUN_DEPLOYING:
        recall_rollout(core, true);
        break;
    case RUN_FAILING:
        recall_rollout(core, true);
        rollout->stopping = true;
        break;
    case RUN_CANCELLING:
        recall_rollout(core, true);
        rollout_cancel(rollout);
        break;
    case RUN_READING_CONFIG:
        recall_rollout(core, false);
        action_read_config(core, effects);
        break;
    case RUN_VERIFYING:
        recall_rollout(core, false);
        action_verify(core, effects);
        break;
    case RUN_SWITCHING:
        resume_switching(core, effects);
        break;
    case RUN_SPLIT:
        resume_split(core, effects);
        break;
    case RUN_CONTRACT_GATE:
        recall_rollout(core, false);
        action_open_contract(core, effects);
        break;
    case RUN_STEP_GATE:
    case RUN_WATCHING:
    case RUN_REVERTING:
        resume_switched(core, effects);
        break;
    default:
        end_as_found(core);
        break;
    }
    model->recall = (struct recall){.count = 0};
}

void action_leave_resume(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    if (run->cause == IN_ABORT)
        str_copy(run->reason, sizeof run->reason, "left by the operator");
    else
        run_end_explain(core);
    str_copy(run->advice, sizeof run->advice,
             "the run stands as it was cut off; mend what is named, then resume again");
}

void action_verify_again(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    run->reason[0] = run->advice[0] = '\0';
    run->change = (struct change){.kind = CHANGE_NONE};
    run->epoch = core->model.hold.epoch;
    say(core, TRANSCRIPT_CONSOLE, LINE_NOTE,
        "the switch did not reach the load balancer before the cut: verified again");
    action_verify(core, effects);
}
