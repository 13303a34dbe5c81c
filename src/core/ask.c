#include "core/ask.h"

#include "core/ask_balancers.h"
#include "core/ask_config.h"
#include "core/ask_lease.h"
#include "core/ask_steps.h"
#include "core/moment.h"
#include "core/run_change.h"

#include <string.h>

/* How often facts that change slowly are read again outside a run. */
enum {
    FACTS_EVERY_MS = 60000,
    JOB_EVERY_MS = 5000,
    STATUS_EVERY_MS = 2000,         /* an edited haproxy.cfg is found by it alone */
    STATUS_IN_RUN_EVERY_MS = 30000, /* the line is the run's; it hears of itself */
    ASK_AGAIN_MS = 5000, /* what a run waits for, and was not answered well */
    PROBE_LEAST_MS = 1000,
    FRONT_EARLY_MS = 300,
    FRONT_LATE_MS = 3000,
    FIRST_CONTACTS_MAX = 8,
};

struct effect *ask(struct core *core, struct effects *effects, enum effect_type type,
                   int host)
{
    struct effect *effect = effects_add(effects, type, host);
    if (effect != NULL) {
        effect->ticket.run = core->model.run.number;
        effect->ticket.attempt = ++core->attempts;
    }
    return effect;
}

void ask_everything_afresh(struct core *core)
{
    struct schedule *schedule = &core->schedule;
    struct schedule before = *schedule;

    memset(schedule, 0, sizeof *schedule);
    schedule->watching_socket = before.watching_socket;
    memcpy(schedule->watching, before.watching, sizeof schedule->watching);
    schedule->front_ms = core->model.now.mono_ms;
    core->horizon = core->attempts;
}

static void ask_fleet(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;

    if (schedule->fleet_asked || core->model.now.mono_ms < schedule->fleet_ms)
        return;
    schedule->fleet_asked = ask(core, effects, FX_LIST_FLEET, -1) != NULL;
}

/* Hosts that were never heard, and are being asked. */
static int first_contacts(const struct core *core)
{
    const struct fleet *fleet = &core->model.fleet;
    int count = 0;

    for (int i = 0; i < fleet->count; i++)
        count += core->schedule.facts_asked[i] && fleet->hosts[i].facts.at_ms == 0;
    return count;
}

/* The first question to a host makes its connection. The key exchange is most of what
 * that costs, here and on a way that all of them may share: so few at once. */
static bool waits_for_others(const struct host *host, int contacts)
{
    return host->facts.at_ms == 0 && contacts >= FIRST_CONTACTS_MAX;
}

static void ask_hosts(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;
    const struct fleet *fleet = &core->model.fleet;
    int64_t now_ms = core->model.now.mono_ms;
    int contacts = first_contacts(core);

    for (int i = 0; i < fleet->count; i++) {
        const struct host *host = &fleet->hosts[i];
        enum colour colour;
        if (!host_has_address(host) || !role_colour(host->droplet.role, &colour))
            continue;
        if (!schedule->facts_asked[i] && now_ms >= schedule->facts_ms[i] &&
            !waits_for_others(host, contacts)) {
            schedule->facts_asked[i] = ask(core, effects, FX_ASK_HOST, i) != NULL;
            contacts += host->facts.at_ms == 0;
        }
        if (!schedule->probe_asked[i] && now_ms >= schedule->probe_ms[i])
            schedule->probe_asked[i] = ask(core, effects, FX_PROBE, i) != NULL;
    }
}

/* The preview before the switch; a client's way once all of it leads to the target. */
static bool front_is_asked(const struct core *core)
{
    enum run_state state = core->model.run.state;

    return (state == RUN_VERIFYING || state == RUN_WARMING_UP ||
            state == RUN_SWITCH_GATE || state == RUN_WATCHING ||
            state == RUN_FINISH_GATE) &&
           core->model.front.address[0] != '\0';
}

/* Right after a sample, so that the answer comes before the next one: then it is known
 * which of them counts our request, and the receipt is exact. Where none comes it is
 * asked all the same, a little later. */
static int64_t front_due_ms(const struct core *core)
{
    const struct schedule *schedule = &core->schedule;
    bool fresh = schedule->sampled_ms == core->model.now.mono_ms;

    return schedule->front_ms + (fresh ? -FRONT_EARLY_MS : FRONT_LATE_MS);
}

static void ask_front(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;

    if (front_is_asked(core) && !schedule->front_asked &&
        core->model.now.mono_ms >= front_due_ms(core))
        schedule->front_asked = ask(core, effects, FX_PROBE_FRONT, -1) != NULL;
}

/* Before traffic moves: every host of both colours, once. */
static bool shared_is_asked(const struct core *core)
{
    const struct model *model = &core->model;

    if (model->run.state != RUN_PREFLIGHT ||
        (model->run.kind != RUN_DEPLOY && model->run.kind != RUN_SHIFT &&
         model->run.kind != RUN_ROLLBACK))
        return false;
    for (enum store_name store = 0; store < STORE_COUNT; store++) {
        if (model->settings->store[store][0] != '\0')
            return true;
    }
    return false;
}

static void ask_about_shared(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;
    const struct fleet *fleet = &core->model.fleet;

    if (!shared_is_asked(core))
        return;
    for (int i = 0; i < fleet->count; i++) {
        const struct host *host = &fleet->hosts[i];
        enum colour colour;
        if (host_has_address(host) && role_colour(host->droplet.role, &colour) &&
            !schedule->shared_asked[i] &&
            core->model.now.mono_ms >= schedule->shared_ms[i])
            schedule->shared_asked[i] = ask(core, effects, FX_ASK_SHARED, i) != NULL;
    }
}

