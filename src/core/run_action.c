#include "core/run_action.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/evidence.h"
#include "core/run_end.h"

#include <stdio.h>
#include <string.h>

void guard_is_deploy(const struct model *model, struct why *why)
{
    if (model->run.kind != RUN_DEPLOY)
        why_add(why, "it is a rollback");
}

void guard_is_rollback(const struct model *model, struct why *why)
{
    if (model->run.kind != RUN_ROLLBACK)
        why_add(why, "it is a deploy");
}

void guard_ends_known(const struct model *model, struct why *why)
{
    if (rollout_first_lost(&model->run.rollout) >= 0)
        why_add(why, "the end of a job is not known");
}

void guard_journal_serves(const struct model *model, struct why *why)
{
    if (model->journal_lost)
        why_add(why, "the journal cannot be written: the jobs end by their own limits");
}

void action_begin_deploy(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    const char *ref = core->wanted.ref;

    (void)effects;
    run->kind = RUN_DEPLOY;
    str_copy(run->ref, sizeof run->ref,
             ref[0] != '\0' ? ref : core->model.settings->branch);
    ask_everything_afresh(core);
}

void action_begin_rollback(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    run->kind = RUN_ROLLBACK;
    run->returns = core->return_wanted;
    run->target = core->return_to;
    core->return_wanted = false;
    ask_everything_afresh(core);
}

void action_open_gate(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.gate = ++core->gates;
}

/* The targets are the hosts that carry the target colour's tag now. */
static void gather_targets(struct core *core)
{
    struct run *run = &core->model.run;
    const struct fleet *fleet = &core->model.fleet;
    enum host_role role = role_of_colour(run->target);

    rollout_init(&run->rollout, core->model.recipe,
                 (int)core->model.settings->parallel);
    for (int host = fleet_next(fleet, role, -1); host >= 0;
         host = fleet_next(fleet, role, host))
        rollout_add(&run->rollout, host);
}

void action_start_jobs(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    char stamp[CLOCK_STAMP_SIZE];

    (void)effects; /* ask_what_is_due() begins the steps, now and later */
    clock_stamp_utc(core->model.now.wall_ms, stamp);
    snprintf(run->release, sizeof run->release, "%.20s-%.7s", stamp, run->sha);
    gather_targets(core);
}

void action_stop_jobs(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.rollout.stopping = true;
}

void action_cancel_jobs(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;

    rollout_cancel(rollout);
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        if (target->step >= rollout->step_count ||
            !job_is_open(target->jobs[target->step].state))
            continue;
        struct effect *cancel = ask(core, effects, FX_JOB_CANCEL, target->host);
        if (cancel != NULL)
            cancel->step = target->step;
    }
}

void action_verify(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    if (run->kind == RUN_ROLLBACK)
        gather_targets(core);
    for (int i = 0; i < run->rollout.count; i++) {
        run->tries[i] = 0;
        health_reset(&core->model.fleet.hosts[run->rollout.targets[i].host].health);
    }
    ask_everything_afresh(core);
}

/* Whether a probe of the target said bad last, or HAProxy does not have it ready. */
static bool target_is_sick(const struct model *model, const struct target *target)
{
    const struct host *host = &model->fleet.hosts[target->host];
    return host->health.state != HEALTH_OK || host->health.bad_streak > 0;
}

void action_diagnose(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;

    run_end_explain(core); /* while the evidence is what it was */
    if (!evidence_is_idle(&core->model, core->model.run.target) ||
        !rollout_open_diagnosis(rollout, core->model.recipe))
        return;
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        if (!target_is_sick(&core->model, target))
            continue;
        struct effect *start = ask(core, effects, FX_JOB_START, target->host);
        if (start == NULL)
            continue;
        start->step = target->step;
        rollout_begin(rollout, i, core->model.now.mono_ms);
    }
}

static void ask_for_switch(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    run->switch_tries++;
    run->switch_ms = core->model.now.mono_ms;
    run->switch_open = ask(core, effects, FX_SWITCH, core->model.balancer.host) != NULL;
}

void action_switch(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    const struct traffic_point *last = traffic_last(&core->model.traffic);

    run->seq = core->model.balancer.seq + 1;
    run->share_before = core->model.balancer.runtime_share;
    run->share_after = share_of(run->target);
    snprintf(run->nonce, sizeof run->nonce, "%s-%lld", run->id, (long long)run->seq);
    if (last != NULL) {
        run->receipt_begin = *last;
        receipt_open(&run->receipt, last, colour_other(run->target), run->target);
    }
    ask_for_switch(core, effects);
}

enum { SWITCH_RETRY_MS = 2000 };

void action_switch_again(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    if (run->retry_ms == 0)
        run->retry_ms = core->model.now.mono_ms + SWITCH_RETRY_MS;
    else if (core->model.now.mono_ms >= run->retry_ms) {
        run->retry_ms = 0;
        ask_for_switch(core, effects);
    }
}

void action_note_abort(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.abort_wanted = true;
}

void action_read_reality(struct core *core, struct effects *effects)
{
    (void)effects;
    ask_everything_afresh(core);
}

void action_watch(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    run->reason[0] = run->advice[0] =
        '\0';              /* an answer that reality did not bear out */
    run->own_requests = 1; /* the helper's, through the frontend */
    run->deadline_ms = run->entered_ms + core->model.settings->watch_s * 1000;
    core->model.balancer.live_since_ms = run->entered_ms;
    ask_everything_afresh(core);
}

void action_stop(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_explain(core);
}

void action_abort(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_abort(core);
}

void action_lose(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_unknown(core);
}

void action_finish(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_finish(core);
}

void action_return(struct core *core, struct effects *effects)
{
    (void)effects;
    core->return_wanted = true;
    core->return_to = colour_other(core->model.run.target);
    run_end_return(core);
}

void action_leave(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_unconfirmed(core);
}
