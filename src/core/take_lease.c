#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/say.h"

enum { ASK_AGAIN_MS = 2000, WAIT_MS = 3000 };

static int64_t later(const struct core *core, int64_t ms)
{
    return core->model.now.mono_ms + ms;
}

static void remember_holder(struct core *core, const struct event *event)
{
    struct lease *lease = &core->model.balancer.lease;

    *lease = *event->lease.holder;
    lease->state = LEASE_HELD;
    lease->epoch = event->lease.epoch;
    lease->since_ms = later(core, -event->lease.since_ms);
    lease->until_ms = later(core, event->lease.left_ms);
}

/* While somebody else held the lease the world may have changed. A deploy goes to the
 * colour that is idle now; a switch keeps to the colour that its operator meant. What
 * an engine asked for that is gone may have happened up to this very moment, and later
 * can not. */
static void look_again(struct core *core)
{
    struct run *run = &core->model.run;

    if (run->state != RUN_PREFLIGHT)
        return;
    run->begun_ms = core->model.now.mono_ms;
    if (run->kind == RUN_DEPLOY && !run->recalled)
        run->target_known = false;
    configure_begin(&core->model.configure, core->model.now.mono_ms);
    ask_everything_afresh(core);
}

static void take_granted(struct core *core, const struct event *event)
{
    struct hold *hold = &core->model.hold;

    bool granted = hold->state == HOLD_NONE;
    if (hold->waited || (granted && core->model.run.resumed))
        look_again(core);
    hold->waited = false;
    if (granted)
        hold->epoch = event->lease.epoch;
    hold->state = HOLD_OURS;
    hold->confirmed_ms = hold->asked_ms;
    hold->due_ms = hold->asked_ms + LEASE_RENEW_MS;
    hold->busy = false;
    hold->trouble[0] = '\0';
}

static void take_lost(struct core *core, const char *message)
{
    struct hold *hold = &core->model.hold;

    hold->state = HOLD_LOST;
    str_copy(hold->trouble, sizeof hold->trouble, message);
    say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "the lease is lost: %s", message);
}

static void take_refused(struct core *core, const struct event *event)
{
    struct hold *hold = &core->model.hold;

    bool taken = event->lease.holder != NULL || str_equal(event->lease.code, "stale");

    if (hold->state == HOLD_OURS && taken) {
        take_lost(core, event->lease.message);
        return;
    }
    hold->busy = str_equal(event->lease.code, "busy");
    hold->waited = hold->waited || hold->busy;
    if (hold->busy && event->lease.holder != NULL)
        remember_holder(core, event);
    str_copy(hold->trouble, sizeof hold->trouble, event->lease.message);
    hold->due_ms = later(core, core->model.wait_lease ? WAIT_MS : ASK_AGAIN_MS);
}

/* Which of the three it was that is answered, the state of our claim says. */
void take_lease_answer(struct core *core, const struct event *event,
                       struct effects *effects)
{
    struct hold *hold = &core->model.hold;

    (void)effects;
    hold->asked = false;
    if (hold->state == HOLD_RELEASING) {
        *hold = (struct hold){.state = HOLD_NONE};
        core->model.balancer.lease.state = LEASE_RELEASED;
        core->schedule.status_ms = 0; /* it was asked seldom in the run */
    } else if (event->lease.ok) {
        take_granted(core, event);
    } else {
        take_refused(core, event);
    }
}

void take_lease_failed(struct core *core, const struct event *event,
                       struct effects *effects)
{
    struct hold *hold = &core->model.hold;

    (void)effects;
    hold->asked = false;
    hold->due_ms = later(core, ASK_AGAIN_MS);
    if (hold->state == HOLD_RELEASING) {
        *hold = (struct hold){.state = HOLD_NONE};
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "the lease could not be given back (%s): it ends by itself within %d s",
            event->failure.text, LEASE_TTL_S);
        return;
    }
    hold->busy = false;
    str_copy(hold->trouble, sizeof hold->trouble, event->failure.text);
}

void take_extended(struct core *core, const struct event *event,
                   struct effects *effects)
{
    struct schedule *schedule = &core->schedule;
    int64_t fuse_ms = core->model.settings->fuse_s * 1000;

    (void)effects;
    schedule->extend_asked = false;
    schedule->extend_ms = later(core, ASK_AGAIN_MS);
    if (!event->answer.ok) {
        schedule->status_ms = 0; /* what became of the fuse, its status tells */
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING, "the fuse gets no more time: %s",
            event->answer.message);
        return;
    }
    schedule->extend_ms = later(core, fuse_ms / 3);
    if (event->answer.fuse_left_ms >= 0)
        core->model.balancer.fuse.until_ms = later(core, event->answer.fuse_left_ms);
}