/* Which commit the ref is, asked on the first target that has an address. */
static void ask_for_sha(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    if (run->state != RUN_PREFLIGHT || run->kind != RUN_DEPLOY || !run->target_known ||
        core->schedule.resolve_asked || run->sha[0] != '\0')
        return;
    int host = fleet_next(&core->model.fleet, role_of_colour(run->target), -1);
    if (host >= 0 && host_has_address(&core->model.fleet.hosts[host]))
        core->schedule.resolve_asked = ask(core, effects, FX_RESOLVE, host) != NULL;
}

void ask_what_is_due(struct core *core, struct effects *effects)
{
    enum run_state state = core->model.run.state;

    ask_fleet(core, effects);
    ask_balancers(core, effects);
    ask_for_lease(core, effects);
    ask_for_config(core, effects);
    ask_hosts(core, effects);
    ask_front(core, effects);
    ask_for_sha(core, effects);
    ask_about_shared(core, effects);
    if (moment_begins_steps(state) &&
        (state != RUN_DEPLOYING || !hook_is_awaited(&core->model)))
        ask_for_next_steps(core, effects);
    if (run_is_open(state))
        ask_for_cut_jobs(core, effects);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_of_hosts(const struct core *core)
{
    const struct schedule *schedule = &core->schedule;
    const struct fleet *fleet = &core->model.fleet;
    int contacts = first_contacts(core);
    int64_t next_ms = INT64_MAX;

    for (int i = 0; i < fleet->count; i++) {
        enum colour colour;
        if (!host_has_address(&fleet->hosts[i]) ||
            !role_colour(fleet->hosts[i].droplet.role, &colour))
            continue;
        if (!schedule->facts_asked[i] && !waits_for_others(&fleet->hosts[i], contacts))
            next_ms = sooner(next_ms, schedule->facts_ms[i]);
        if (!schedule->probe_asked[i])
            next_ms = sooner(next_ms, schedule->probe_ms[i]);
        if (shared_is_asked(core) && !schedule->shared_asked[i])
            next_ms = sooner(next_ms, schedule->shared_ms[i]);
    }
    return next_ms;
}

static int64_t next_of_run(const struct core *core)
{
    const struct run *run = &core->model.run;
    int64_t next_ms = INT64_MAX;

    if (!run_is_open(run->state))
        return next_ms;
    if (run->deadline_ms > 0 && !hook_is_awaited(&core->model))
        next_ms = sooner(next_ms, run->deadline_ms);
    if (run->change.retry_ms > 0)
        next_ms = sooner(next_ms, run->change.retry_ms);
    next_ms = sooner(next_ms, run_change_split_ms(&core->model));
    return sooner(next_ms, ask_steps_next_ms(core));
}

int64_t ask_next_ms(const struct core *core)
{
    const struct schedule *schedule = &core->schedule;
    int64_t next_ms = sooner(next_of_hosts(core), next_of_run(core));

    next_ms = sooner(next_ms, ask_lease_next_ms(core));
    next_ms = sooner(next_ms, ask_config_next_ms(core));
    if (front_is_asked(core) && !schedule->front_asked)
        next_ms = sooner(next_ms, front_due_ms(core));

    if (!schedule->fleet_asked)
        next_ms = sooner(next_ms, schedule->fleet_ms);
    return sooner(next_ms, ask_balancers_next_ms(core));
}

void ask_answered_fleet(struct core *core)
{
    core->schedule.fleet_asked = false;
    core->schedule.fleet_ms =
        core->model.now.mono_ms + core->model.settings->poll_s * 1000;
}

static int64_t pause_ms(const struct core *core, bool well, int64_t every_ms)
{
    return !well && run_is_open(core->model.run.state) ? ASK_AGAIN_MS : every_ms;
}

void ask_answered_status(struct core *core, int host, bool well)
{
    bool settled = well && core->model.run.state != RUN_SWITCH_UNKNOWN;

    bool in_run = run_is_open(core->model.run.state);

    core->schedule.status_asked[host] = false;
    core->schedule.status_ms[host] =
        core->model.now.mono_ms +
        pause_ms(core, settled, in_run ? STATUS_IN_RUN_EVERY_MS : STATUS_EVERY_MS);
}

void ask_answered_config(struct core *core, bool well)
{
    core->schedule.config_asked = false;
    core->schedule.config_ms = core->model.now.mono_ms + (well ? 0 : ASK_AGAIN_MS);
}

void ask_answered_facts(struct core *core, int host, bool well)
{
    bool job_running = core->model.fleet.hosts[host].facts.job_running;

    core->schedule.facts_asked[host] = false;
    core->schedule.facts_ms[host] =
        core->model.now.mono_ms +
        pause_ms(core, well, job_running ? JOB_EVERY_MS : FACTS_EVERY_MS);
}

void ask_answered_shared(struct core *core, int host, bool well)
{
    core->schedule.shared_asked[host] = false;
    core->schedule.shared_ms[host] =
        core->model.now.mono_ms + (well ? FACTS_EVERY_MS : ASK_AGAIN_MS);
}

static int64_t next_probe_ms(const struct core *core)
{
    int64_t delay_ms = core->model.settings->health_delay_s * 1000;

    return core->model.now.mono_ms +
           (delay_ms > PROBE_LEAST_MS ? delay_ms : PROBE_LEAST_MS);
}

void ask_answered_probe(struct core *core, int host)
{
    core->schedule.probe_asked[host] = false;
    core->schedule.probe_ms[host] = next_probe_ms(core);
}

void ask_sampled(struct core *core)
{
    core->schedule.sampled_ms = core->model.now.mono_ms;
}

void ask_answered_front(struct core *core)
{
    core->schedule.front_asked = false;
    core->schedule.front_ms = next_probe_ms(core);
}
