#include "core/run_end_words.h"

struct str run_end_reason(struct run *run)
{
    return str_on(run->reason, sizeof run->reason);
}

void run_end_advise(struct run *run, const char *words)
{
    str_copy(run->advice, sizeof run->advice, words);
}

void run_end_add_reasons(struct str *reason, const struct why *why)
{
    for (int i = 0; i < why->count; i++)
        str_addf(reason, "%s%s", i > 0 ? "; " : "", why->lines[i]);
    if (why->more > 0)
        str_addf(reason, "; and %d more", why->more);
}

void run_end_tell_target(const struct model *model, int place, struct str *reason)
{
    const struct target *target = &model->run.rollout.targets[place];
    const struct host *host = &model->fleet.hosts[target->host];
    const struct job *job = &target->jobs[target->step];
    const char *step = model->recipe->steps[target->step].name;

    if (job->state == JOB_LOST)
        str_addf(reason, "%s: %s: its end is not known: %s", host->droplet.name, step,
                 host->trouble[0] != '\0' ? host->trouble : "the host does not answer");
    else
        str_addf(reason, "%s: %s ended with %d", host->droplet.name, step, job->rc);
}
