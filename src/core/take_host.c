#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/say.h"

#include <stdio.h>
#include <string.h>

/* What a host says of a job of the run that was cut off: the journal alone does not
 * know how it ended. */
static void tell_of_recalled_job(struct core *core, int host,
                                 const struct host_facts *before,
                                 const struct host_facts *after)
{
    const char *run = core->model.recall.run;
    bool news = before->at_ms == 0 || before->job_running != after->job_running;

    if (run[0] == '\0' || !str_starts(after->job, run) ||
        after->job[strlen(run)] != ' ' || !news)
        return;
    char end[32] = "still runs", text[RECALL_LINE_MAX];
    const char *step = after->job + strlen(run) + 1;
    if (!after->job_running)
        snprintf(end, sizeof end, "ended with %d", after->job_rc);
    snprintf(text, sizeof text, "%s: %s %s", core->model.fleet.hosts[host].droplet.name,
             step, end);
    recall_add(&core->model.recall, text);
    say(core, host, LINE_WARNING, "%s of the run that was cut off %s", step, end);
}

void take_facts(struct core *core, const struct event *event, struct effects *effects)
{
    struct host *host = &core->model.fleet.hosts[event->host];

    (void)effects;
    tell_of_recalled_job(core, event->host, &host->facts, event->facts);
    host->reach = REACH_OK;
    host->reach_ms = core->model.now.mono_ms;
    host->trouble[0] = '\0';
    host->facts = *event->facts;
    host->facts.at_ms = core->model.now.mono_ms;
    ask_answered_facts(core, event->host, true);
}

void take_facts_failed(struct core *core, const struct event *event,
                       struct effects *effects)
{
    struct host *host = &core->model.fleet.hosts[event->host];

    (void)effects;
    ask_answered_facts(core, event->host, false);
    if (!str_equal(host->trouble, event->failure.text))
        say(core, event->host, LINE_WARNING, "%s", event->failure.text);
    host->reach = REACH_FAILED;
    host->reach_ms = core->model.now.mono_ms;
    host->reach_code = (int)event->failure.code;
    str_copy(host->trouble, sizeof host->trouble, event->failure.text);
}

void take_shared(struct core *core, const struct event *event, struct effects *effects)
{
    struct host *host = &core->model.fleet.hosts[event->host];

    (void)effects;
    host->shared = *event->shared;
    host->shared_ms = core->model.now.mono_ms;
    ask_answered_shared(core, event->host, true);
}

/* Why it does not answer, its facts tell as well. */
void take_shared_failed(struct core *core, const struct event *event,
                        struct effects *effects)
{
    (void)effects;
    ask_answered_shared(core, event->host, false);
}

void take_resolved(struct core *core, const struct event *event,
                   struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    if (run->state != RUN_PREFLIGHT || run->sha[0] != '\0')
        return; /* the plan that is agreed to names one sha */
    str_copy(run->sha, sizeof run->sha, event->sha);
    run->ref_trouble[0] = '\0';
}

void take_resolve_failed(struct core *core, const struct event *event,
                         struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    if (run->sha[0] == '\0')
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

/* HAProxy counts our own requests among its clients'. It answers a redirect by itself,
 * in no backend's name. */
static void count_own_request(struct run *run, struct front *front)
{
    if (front->out_of_reach)
        return;
    front->uncounted++;
    if (run->receipt_begin.at_ms > 0)
        run->own_requests[run->target]++;
}

void take_front_probe(struct core *core, const struct event *event,
                      struct effects *effects)
{
    const struct settings *settings = core->model.settings;
    struct run *run = &core->model.run;
    struct front *front = &core->model.front;
    enum front_state before = front_state(front);

    (void)effects;
    ask_answered_front(core);
    front_take(front, event->probe, core->model.now.mono_ms, (int)settings->health_rise,
               (int)settings->health_fall);
    count_own_request(run, front);
    if (front_state(front) == before || front_state(front) == FRONT_UNKNOWN)
        return;
    char sentence[FRONT_SENTENCE_MAX];
    front_sentence(front, settings, sentence, sizeof sentence);
    say(core, TRANSCRIPT_CONSOLE, front_state(front) == FRONT_OK ? LINE_GOOD : LINE_BAD,
        "%s: %s", run->stage >= STAGE_WATCH ? "through the frontend" : "the preview",
        sentence);
}
