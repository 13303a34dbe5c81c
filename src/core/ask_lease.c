#include "core/ask_lease.h"

#include "base/str.h"
#include "core/ask.h"

static bool balancer_has_address(const struct core *core)
{
    int host = core->model.balancers[0].host;

    return host >= 0 && core->model.fleet.hosts[host].address[0] != '\0';
}

static void ask_hold(struct core *core, struct effects *effects, enum effect_type type)
{
    struct hold *hold = &core->model.hold;

    hold->asked = ask(core, effects, type, core->model.balancers[0].host) != NULL;
    hold->asked_ms = core->model.now.mono_ms;
}

/* Only what the load balancer told in this run says above which epoch ours must be. An
 * errand may be just for what is wrong there. */
static bool is_wanted(const struct core *core)
{
    const struct model *model = &core->model;

    return model->run.state == RUN_PREFLIGHT && model->hold.state == HOLD_NONE &&
           model->balancers[0].asked_ms > 0 &&
           model->balancers[0].asked_ms >= model->run.begun_ms &&
           (model->balancers[0].status_trouble[0] == '\0' ||
            run_is_errand(&model->run));
}

static void acquire(struct core *core, struct effects *effects)
{
    str_copy(core->model.hold.run, sizeof core->model.hold.run, core->model.run.id);
    ask_hold(core, effects, FX_ACQUIRE);
}

static void release(struct core *core, struct effects *effects)
{
    if (core->model.run.receipt.begin_ms > 0)
        ask(core, effects, FX_PUT_RECEIPT, core->model.balancers[0].host);
    core->model.hold.state = HOLD_RELEASING;
    ask_hold(core, effects, FX_RELEASE);
}

static bool is_due(const struct core *core, int64_t due_ms)
{
    return core->model.now.mono_ms >= due_ms;
}

/* Answers come within the time of their question, unless the load balancer has changed
 * its address meanwhile. */
enum { ANSWER_LIMIT_MS = 30000 };

static void give_up_waiting(struct core *core)
{
    struct hold *hold = &core->model.hold;

    if (hold->asked && is_due(core, hold->asked_ms + ANSWER_LIMIT_MS)) {
        hold->asked = false;
        if (hold->state == HOLD_RELEASING)
            *hold = (struct hold){.state = HOLD_NONE};
    }
    if (!balancer_has_address(core) && hold->state == HOLD_OURS && !hold->asked &&
        !core_is_busy_with_run(core))
        *hold = (struct hold){.state = HOLD_NONE}; /* it ends there by its time */
}

static void ask_for_hold(struct core *core, struct effects *effects)
{
    const struct hold *hold = &core->model.hold;

    if (hold->asked)
        return;
    if (is_wanted(core) && is_due(core, hold->due_ms))
        acquire(core, effects);
    else if (hold->state == HOLD_OURS && core_is_busy_with_run(core)) {
        if (is_due(core, hold->due_ms))
            ask_hold(core, effects, FX_RENEW);
    } else if (hold->state == HOLD_OURS)
        release(core, effects);
}

/* While the switch stands and nobody has said the last word. */
static bool fuse_is_fed(const struct core *core)
{
    enum run_state state = core->model.run.state;

    return (state == RUN_HOLDING || state == RUN_STEP_GATE || state == RUN_WATCHING ||
            state == RUN_FINISH_GATE) &&
           core->model.run.fused && core->model.hold.state == HOLD_OURS &&
           core->model.balancers[0].fuse.state == FUSE_ARMED;
}

/* Somebody else's run is followed as it goes on, and once more when it has ended. */
static void ask_for_events(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;
    const struct balancer *balancer = &core->model.balancers[0];

    bool goes_on = lease_is_foreign(&core->model);

    if (schedule->events_asked || !(goes_on || schedule->following) ||
        !is_due(core, schedule->events_ms))
        return;
    schedule->following = goes_on;
    struct effect *effect = ask(core, effects, FX_ASK_EVENTS, balancer->host);
    schedule->events_asked = effect != NULL;
    if (effect != NULL)
        effect->offset = balancer->next_event;
}

void ask_for_lease(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;

    give_up_waiting(core);
    if (!balancer_has_address(core))
        return;
    ask_for_hold(core, effects);
    ask_for_events(core, effects);
    if (fuse_is_fed(core) && !schedule->extend_asked &&
        is_due(core, schedule->extend_ms))
        schedule->extend_asked =
            ask(core, effects, FX_EXTEND, core->model.balancers[0].host) != NULL;
}

int64_t ask_lease_next_ms(const struct core *core)
{
    const struct hold *hold = &core->model.hold;
    int64_t next_ms = hold->asked ? hold->asked_ms + ANSWER_LIMIT_MS : INT64_MAX;

    if (!balancer_has_address(core))
        return next_ms;
    if (!hold->asked && (is_wanted(core) || hold->state == HOLD_OURS))
        next_ms = hold->due_ms;
    if (fuse_is_fed(core) && !core->schedule.extend_asked &&
        core->schedule.extend_ms < next_ms)
        next_ms = core->schedule.extend_ms;
    if ((lease_is_foreign(&core->model) || core->schedule.following) &&
        !core->schedule.events_asked && core->schedule.events_ms < next_ms)
        next_ms = core->schedule.events_ms;
    return next_ms;
}

bool ask_lease_is_open(const struct core *core)
{
    const struct hold *hold = &core->model.hold;

    return hold->state == HOLD_OURS || hold->state == HOLD_RELEASING ||
           (hold->state == HOLD_NONE && hold->asked);
}

void ask_lease_forget(struct core *core)
{
    struct hold *hold = &core->model.hold;

    if (!hold->asked || hold->asked_ms != core->model.now.mono_ms)
        return;
    hold->asked = false;
    if (hold->state == HOLD_RELEASING)
        hold->state = HOLD_NONE;
}
