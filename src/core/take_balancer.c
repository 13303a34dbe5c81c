#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/drift.h"
#include "core/run_end.h"
#include "core/say.h"

static bool receipt_is_open(enum run_state state)
{
    return state == RUN_SWITCHING || state == RUN_SWITCH_UNKNOWN ||
           state == RUN_WATCHING || state == RUN_FINISH_GATE;
}

static void note_share(struct core *core, int before, int after)
{
    enum colour live;

    if (before == after)
        return;
    core->model.balancer.live_since_ms =
        before == SHARE_UNKNOWN ? 0 : core->model.now.mono_ms;
    if (share_live(after, &live))
        say(core, TRANSCRIPT_CONSOLE, LINE_NOTE, "HAProxy: %s is live",
            colour_name(live));
    else if (after != SHARE_UNKNOWN)
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "HAProxy: split, %d %% of the requests go to green", after);
    else
        say(core, TRANSCRIPT_CONSOLE, LINE_BAD,
            "HAProxy: the map has no valid share: nobody can say which colour is live");
}

void take_sample(struct core *core, const struct event *event, struct effects *effects)
{
    const struct balancer_sample *sample = event->sample;
    struct balancer *balancer = &core->model.balancer;
    struct run *run = &core->model.run;

    (void)effects;
    note_share(core, balancer->runtime_share, sample->runtime_share);
    if (balancer->trouble[0] != '\0')
        say(core, TRANSCRIPT_CONSOLE, LINE_NOTE, "HAProxy answers again");
    balancer->sampled = true;
    balancer->sampled_ms = core->model.now.mono_ms;
    balancer->trouble[0] = '\0';
    balancer->runtime_share = sample->runtime_share;
    balancer->disk_share = sample->disk_share;
    balancer->map_entries = sample->map_entries;
    balancer->worker_pid = sample->pid;
    balancer->stopping = sample->stopping;
    drift_remember(balancer);
    traffic_take(&core->model.traffic, sample);
    fleet_take_servers(&core->model.fleet, sample->servers, sample->server_count);
    if (receipt_is_open(run->state) && run->receipt_begin.at_ms > 0)
        receipt_update(&run->receipt, &run->receipt_begin,
                       traffic_last(&core->model.traffic), run->own_requests);
}

void take_sample_failed(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct balancer *balancer = &core->model.balancer;

    (void)effects;
    if (!str_equal(balancer->trouble, event->failure.text))
        say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "%s", event->failure.text);
    balancer->sampled = false;
    str_copy(balancer->trouble, sizeof balancer->trouble, event->failure.text);
}

void take_status(struct core *core, const struct event *event, struct effects *effects)
{
    struct balancer *balancer = &core->model.balancer;

    (void)effects;
    ask_answered_status(core, true);
    balancer->asked_ms = core->model.now.mono_ms;
    str_copy(balancer->status_trouble, sizeof balancer->status_trouble,
             event->status.trouble);
    str_copy(balancer->helper_sha256, sizeof balancer->helper_sha256,
             event->status.helper_sha256);
    str_copy(balancer->haproxy_version, sizeof balancer->haproxy_version,
             event->status.haproxy_version);
    balancer->epoch = event->status.epoch;
    balancer->seq = event->status.seq;
    balancer->intent_open = event->status.intent_open;
    balancer->old_workers = event->status.old_workers;
    balancer->config_edited = event->status.config_edited;
    str_copy(balancer->config_note, sizeof balancer->config_note,
             event->status.config_note);
    if (!balancer->sampled)
        balancer->disk_share = event->status.disk_share;
}

void take_status_failed(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct balancer *balancer = &core->model.balancer;

    (void)effects;
    ask_answered_status(core, false);
    balancer->asked_ms = core->model.now.mono_ms;
    str_copy(balancer->status_trouble, sizeof balancer->status_trouble,
             event->failure.text);
}

static bool switch_is_awaited(const struct run *run)
{
    return run->state == RUN_SWITCHING || run->state == RUN_SWITCH_UNKNOWN;
}

/* Codes of the helper after which only what is true counts, not what was answered: the
 * change was begun, and its end did not agree. */
static bool leaves_doubt(const char *code)
{
    static const char *const codes[] = {"unproven", "haproxy", "disk", "state"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (str_equal(code, codes[i]))
            return true;
    }
    return false;
}

static void take_switched(struct core *core, int64_t took_us, struct effects *effects)
{
    struct run *run = &core->model.run;
    struct why why;

    run->receipt.switch_us = took_us;
    core->model.balancer.seq = run->seq;
    core->model.balancer.epoch = run->epoch;
    run_take(core, IN_SWITCHED, effects, &why);
    if (run->abort_wanted)
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "you wanted to abort while the switch was on its way: it has happened; to "
            "go back, roll back");
}

void take_switch_answer(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct run *run = &core->model.run;
    const char *code = event->answer.code;
    struct why why;

    if (!switch_is_awaited(run))
        return;
    run->switch_open = false;
    if (event->answer.ok) {
        take_switched(core, event->answer.took_us, effects);
        return;
    }
    if (str_equal(code, "busy") && run->switch_tries > 1) {
        run_take(core, IN_SILENT, effects,
                 &why); /* with the try that was not answered */
        return;
    }
    run->switch_ms = 0;
    run_end_refused(core, code, event->answer.message);
    if (leaves_doubt(code))
        say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "%s", event->answer.message);
    run_take(core, leaves_doubt(code) ? IN_DOUBTFUL : IN_REFUSED, effects, &why);
}

void take_switch_silent(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct run *run = &core->model.run;
    struct why why;

    if (!switch_is_awaited(run))
        return;
    run->switch_open = false;
    say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
        "%s; whether the switch happened is not known yet", event->failure.text);
    run_take(core, IN_SILENT, effects, &why);
}
