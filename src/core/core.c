#include "core/core.h"

#include "core/ask.h"
#include "core/ask_lease.h"
#include "core/judge.h"
#include "core/take.h"

#include <string.h>

void core_init(struct core *core, const struct settings *settings,
               const struct recipe *recipe, struct policy policy, uint32_t salt)
{
    memset(core, 0, sizeof *core);
    core->model.settings = settings;
    core->model.recipe = recipe;
    core->policy = policy;
    core->model.read_only = policy.observe_only;
    core->model.wait_lease = policy.wait_lease;
    core->model.config_managed = settings->config_mode == CONFIG_MANAGED;
    core->salt = salt;
    settings_env_name(settings, core->model.env, sizeof core->model.env);
    fleet_init(&core->model.fleet);
    traffic_init(&core->model.traffic);
    transcript_init(&core->model.transcript);
    balancer_init(&core->model.balancers[0], -1);
    core->model.balancer_count = 1;
}

/* Whether the question was asked so long ago that its answer is no evidence now. */
static bool is_past(const struct core *core, const struct event *event)
{
    switch (event->type) {
    case EV_BALANCER_STATUS:
    case EV_BALANCER_FAILED:
        return event->ticket.attempt <= core->horizon ||
               balancers_place(&core->model, event->host) < 0;
    case EV_FLEET_LISTED:
    case EV_FLEET_FAILED:
    case EV_EVENTS:
    case EV_EVENTS_FAILED:
    case EV_CONFIG:
    case EV_CONFIG_CHECKED:
    case EV_CONFIG_FAILED:
    case EV_FACTS:
    case EV_FACTS_FAILED:
    case EV_SHARED:
    case EV_SHARED_FAILED:
    case EV_PROBED:
    case EV_FRONT_PROBED:
        return event->ticket.attempt <= core->horizon;
    case EV_SAMPLE:
    case EV_SAMPLE_FAILED:
        return balancers_place(&core->model, event->host) < 0;
    case EV_CHANGE_ANSWERED:
    case EV_CHANGE_SILENT:
    case EV_RESOLVED:
    case EV_RESOLVE_FAILED:
    case EV_JOB_RUNNING:
    case EV_JOB_LINE:
    case EV_JOB_ENDED:
    case EV_JOB_CUT:
    case EV_JOB_REFUSED:
    case EV_HOOK_ENDED:
        return event->ticket.run != core->model.run.number;
    default:
        return false;
    }
}

/* Several steps of the run may follow from one event: a gate opens and the policy
 * answers it. No chain of the table is longer. A run's end is the last step of its
 * turn, so that its record is written before another run begins. */
enum { STEPS_MAX = 16 };

static void follow_up(struct core *core, struct effects *effects)
{
    struct why why;

    for (int i = 0; i < STEPS_MAX; i++) {
        enum run_input input = judge(core);
        if (input == RUN_INPUT_COUNT || !run_take(core, input, effects, &why))
            break;
        if (!run_is_open(core->model.run.state))
            break;
    }
}

void core_step(struct core *core, const struct event *event, struct effects *effects)
{
    core->model.now = event->now;
    if (is_past(core, event))
        return;
    take_event(core, event, effects);
    if (core->policy.reads_config)
        configure_follow(&core->model, true);
    follow_up(core, effects);
    ask_what_is_due(core, effects);
}

int64_t core_deadline(const struct core *core)
{
    return core->return_wanted ? core->model.run.entered_ms + 1 : ask_next_ms(core);
}

bool core_is_busy_with_run(const struct core *core)
{
    return run_is_open(core->model.run.state) || core->return_wanted;
}

bool core_is_busy(const struct core *core)
{
    return core_is_busy_with_run(core) || ask_lease_is_open(core);
}
