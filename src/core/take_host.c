#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/say.h"

void take_facts(struct core *core, const struct event *event, struct effects *effects)
{
    struct host *host = &core->model.fleet.hosts[event->host];

    (void)effects;
    ask_answered_facts(core, event->host);
    host->reach = REACH_OK;
    host->reach_ms = core->model.now.mono_ms;
    host->trouble[0] = '\0';
    host->facts = *event->facts;
    host->facts.at_ms = core->model.now.mono_ms;
}

void take_facts_failed(struct core *core, const struct event *event,
                       struct effects *effects)
{
    struct host *host = &core->model.fleet.hosts[event->host];

    (void)effects;
    ask_answered_facts(core, event->host);
    if (!str_equal(host->trouble, event->failure.text))
        say(core, event->host, LINE_WARNING, "%s", event->failure.text);
    host->reach = REACH_FAILED;
    host->reach_ms = core->model.now.mono_ms;
    host->reach_code = (int)event->failure.code;
    str_copy(host->trouble, sizeof host->trouble, event->failure.text);
}

void take_resolved(struct core *core, const struct event *event,
                   struct effects *effects)
{
    (void)effects;
    str_copy(core->model.run.sha, sizeof core->model.run.sha, event->sha);
}

void take_resolve_failed(struct core *core, const struct event *event,
                         struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    str_copy(run->ref_trouble, sizeof run->ref_trouble, event->failure.text);
}

void take_probe(struct core *core, const struct event *event, struct effects *effects)
{
    struct host *host = &core->model.fleet.hosts[event->host];
    const struct settings *settings = core->model.settings;
    struct run *run = &core->model.run;

    (void)effects;
    ask_answered_probe(core, event->host);
    bool known = host->health.state != HEALTH_UNKNOWN;
    if (health_take(&host->health, event->probe, core->model.now.mono_ms,
                    (int)settings->health_rise, (int)settings->health_fall) &&
        (known || host->health.state == HEALTH_SICK))
        say(core, event->host, host->health.state == HEALTH_OK ? LINE_GOOD : LINE_BAD,
            "health: %s (%s)", health_state_name(host->health.state),
            probe_reason_help(event->probe->reason));
    if (run->state == RUN_VERIFYING) {
        for (int i = 0; i < run->rollout.count; i++)
            run->tries[i] += run->rollout.targets[i].host == event->host;
    }
}
