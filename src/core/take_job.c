#include "core/takers.h"

#include "base/str.h"
#include "core/say.h"

/* The index of the target whose present job the event is about; -1: that job has ended
 * for us, its host has gone on to another step, or is no target. */
static int target_of_event(const struct rollout *rollout, const struct event *event)
{
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        if (target->host == event->host)
            return target->step == event->step && event->step >= 0 &&
                           job_is_open(target->jobs[event->step].state)
                       ? i
                       : -1;
    }
    return -1;
}

static const char *step_name(const struct core *core, int step)
{
    return core->model.recipe->steps[step].name;
}

void take_job_running(struct core *core, const struct event *event,
                      struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    int target = target_of_event(rollout, event);

    (void)effects;
    if (target >= 0)
        rollout_running(rollout, target);
}

void take_job_line(struct core *core, const struct event *event,
                   struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    int target = target_of_event(rollout, event);

    (void)effects;
    if (target >= 0)
        rollout->targets[target].jobs[event->step].offset = event->job.offset;
    transcript_add(&core->model.transcript, core->model.now.wall_ms, event->host,
                   event->step, LINE_OUTPUT, event->job.line);
}

void take_job_ended(struct core *core, const struct event *event,
                    struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    int target = target_of_event(rollout, event);

    (void)effects;
    if (target < 0)
        return;
    rollout_ended(rollout, target, event->job.rc, core->model.now.mono_ms);
    if (event->job.rc == 0)
        say(core, event->host, LINE_GOOD, "%s: done", step_name(core, event->step));
    else
        say(core, event->host, LINE_BAD, "%s: ended with %d",
            step_name(core, event->step), event->job.rc);
}

/* The job goes on without us: the host is asked again, for a while. */
void take_job_cut(struct core *core, const struct event *event, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    struct host *host = &core->model.fleet.hosts[event->host];
    int target = target_of_event(rollout, event);

    (void)effects;
    if (target < 0)
        return;
    bool is_news = rollout->targets[target].jobs[event->step].cut_ms == 0 ||
                   !str_equal(host->trouble, event->failure.text);
    str_copy(host->trouble, sizeof host->trouble, event->failure.text);
    if (rollout_cut(rollout, target, core->model.now.mono_ms)) {
        if (is_news)
            say(core, event->host, LINE_WARNING, "%s: %s; asking again",
                step_name(core, event->step), event->failure.text);
    } else {
        rollout_lost(rollout, target, core->model.now.mono_ms);
        say(core, event->host, LINE_BAD, "%s: %s; its end is not known",
            step_name(core, event->step), event->failure.text);
    }
}

void take_job_refused(struct core *core, const struct event *event,
                      struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    struct host *host = &core->model.fleet.hosts[event->host];
    int target = target_of_event(rollout, event);

    (void)effects;
    if (target < 0)
        return;
    str_copy(host->trouble, sizeof host->trouble, event->failure.text);
    rollout_lost(rollout, target, core->model.now.mono_ms);
    say(core, event->host, LINE_BAD, "%s: %s", step_name(core, event->step),
        event->failure.text);
}
