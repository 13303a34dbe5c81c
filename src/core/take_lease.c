#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/say.h"

enum { ASK_AGAIN_MS = 2000, WAIT_MS = 3000 };

static int64_t later(const struct core *core, int64_t ms)
{
    return core->model.now.mono_ms + ms;
}

static void remember_holder(struct core *core, int place, const struct event *event)
{
    struct lease *lease = &core->model.balancers[place].lease;

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

/* It is ours when all that take part have granted it, under one epoch. */
static void settle(struct model *model)
{
    struct hold *hold = &model->hold;
    int64_t oldest_ms = INT64_MAX;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct grant *grant = &model->balancers[i].grant;
        if (grant->epoch != hold->epoch)
            return;
        if (grant->confirmed_ms < oldest_ms)
            oldest_ms = grant->confirmed_ms;
    }
    hold->state = HOLD_OURS;
    hold->confirmed_ms = oldest_ms;
}

static void take_granted(struct core *core, int place, const struct event *event)
{
    struct hold *hold = &core->model.hold;
    struct grant *grant = &core->model.balancers[place].grant;

    bool was_ours = hold->state == HOLD_OURS;
    if (hold->waited)
        look_again(core);
    hold->waited = false;
    grant->epoch = event->lease.epoch;
    grant->confirmed_ms = grant->asked_ms;
    grant->due_ms = grant->asked_ms + LEASE_RENEW_MS;
    if (grant->epoch > hold->epoch)
        hold->epoch = grant->epoch;
    if (grant->epoch < hold->epoch)
        grant->due_ms = core->model.now.mono_ms; /* to be raised */
    for (int i = 0; i < core->model.balancer_count; i++) {
        struct grant *other = &core->model.balancers[i].grant;
        if (other->epoch > 0 && other->epoch < hold->epoch)
            other->due_ms = core->model.now.mono_ms;
    }
    hold->busy = false;
    hold->trouble[0] = '\0';
    settle(&core->model);
    if (core->model.run.resumed && hold->state == HOLD_OURS && !was_ours)
        look_again(core);
}

static void take_lost(struct core *core, const char *message)
{
    struct hold *hold = &core->model.hold;

    hold->state = HOLD_LOST;
    str_copy(hold->trouble, sizeof hold->trouble, message);
    say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "the lease is lost: %s", message);
}

/* One of several that was restarted has forgotten whom it granted the lease, and nobody
 * has taken it since: it is asked to grant it again. */
static void take_void(struct core *core, int place)
{
    struct grant *grant = &core->model.balancers[place].grant;

    grant->epoch = 0;
    grant->confirmed_ms = 0;
    grant->due_ms = core->model.now.mono_ms;
    say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
        "%s was restarted: it is asked for the lease again",
        balancers_name(&core->model, place));
}

static void take_refused(struct core *core, int place, const struct event *event)
{
    struct hold *hold = &core->model.hold;
    struct grant *grant = &core->model.balancers[place].grant;
    bool stale = str_equal(event->lease.code, "stale");

    if (stale && event->lease.holder == NULL && core->model.balancer_count > 1 &&
        grant->epoch > 0) {
        take_void(core, place);
        return;
    }
    if (hold->state == HOLD_OURS && (event->lease.holder != NULL || stale)) {
        take_lost(core, event->lease.message);
        return;
    }
    hold->busy = str_equal(event->lease.code, "busy");
    hold->waited = hold->waited || hold->busy;
    if (hold->busy && event->lease.holder != NULL)
        remember_holder(core, place, event);
    str_copy(hold->trouble, sizeof hold->trouble, event->lease.message);
    grant->due_ms = later(core, core->model.wait_lease ? WAIT_MS : ASK_AGAIN_MS);
}

/* Which of the three it was that is answered, the state of our claim says. */
void take_lease_answer(struct core *core, const struct event *event,
                       struct effects *effects)
{
    struct model *model = &core->model;
    int place = balancers_place(model, event->host);

    (void)effects;
    if (place < 0)
        return;
    struct balancer *balancer = &model->balancers[place];
    balancer->grant.asked = false;
    if (model->hold.state == HOLD_RELEASING) {
        balancer->grant.epoch = 0;
        balancer->lease.state = LEASE_RELEASED;
        core->schedule.status_ms[balancer->host] =
            0; /* it was asked seldom in the run */
        if (!hold_is_asked(model))
            hold_drop(model);
    } else if (event->lease.ok) {
        take_granted(core, place, event);
    } else {
        take_refused(core, place, event);
    }
}

void take_lease_failed(struct core *core, const struct event *event,
                       struct effects *effects)
{
    struct model *model = &core->model;
    int place = balancers_place(model, event->host);

    (void)effects;
    if (place < 0)
        return;
    struct grant *grant = &model->balancers[place].grant;
    grant->asked = false;
    grant->due_ms = later(core, ASK_AGAIN_MS);
    if (model->hold.state == HOLD_RELEASING) {
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "the lease could not be given back (%s): it ends by itself within %d s",
            event->failure.text, LEASE_TTL_S);
        if (!hold_is_asked(model))
            hold_drop(model);
        return;
    }
    model->hold.busy = false;
    str_copy(model->hold.trouble, sizeof model->hold.trouble, event->failure.text);
}

void take_extended(struct core *core, const struct event *event,
                   struct effects *effects)
{
    struct schedule *schedule = &core->schedule;
    int64_t fuse_ms = core->model.settings->fuse_s * 1000;
    int place = balancers_place(&core->model, event->host);

    (void)effects;
    if (place < 0)
        return;
    struct balancer *balancer = &core->model.balancers[place];
    schedule->extend_asked[place] = false;
    schedule->extend_ms[place] = later(core, ASK_AGAIN_MS);
    if (!event->answer.ok) {
        schedule->status_ms[balancer->host] =
            0; /* what became of it, its status tells */
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING, "the fuse gets no more time: %s",
            event->answer.message);
        return;
    }
    schedule->extend_ms[place] = later(core, fuse_ms / 3);
    if (event->answer.fuse_left_ms >= 0)
        balancer->fuse.until_ms = later(core, event->answer.fuse_left_ms);
}
