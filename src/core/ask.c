#include "core/ask.h"

#include "core/ask_config.h"
#include "core/ask_lease.h"
#include "core/moment.h"

#include <string.h>

/* How often facts that change slowly are read again outside a run. */
enum {
    FACTS_EVERY_MS = 60000,
    JOB_EVERY_MS = 5000,
    STATUS_EVERY_MS = 2000,         /* an edited haproxy.cfg is found by it alone */
    STATUS_IN_RUN_EVERY_MS = 30000, /* the line is the run's; it hears of itself */
    ASK_AGAIN_MS = 5000, /* what a run waits for, and was not answered well */
    PROBE_LEAST_MS = 1000,
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
    bool watching = schedule->watching;

    memset(schedule, 0, sizeof *schedule);
    schedule->watching = watching;
    core->horizon = core->attempts;
}

static bool has_address(const struct host *host)
{
    return !host->gone && host->address[0] != '\0';
}

static void ask_fleet(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;

    if (schedule->fleet_asked || core->model.now.mono_ms < schedule->fleet_ms)
        return;
    schedule->fleet_asked = ask(core, effects, FX_LIST_FLEET, -1) != NULL;
}

static bool balancer_has_address(const struct core *core)
{
    int host = core->model.balancer.host;
    return host >= 0 && has_address(&core->model.fleet.hosts[host]);
}

/* The balancer that is used is the first one; FX_WATCH_BALANCER with host -1 reads the
 * local socket of the settings. */
static void ask_balancer(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;
    struct balancer *balancer = &core->model.balancer;
    bool local = core->model.settings->socket[0] != '\0';

    if (balancer->host >= 0 && core->model.fleet.hosts[balancer->host].gone) {
        balancer->host = -1;
        schedule->watching = schedule->watching && local;
    }
    if (balancer->host < 0)
        balancer->host = fleet_next(&core->model.fleet, ROLE_BALANCER, -1);
    bool reachable = balancer_has_address(core);

    if (!schedule->watching && (local || reachable))
        schedule->watching =
            ask(core, effects, FX_WATCH_BALANCER, local ? -1 : balancer->host) != NULL;
    if (reachable && !schedule->status_asked &&
        core->model.now.mono_ms >= schedule->status_ms)
        schedule->status_asked =
            ask(core, effects, FX_ASK_BALANCER, balancer->host) != NULL;
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
        if (!has_address(host) || !role_colour(host->droplet.role, &colour))
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

static void ask_front(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;

    if (front_is_asked(core) && !schedule->front_asked &&
        core->model.now.mono_ms >= schedule->front_ms)
        schedule->front_asked = ask(core, effects, FX_PROBE_FRONT, -1) != NULL;
}

/* Which commit the ref is, asked on the first target that has an address. */
static void ask_for_sha(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    if (run->state != RUN_PREFLIGHT || run->kind != RUN_DEPLOY || !run->target_known ||
        core->schedule.resolve_asked || run->sha[0] != '\0')
        return;
    int host = fleet_next(&core->model.fleet, role_of_colour(run->target), -1);
    if (host >= 0 && has_address(&core->model.fleet.hosts[host]))
        core->schedule.resolve_asked = ask(core, effects, FX_RESOLVE, host) != NULL;
}

static enum recipe_when when_of(const struct core *core, int target)
{
    return core->model.recipe->steps[core->model.run.rollout.targets[target].step].when;
}

/* None is begun while our lease is in doubt. */
static void ask_for_next_steps(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    struct why why;

    why_clear(&why);
    if (!hold_serves(&core->model, &why))
        return;
    for (;;) {
        int i = rollout_next(rollout);
        if (i < 0 || !moment_allows(core->model.run.state, when_of(core, i)))
            return;
        struct effect *start =
            ask(core, effects, FX_JOB_START, rollout->targets[i].host);
        if (start == NULL)
            return;
        start->step = rollout->targets[i].step;
        rollout_begin(rollout, i, core->model.now.mono_ms);
    }
}

/* A job whose line dropped is followed again from the byte that we have; one that shall
 * end is cancelled again, where that can be written down. */
static void ask_for_cut_jobs(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    enum effect_type type = rollout->cancelling && !core->model.journal_lost
                                ? FX_JOB_CANCEL
                                : FX_JOB_FOLLOW;

    for (int i = 0; i < rollout->count; i++) {
        struct target *target = &rollout->targets[i];
        struct job *job =
            target->step < target->end ? &target->jobs[target->step] : NULL;
        if (job == NULL || job->state != JOB_CUT ||
            core->model.now.mono_ms < job->retry_ms)
            continue;
        struct effect *again = ask(core, effects, type, target->host);
        if (again == NULL)
            return;
        again->step = target->step;
        again->offset = job->offset;
        job->state = JOB_STARTING;
    }
}

void ask_what_is_due(struct core *core, struct effects *effects)
{
    enum run_state state = core->model.run.state;

    ask_fleet(core, effects);
    ask_balancer(core, effects);
    ask_for_lease(core, effects);
    ask_for_config(core, effects);
    ask_hosts(core, effects);
    ask_front(core, effects);
    ask_for_sha(core, effects);
    if (moment_begins_steps(state))
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
        if (!has_address(&fleet->hosts[i]) ||
            !role_colour(fleet->hosts[i].droplet.role, &colour))
            continue;
        if (!schedule->facts_asked[i] && !waits_for_others(&fleet->hosts[i], contacts))
            next_ms = sooner(next_ms, schedule->facts_ms[i]);
        if (!schedule->probe_asked[i])
            next_ms = sooner(next_ms, schedule->probe_ms[i]);
    }
    return next_ms;
}

static int64_t next_of_run(const struct core *core)
{
    const struct run *run = &core->model.run;
    int64_t next_ms = INT64_MAX;

    if (!run_is_open(run->state))
        return next_ms;
    if (run->deadline_ms > 0)
        next_ms = sooner(next_ms, run->deadline_ms);
    if (run->change.retry_ms > 0)
        next_ms = sooner(next_ms, run->change.retry_ms);
    for (int i = 0; i < run->rollout.count; i++) {
        const struct job *job = rollout_job(&run->rollout, i);
        if (job != NULL && job->state == JOB_CUT)
            next_ms = sooner(next_ms, job->retry_ms);
    }
    return next_ms;
}

int64_t ask_next_ms(const struct core *core)
{
    const struct schedule *schedule = &core->schedule;
    int64_t next_ms = sooner(next_of_hosts(core), next_of_run(core));

    next_ms = sooner(next_ms, ask_lease_next_ms(core));
    next_ms = sooner(next_ms, ask_config_next_ms(core));
    if (front_is_asked(core) && !schedule->front_asked)
        next_ms = sooner(next_ms, schedule->front_ms);

    if (!schedule->fleet_asked)
        next_ms = sooner(next_ms, schedule->fleet_ms);
    if (balancer_has_address(core) && !schedule->status_asked)
        next_ms = sooner(next_ms, schedule->status_ms);
    return next_ms;
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

void ask_answered_status(struct core *core, bool well)
{
    bool settled = well && core->model.run.state != RUN_SWITCH_UNKNOWN;

    bool in_run = run_is_open(core->model.run.state);

    core->schedule.status_asked = false;
    core->schedule.status_ms =
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

void ask_answered_front(struct core *core)
{
    core->schedule.front_asked = false;
    core->schedule.front_ms = next_probe_ms(core);
}
