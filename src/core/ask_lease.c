#include "core/ask_lease.h"

#include "base/str.h"
#include "core/ask.h"

static bool has_address(const struct core *core, int place)
{
    int host = core->model.balancers[place].host;

    return host >= 0 && core->model.fleet.hosts[host].address[0] != '\0';
}

static bool is_due(const struct core *core, int64_t due_ms)
{
    return core->model.now.mono_ms >= due_ms;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void ask_hold(struct core *core, struct effects *effects, int place,
                     enum effect_type type)
{
    struct balancer *balancer = &core->model.balancers[place];

    balancer->grant.asked = ask(core, effects, type, balancer->host) != NULL;
    balancer->grant.asked_ms = core->model.now.mono_ms;
}

/* Only what a load balancer told in this run says above which epoch ours must be. An
 * errand may be just for what is wrong there. */
static bool has_told(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];

    return balancer->asked_ms > 0 && balancer->asked_ms >= model->run.begun_ms &&
           (balancer->status_trouble[0] == '\0' || run_is_errand(&model->run));
}

static bool is_wanted(const struct core *core)
{
    const struct model *model = &core->model;

    if (model->run.state != RUN_PREFLIGHT || model->hold.state != HOLD_NONE)
        return false;
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (!has_told(model, i))
            return false;
    }
    return true;
}

/* One after the other, in one order on every console: of two that want the lease at
 * once, the first load balancer chooses. All must be of one epoch; one that has seen a
 * higher one raises the others. */
static int next_to_acquire(const struct core *core)
{
    const struct model *model = &core->model;

    if (hold_is_asked(model))
        return -1;
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct grant *grant = &model->balancers[i].grant;
        if (has_address(core, i) &&
            (grant->epoch == 0 || grant->epoch < model->hold.epoch))
            return i;
    }
    return -1;
}

static bool is_claimed(const struct core *core)
{
    return is_wanted(core) ||
           (core->model.hold.state == HOLD_OURS && core_is_busy_with_run(core));
}

static void acquire(struct core *core, struct effects *effects)
{
    int place = next_to_acquire(core);

    if (place < 0 || !is_due(core, core->model.balancers[place].grant.due_ms))
        return;
    if (core->model.hold.state == HOLD_NONE)
        str_copy(core->model.hold.run, sizeof core->model.hold.run, core->model.run.id);
    ask_hold(core, effects, place, FX_ACQUIRE);
}

static void renew(struct core *core, struct effects *effects)
{
    for (int i = 0; i < core->model.balancer_count; i++) {
        const struct grant *grant = &core->model.balancers[i].grant;
        if (grant->epoch > 0 && !grant->asked && has_address(core, i) &&
            is_due(core, grant->due_ms))
            ask_hold(core, effects, i, FX_RENEW);
    }
}

static void release(struct core *core, struct effects *effects)
{
    for (int i = 0; i < core->model.balancer_count; i++) {
        const struct balancer *balancer = &core->model.balancers[i];
        if (balancer->grant.epoch == 0 || !has_address(core, i))
            continue;
        if (core->model.run.receipt.begin_ms > 0)
            ask(core, effects, FX_PUT_RECEIPT, balancer->host);
        ask_hold(core, effects, i, FX_RELEASE);
    }
    core->model.hold.state = HOLD_RELEASING;
}

static bool some_granted(const struct core *core)
{
    for (int i = 0; i < core->model.balancer_count; i++) {
        if (core->model.balancers[i].grant.epoch > 0 && has_address(core, i))
            return true;
    }
    return false;
}

static void ask_for_hold(struct core *core, struct effects *effects)
{
    const struct hold *hold = &core->model.hold;

    if (hold->state == HOLD_LOST || hold->state == HOLD_RELEASING)
        return;
    if (core_is_busy_with_run(core))
        renew(core, effects);
    if (is_claimed(core))
        acquire(core, effects);
    else if (!core_is_busy_with_run(core) && some_granted(core) &&
             !hold_is_asked(&core->model))
        release(core, effects);
}

/* Answers come within the time of their question, unless the load balancer has changed
 * its address meanwhile. */
enum { ANSWER_LIMIT_MS = 30000 };

static void give_up_waiting(struct core *core)
{
    struct model *model = &core->model;
    bool reachable = false;

    for (int i = 0; i < model->balancer_count; i++) {
        struct grant *grant = &model->balancers[i].grant;
        if (grant->asked && is_due(core, grant->asked_ms + ANSWER_LIMIT_MS))
            grant->asked = false;
        reachable = reachable || has_address(core, i);
    }
    if (hold_is_asked(model))
        return;
    if (model->hold.state == HOLD_RELEASING ||
        (!reachable && model->hold.state == HOLD_OURS && !core_is_busy_with_run(core)))
        hold_drop(model); /* it ends there by its time */
}

