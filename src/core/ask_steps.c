#include "core/ask_steps.h"

#include "core/ask.h"
#include "core/moment.h"

static enum recipe_when when_of(const struct core *core, int target)
{
    return core->model.recipe->steps[core->model.run.rollout.targets[target].step].when;
}

void ask_for_next_steps(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    struct why why;

    why_clear(&why);
    if (!hold_serves(&core->model, &why))
        return;
    for (;;) {
        int i = rollout_next(rollout);
        if (i < 0 || !moment_allows(core->model.run.state, when_of(core, i)))
            return;
        struct effect *start =
            ask(core, effects, FX_JOB_START, rollout->targets[i].host);
        if (start == NULL)
            return;
        start->step = rollout->targets[i].step;
        rollout_begin(rollout, i, core->model.now.mono_ms);
    }
}

/* How a job is asked about whose line dropped: followed from the byte that we have; or
 * started once more where the host never said that it has it, which needs what any
 * start needs, and attaches where the first one came through; or cancelled, where it
 * shall end. */
static enum effect_type effect_for_cut(const struct core *core, const struct job *job)
{
    struct why why;

    why_clear(&why);
    if (core->model.journal_lost)
        return FX_JOB_FOLLOW;
    if (core->model.run.rollout.cancelling)
        return FX_JOB_CANCEL;
    bool may_start = moment_begins_steps(core->model.run.state) &&
                     !core->model.run.rollout.stopping &&
                     hold_serves(&core->model, &why);
    return job->heard || !may_start ? FX_JOB_FOLLOW : FX_JOB_START;
}

void ask_for_cut_jobs(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    int64_t now_ms = core->model.now.mono_ms;

    for (int i = 0; i < rollout->count; i++) {
        struct target *target = &rollout->targets[i];
        const struct job *job = rollout_job(rollout, i);
        if (job == NULL || job->state != JOB_CUT || now_ms < job->retry_ms)
            continue;
        struct effect *again =
            ask(core, effects, effect_for_cut(core, job), target->host);
        if (again == NULL)
            return;
        again->step = target->step;
        again->offset = job->offset;
        rollout_ask_again(rollout, i, now_ms);
    }
}

int64_t ask_steps_next_ms(const struct core *core)
{
    const struct rollout *rollout = &core->model.run.rollout;
    int64_t next_ms = INT64_MAX;

    for (int i = 0; i < rollout->count; i++) {
        const struct job *job = rollout_job(rollout, i);
        if (job != NULL && job->state == JOB_CUT && job->retry_ms < next_ms)
            next_ms = job->retry_ms;
    }
    return next_ms;
}
