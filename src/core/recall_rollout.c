#include "core/recall_rollout.h"

#include "base/str.h"
#include "core/remains.h"
#include "core/run_action.h"

#include <string.h>

/* Whether the host's newest job is of this run: then it is the host that it was. */
static bool host_remembers(const struct host *host, const char *run)
{
    size_t length = strlen(run);

    return str_starts(host->facts.job, run) && host->facts.job[length] == ' ';
}

static bool is_newest_job(const struct host *host, const char *run, const char *step)
{
    return host_remembers(host, run) &&
           str_equal(host->facts.job + strlen(run) + 1, step);
}

/* What stands of a step: its rc where the journal knows it, else what the host says of
 * it now. One that no host has begun may be begun. */
static enum job_state recall_job(const struct model *model, const struct host *host,
                                 const struct remains_job *job, int step)
{
    const char *run = model->run.id;

    if (job->end == KNOWN_ENDED && job->rc == 0)
        return JOB_OK;
    if (job->end == KNOWN_ENDED)
        return JOB_FAILED;
    if (job->end == KNOWN_LOST)
        return JOB_LOST;
    return is_newest_job(host, run, model->recipe->steps[step].name) ? JOB_CUT
                                                                     : JOB_WAITING;
}

/* A host that was made anew knows nothing of this run: nothing stands there. */
static void recall_steps(struct core *core, int target, bool asks_host)
{
    struct model *model = &core->model;
    struct rollout *rollout = &model->run.rollout;
    const struct host *host = &model->fleet.hosts[rollout->targets[target].host];
    const struct remains_host *known =
        remains_host_find(&model->recall.remains, host->droplet.name);

    if (known == NULL || (asks_host && !host_remembers(host, model->run.id)))
        return;
    while (rollout->targets[target].step < rollout->step_count) {
        int step = rollout->targets[target].step;
        enum job_state state = recall_job(model, host, &known->jobs[step], step);
        if (state == JOB_WAITING)
            return;
        rollout_recall(rollout, target, state, known->jobs[step].rc,
                       model->now.mono_ms);
        if (state != JOB_OK)
            return;
    }
}

void recall_rollout(struct core *core, bool asks_hosts)
{
    struct rollout *rollout = &core->model.run.rollout;

    run_gather_targets(core);
    if (core->model.run.kind != RUN_DEPLOY)
        return;
    for (int i = 0; i < rollout->count; i++)
        recall_steps(core, i, asks_hosts);
}