/* While the switch stands and nobody has said the last word. */
static bool fuse_is_fed(const struct core *core, int place)
{
    enum run_state state = core->model.run.state;

    return (state == RUN_HOLDING || state == RUN_STEP_GATE || state == RUN_WATCHING ||
            state == RUN_FINISH_GATE || state == RUN_SPLIT) &&
           core->model.run.fused && core->model.hold.state == HOLD_OURS &&
           has_address(core, place) &&
           core->model.balancers[place].fuse.state == FUSE_ARMED;
}

static void feed_fuses(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;

    for (int i = 0; i < core->model.balancer_count; i++) {
        if (fuse_is_fed(core, i) && !schedule->extend_asked[i] &&
            is_due(core, schedule->extend_ms[i]))
            schedule->extend_asked[i] =
                ask(core, effects, FX_EXTEND, core->model.balancers[i].host) != NULL;
    }
}

/* The one that tells of somebody else's run. */
static int place_to_follow(const struct core *core)
{
    const struct model *model = &core->model;

    for (int i = 0; i < model->balancer_count; i++) {
        if (lease_is_foreign_at(model, i) && has_address(core, i))
            return i;
    }
    return has_address(core, core->schedule.followed) ? core->schedule.followed : -1;
}

/* Somebody else's run is followed as it goes on, and once more when it has ended. */
static void ask_for_events(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;
    bool goes_on = lease_is_foreign(&core->model);
    int place = place_to_follow(core);

    if (place < 0 || schedule->events_asked || !(goes_on || schedule->following) ||
        !is_due(core, schedule->events_ms))
        return;
    const struct balancer *balancer = &core->model.balancers[place];
    schedule->following = goes_on;
    schedule->followed = place;
    struct effect *effect = ask(core, effects, FX_ASK_EVENTS, balancer->host);
    schedule->events_asked = effect != NULL;
    if (effect != NULL)
        effect->offset = balancer->next_event;
}

void ask_for_lease(struct core *core, struct effects *effects)
{
    give_up_waiting(core);
    ask_for_hold(core, effects);
    ask_for_events(core, effects);
    feed_fuses(core, effects);
}

/* When the next question about our claim is due, of one load balancer. */
static int64_t next_of_grant(const struct core *core, int place)
{
    const struct grant *grant = &core->model.balancers[place].grant;

    if (grant->asked)
        return grant->asked_ms + ANSWER_LIMIT_MS;
    if (!has_address(core, place) || core->model.hold.state == HOLD_LOST ||
        core->model.hold.state == HOLD_RELEASING)
        return INT64_MAX;
    bool serves =
        grant->epoch > 0 || (is_claimed(core) && next_to_acquire(core) == place);
    return serves ? grant->due_ms : INT64_MAX;
}

int64_t ask_lease_next_ms(const struct core *core)
{
    const struct schedule *schedule = &core->schedule;
    int64_t next_ms = INT64_MAX;

    for (int i = 0; i < core->model.balancer_count; i++) {
        next_ms = sooner(next_ms, next_of_grant(core, i));
        if (fuse_is_fed(core, i) && !schedule->extend_asked[i])
            next_ms = sooner(next_ms, schedule->extend_ms[i]);
    }
    if ((lease_is_foreign(&core->model) || schedule->following) &&
        !schedule->events_asked && place_to_follow(core) >= 0)
        next_ms = sooner(next_ms, schedule->events_ms);
    return next_ms;
}

bool ask_lease_is_open(const struct core *core)
{
    const struct hold *hold = &core->model.hold;

    return hold->state == HOLD_OURS || hold->state == HOLD_RELEASING ||
           (hold->state == HOLD_NONE &&
            (hold_is_asked(&core->model) || some_granted(core)));
}

void ask_lease_forget(struct core *core)
{
    struct model *model = &core->model;
    bool forgotten = false;

    for (int i = 0; i < model->balancer_count; i++) {
        struct grant *grant = &model->balancers[i].grant;
        if (!grant->asked || grant->asked_ms != model->now.mono_ms)
            continue;
        grant->asked = false;
        forgotten = true;
    }
    if (forgotten && model->hold.state == HOLD_RELEASING)
        hold_drop(model);
}
