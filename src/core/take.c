#include "core/take.h"

#include "base/str.h"
#include "core/ask_lease.h"
#include "core/run_change.h"
#include "core/say.h"
#include "core/takers.h"

static void take_tick(struct core *core, const struct event *event,
                      struct effects *effects)
{
    (void)core;
    (void)event;
    (void)effects;
}

/* What was asked for in this turn, and would have changed the world. */
static void forget_what_was_not_performed(struct core *core)
{
    rollout_take_back(&core->model.run.rollout, core->model.now.mono_ms);
    run_change_forget(core);
    ask_lease_forget(core);
    hook_forget(core);
}

static void take_journal_failed(struct core *core, const struct event *event,
                                struct effects *effects)
{
    struct why why;

    core->model.journal_lost = true;
    forget_what_was_not_performed(core);
    say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "%s; nothing new is begun",
        event->failure.text);
    run_take(core, IN_JOURNAL_LOST, effects, &why);
}

static void take_recalled(struct core *core, const struct event *event,
                          struct effects *effects)
{
    struct recall *recall = &core->model.recall;

    (void)effects;
    if (event->recalled.remains != NULL) {
        recall->remains = *event->recalled.remains;
        return;
    }
    recall_add(recall, event->recalled.line);
    str_copy(recall->run, sizeof recall->run, event->recalled.run);
    say(core, TRANSCRIPT_CONSOLE, LINE_WARNING, "%s", event->recalled.line);
}

static take_fn *const takers[] = {
    [EV_TICK] = take_tick,
    [EV_INTENT] = take_intent,
    [EV_FLEET_LISTED] = take_listing,
    [EV_FLEET_FAILED] = take_listing_failed,
    [EV_SAMPLE] = take_sample,
    [EV_SAMPLE_FAILED] = take_sample_failed,
    [EV_BALANCER_STATUS] = take_status,
    [EV_BALANCER_FAILED] = take_status_failed,
    [EV_LEASE_ANSWERED] = take_lease_answer,
    [EV_LEASE_FAILED] = take_lease_failed,
    [EV_CHANGE_ANSWERED] = take_change_answer,
    [EV_CHANGE_SILENT] = take_change_silent,
    [EV_FUSE_EXTENDED] = take_extended,
    [EV_EVENTS] = take_events,
    [EV_EVENTS_FAILED] = take_events_failed,
    [EV_CONFIG] = take_config,
    [EV_CONFIG_CHECKED] = take_config_checked,
    [EV_CONFIG_FAILED] = take_config_failed,
    [EV_FACTS] = take_facts,
    [EV_FACTS_FAILED] = take_facts_failed,
    [EV_SHARED] = take_shared,
    [EV_SHARED_FAILED] = take_shared_failed,
    [EV_RESOLVED] = take_resolved,
    [EV_RESOLVE_FAILED] = take_resolve_failed,
    [EV_PROBED] = take_probe,
    [EV_FRONT_PROBED] = take_front_probe,
    [EV_JOB_RUNNING] = take_job_running,
    [EV_JOB_LINE] = take_job_line,
    [EV_JOB_ENDED] = take_job_ended,
    [EV_JOB_CUT] = take_job_cut,
    [EV_JOB_REFUSED] = take_job_refused,
    [EV_HOOK_ENDED] = take_hook_ended,
    [EV_JOURNAL_FAILED] = take_journal_failed,
    [EV_RECALLED] = take_recalled,
};

void take_event(struct core *core, const struct event *event, struct effects *effects)
{
    takers[event->type](core, event, effects);
}
