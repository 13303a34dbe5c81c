#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/drift.h"
#include "core/say.h"

static bool receipt_is_open(enum run_state state)
{
    switch (state) {
    case RUN_SWITCHING:
    case RUN_SWITCH_UNKNOWN:
    case RUN_HOLDING:
    case RUN_STEP_GATE:
    case RUN_WATCHING:
    case RUN_FINISH_GATE:
    case RUN_REVERTING:
    case RUN_FINISHING:
        return true;
    default:
        return false;
    }
}

static void note_share(struct core *core, int before, int after)
{
    enum colour live;

    if (before == after)
        return;
    core->model.balancers[0].live_since_ms =
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
    struct balancer *balancer = &core->model.balancers[0];
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
    core->model.front.uncounted = 0;
    ask_sampled(core);
    fleet_take_servers(&core->model.fleet, sample->servers, sample->server_count);
    if (receipt_is_open(run->state) && run->receipt_begin.at_ms > 0)
        receipt_update(&run->receipt, &run->receipt_begin,
                       traffic_last(&core->model.traffic), run->own_requests);
}

void take_sample_failed(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct balancer *balancer = &core->model.balancers[0];

    (void)effects;
    if (!str_equal(balancer->trouble, event->failure.text))
        say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "%s", event->failure.text);
    balancer->sampled = false;
    str_copy(balancer->trouble, sizeof balancer->trouble, event->failure.text);
}

static void take_lease_told(struct core *core, const struct event *event)
{
    struct lease *lease = &core->model.balancers[0].lease;
    struct hold *hold = &core->model.hold;
    int64_t now_ms = core->model.now.mono_ms;

    *lease = *event->status.lease;
    if (lease->state == LEASE_HELD) {
        lease->since_ms = now_ms - event->status.lease_since_ms;
        lease->until_ms = now_ms + event->status.lease_left_ms;
    }
    if (hold->state != HOLD_OURS || lease->epoch <= hold->epoch)
        return;
    hold->state = HOLD_LOST;
    lease_sentence(&core->model, hold->trouble, sizeof hold->trouble);
    say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "the lease is lost: %s", hold->trouble);
}

static void take_fuse_told(struct core *core, const struct event *event)
{
    struct fuse *fuse = &core->model.balancers[0].fuse;
    enum fuse_state before = fuse->state;

    *fuse = *event->status.fuse;
    fuse->until_ms = core->model.now.mono_ms + event->status.fuse_left_ms;
    if (fuse->state == before)
        return;
    if (fuse->state == FUSE_FIRED)
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "the load balancer took an unconfirmed switch back: green has %d %%",
            fuse->to);
    if (fuse->state == FUSE_HELD)
        say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "the fuse is due and held: %s",
            fuse->held);
}

void take_status(struct core *core, const struct event *event, struct effects *effects)
{
    struct balancer *balancer = &core->model.balancers[0];

    (void)effects;
    ask_answered_status(core, true);
    balancer->asked_ms = core->model.now.mono_ms;
    str_copy(balancer->status_trouble, sizeof balancer->status_trouble,
             event->status.trouble);
    str_copy(balancer->helper_sha256, sizeof balancer->helper_sha256,
             event->status.helper_sha256);
    str_copy(balancer->haproxy_version, sizeof balancer->haproxy_version,
             event->status.haproxy_version);
    balancer->status_share = event->status.runtime_share;
    balancer->epoch = event->status.epoch;
    balancer->seq = event->status.seq;
    balancer->intent_open = event->status.intent_open;
    balancer->old_workers = event->status.old_workers;
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++)
        balancer->old_sessions[colour] = event->status.old_sessions[colour];
    balancer->maintenance = event->status.maintenance;
    take_lease_told(core, event);
    take_fuse_told(core, event);
    balancer->config_edited = event->status.config_edited;
    str_copy(balancer->config_note, sizeof balancer->config_note,
             event->status.config_note);
    if (event->status.contract != NULL)
        balancer->contract = *event->status.contract;
    if (!balancer->sampled)
        balancer->disk_share = event->status.disk_share;
}

void take_status_failed(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct balancer *balancer = &core->model.balancers[0];

    (void)effects;
    ask_answered_status(core, false);
    balancer->asked_ms = core->model.now.mono_ms;
    str_copy(balancer->status_trouble, sizeof balancer->status_trouble,
             event->failure.text);
}
