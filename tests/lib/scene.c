#include "lib/scene.h"

#include "base/str.h"
#include "core/haproxy_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum host_role role;
} cast[SCENE_HOSTS] = {
    [BLUE_1] = {"web-blue-1", ROLE_BLUE},    [BLUE_2] = {"web-blue-2", ROLE_BLUE},
    [GREEN_1] = {"web-green-1", ROLE_GREEN}, [GREEN_2] = {"web-green-2", ROLE_GREEN},
    [LB_1] = {"lb-1", ROLE_BALANCER},
};

static void init_recipe(struct recipe *recipe)
{
    static const char *const names[SCENE_STEPS] = {"fetch", "build", "activate",
                                                   "diagnose"};

    *recipe = (struct recipe){.name = "story", .step_count = SCENE_STEPS};
    for (int step = 0; step < SCENE_STEPS; step++)
        str_copy(recipe->steps[step].name, RECIPE_NAME_MAX, names[step]);
    recipe->steps[STEP_DIAGNOSE].scope = STEP_ON_FAILURE;
}

static void init_host(struct scene_host *host, int index)
{
    *host = (struct scene_host){
        .name = cast[index].name,
        .role = cast[index].role,
        .reachable = true,
        .healthy = true,
        .listed = true,
        .fails_at = -1,
        .step_ms = 2000,
    };
    str_copy(host->sha, sizeof host->sha, SCENE_OLD_SHA);
    str_copy(host->release, sizeof host->release, "20261120T101500Z-8f3c2a1");
}

void scene_init(struct scene *scene, int64_t now_ms)
{
    *scene = (struct scene){
        .now_ms = now_ms, .counted_to_ms = now_ms, .api_up = true, .ref_known = true};
    init_recipe(&scene->recipe);
    for (int i = 0; i < SCENE_HOSTS; i++)
        init_host(&scene->hosts[i], i);
    scene->balancer = (struct scene_balancer){
        .reachable = true,
        .counters_come = true,
        .share = SHARE_BLUE,
        .disk_share = SHARE_BLUE,
        .epoch = 3,
        .seq = 7,
        .worker_pid = 4711,
        .requests_per_s = 100,
    };
}

/* ---- time ---- */

static void end_job(struct scene *scene, struct scene_host *host)
{
    struct scene_job *job = &host->job;

    job->runs = false;
    if (job->rc != 0 || job->step != STEP_ACTIVATE)
        return;
    str_copy(host->sha, sizeof host->sha, job->sha);
    str_copy(host->release, sizeof host->release, job->release);
    host->healthy = !scene->release_is_sick;
}

static void serve(struct scene_balancer *balancer, int64_t ms)
{
    int64_t requests = balancer->requests_per_s * ms / 1000;

    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++) {
        struct counters *counted = &balancer->counted[colour];
        int share = colour == COLOUR_GREEN ? balancer->share : 100 - balancer->share;
        int64_t served = requests * share / 100;
        int64_t failed = served * balancer->errors_percent[colour] / 100;
        counted->requests += served;
        counted->status[5] += failed;
        counted->status[2] += served - failed;
        counted->econ += failed;
    }
}

/* As a change of its own, one seq above all that were used. */
static void burn(struct scene *scene)
{
    struct scene_balancer *balancer = &scene->balancer;
    struct fuse *fuse = &balancer->fuse;

    if ((fuse->state != FUSE_ARMED && fuse->state != FUSE_HELD) ||
        fuse->until_ms > scene->now_ms)
        return;
    if (balancer->way_back_is_dead) {
        fuse->state = FUSE_HELD;
        return;
    }
    balancer->share = balancer->disk_share = fuse->to;
    balancer->seq++;
    balancer->nonce[0] = '\0';
    balancer->changes++;
    fuse->state = FUSE_FIRED;
}

void scene_advance(struct scene *scene, int64_t now_ms)
{
    scene->now_ms = now_ms;
    burn(scene);
    for (int i = 0; i < SCENE_HOSTS; i++) {
        struct scene_host *host = &scene->hosts[i];
        if (host->job.runs && host->job.ends_ms <= now_ms)
            end_job(scene, host);
    }
    int64_t ms = now_ms - scene->counted_to_ms;
    serve(&scene->balancer, ms - ms % 100);
    scene->counted_to_ms += ms - ms % 100;
}

/* ---- answers ---- */

size_t scene_list(const struct scene *scene, struct droplet droplets[SCENE_HOSTS])
{
    size_t count = 0;

    for (int i = 0; i < SCENE_HOSTS; i++) {
        const struct scene_host *host = &scene->hosts[i];
        if (!host->listed)
            continue;
        struct droplet *droplet = &droplets[count++];
        *droplet = (struct droplet){
            .id = 100 + i, .role = host->role, .status = DROPLET_ACTIVE};
        str_copy(droplet->name, sizeof droplet->name, host->name);
        snprintf(droplet->private_address, HOST_ADDRESS_MAX, "10.0.0.%d", 11 + i);
        snprintf(droplet->public_address, HOST_ADDRESS_MAX, "192.0.2.%d", 11 + i);
    }
    return count;
}

struct host_facts scene_facts(const struct scene *scene, int host)
{
    const struct scene_host *it = &scene->hosts[host];
    struct host_facts facts = {
        .disk_free_mb = 9000,
        .memory_free_mb = 900,
        .release_count = 2,
        .cpus = 2,
        .job_running = it->job.runs,
        .job_rc = it->job.rc,
    };

    str_copy(facts.revision, sizeof facts.revision, it->sha);
    str_copy(facts.current, sizeof facts.current, it->release);
    if (it->job.run[0] != '\0')
        snprintf(facts.job, sizeof facts.job, "%s %s", it->job.run,
                 scene->recipe.steps[it->job.step].name);
    return facts;
}

struct probe_result scene_probe(const struct scene *scene, int host)
{
    struct probe_result result = {.reason = PROBE_OK, .status = 200, .elapsed_ms = 12};

    if (!scene->hosts[host].healthy) {
        result.reason = PROBE_STATUS;
        result.status = 500;
        str_copy(result.detail, sizeof result.detail, "database schema is 41");
    }
    return result;
}

static struct server_row server_of(const struct scene *scene, int host)
{
    const struct scene_host *it = &scene->hosts[host];
    struct server_row server = {
        .colour = it->role == ROLE_BLUE ? COLOUR_BLUE : COLOUR_GREEN,
        .op_state = it->healthy ? 2 : 0,
        .check_result = it->healthy ? 3 : 2,
        .check_health = it->healthy ? 4 : 0,
        .check_rise = 2,
        .check_fall = 3,
    };

    str_copy(server.name, sizeof server.name, it->name);
    snprintf(server.address, sizeof server.address, "10.0.0.%d:8080", 11 + host);
    str_copy(server.status, sizeof server.status, it->healthy ? "UP" : "DOWN");
    return server;
}

struct balancer_sample scene_sample(const struct scene *scene,
                                    struct server_row servers[SCENE_BALANCER])
{
    const struct scene_balancer *balancer = &scene->balancer;
    struct balancer_sample sample = {
        .at_ms = scene->now_ms,
        .pid = balancer->worker_pid,
        .uptime_s = 90000,
        .map_entries = 1,
        .runtime_share = balancer->share,
        .disk_share = balancer->disk_share,
        .servers = servers,
        .server_count = SCENE_BALANCER,
    };

    for (int i = 0; i < SCENE_BALANCER; i++)
        servers[i] = server_of(scene, i);
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++)
        sample.backend[colour] = balancer->counted[colour];
    return sample;
}

/* ---- the load balancer ---- */

void scene_move_share(struct scene *scene, int share)
{
    scene->balancer.share = share;
    scene->balancer.disk_share = share;
    scene->balancer.seq++;
    scene->balancer.nonce[0] = '\0';
    scene->balancer.changes++;
}

static enum switch_fate next_fate(struct scene_balancer *balancer)
{
    enum switch_fate fate = balancer->fate;

    if (balancer->fate_count == 0)
        return SWITCH_WORKS;
    if (balancer->fate_count > 0)
        balancer->fate_count--;
    return fate;
}

static struct switch_outcome refusal(const char *code, const char *message)
{
    return (struct switch_outcome){.answered = true, .code = code, .message = message};
}

static bool is_above(const struct switch_request *request,
                     const struct scene_balancer *balancer)
{
    if (request->epoch < balancer->holder.epoch)
        return false;
    return request->epoch > balancer->epoch ||
           (request->epoch == balancer->epoch && request->seq > balancer->seq);
}

static void write_sha256(int number, char buffer[65])
{
    snprintf(buffer, 65, "%064d", number);
}

static struct switch_outcome refuse_install(const struct scene_balancer *balancer,
                                            const struct switch_request *request,
                                            enum switch_fate fate)
{
    char sha256[65];

    write_sha256(balancer->config_number, sha256);
    if (!str_equal(request->config_sha256, sha256))
        return refusal("conflict", "lb-1: haproxy.cfg is another one by now");
    if (balancer->share != balancer->disk_share || fate == SWITCH_REFUSED)
        return refusal("conflict", "lb-1: the map and its file do not agree");
    if (balancer->config_refused)
        return refusal("config", "lb-1: HAProxy refuses this configuration");
    return (struct switch_outcome){.answered = true};
}

/* What it says to a change that it does not begin; `code` NULL: it begins. */
static struct switch_outcome refuse(const struct scene_balancer *balancer,
                                    const struct switch_request *request,
                                    enum switch_fate fate)
{
    if (!is_above(request, balancer))
        return refusal("stale", "lb-1: a later change was seen here");
    bool last_word = request->kind == CHANGE_FINISH || request->kind == CHANGE_REVERT;
    bool waits =
        balancer->fuse.state == FUSE_ARMED || balancer->fuse.state == FUSE_HELD;
    if (last_word && !waits)
        return refusal("conflict", "lb-1: no switch waits to be confirmed");
    if (request->kind == CHANGE_REVERT && balancer->way_back_is_dead)
        return refusal("not_ready", "lb-1: no server to go back to");
    if (request->kind == CHANGE_SWITCH &&
        (balancer->share != request->from || balancer->disk_share != request->from))
        return refusal("conflict", "lb-1: the share is another one");
    if (request->kind == CHANGE_INSTALL)
        return refuse_install(balancer, request, fate);
    if (fate == SWITCH_REFUSED)
        return refusal("not_ready", "lb-1: 1 of 2 servers are not ready");
    return (struct switch_outcome){.answered = true};
}

/* The fuse keeps the share before the run: a step that follows moves its deadline. */
static void arm(struct scene *scene, const struct switch_request *request)
{
    struct fuse *fuse = &scene->balancer.fuse;

    if (request->fuse_ms == 0) {
        if (fuse->state == FUSE_ARMED && fuse->to == request->to)
            fuse->state = FUSE_NONE;
        return;
    }
    if (fuse->state != FUSE_ARMED)
        fuse->to = request->from;
    fuse->state = FUSE_ARMED;
    fuse->until_ms = scene->now_ms + request->fuse_ms;
    str_copy(fuse->run, sizeof fuse->run, request->run);
}

/* A new worker counts from zero. */
static struct switch_outcome install(struct scene_balancer *balancer,
                                     const struct switch_request *request)
{
    if (balancer->reload_fails)
        return refusal("reload", "lb-1: HAProxy did not reload: the old file is back, "
                                 "and the old worker serves");
    str_copy(balancer->config, sizeof balancer->config, request->config);
    balancer->config_number++;
    balancer->worker_pid++;
    memset(balancer->counted, 0, sizeof balancer->counted);
    return (struct switch_outcome){.answered = true, .ok = true, .code = "ok"};
}

static struct switch_outcome make_change(struct scene *scene,
                                         const struct switch_request *request,
                                         enum switch_fate fate)
{
    struct scene_balancer *balancer = &scene->balancer;
    int to = request->kind == CHANGE_REVERT ? balancer->fuse.to : request->to;

    balancer->epoch = request->epoch;
    balancer->seq = request->seq;
    str_copy(balancer->nonce, sizeof balancer->nonce, request->nonce);
    if (fate == SWITCH_TAKEN_BACK)
        return refusal("haproxy", "lb-1: HAProxy answered an error");
    if (request->kind == CHANGE_INSTALL)
        return install(balancer, request);
    if (request->kind == CHANGE_FINISH || request->kind == CHANGE_REVERT)
        balancer->fuse.state = FUSE_NONE;
    if (request->kind == CHANGE_FINISH || request->kind == CHANGE_MAINTENANCE)
        return (struct switch_outcome){.answered = true, .ok = true, .code = "ok"};
    if (request->kind == CHANGE_SWITCH)
        arm(scene, request);
    balancer->share = to;
    balancer->disk_share = to;
    balancer->changes++;
    balancer->counted[to == SHARE_GREEN].requests++; /* the helper's own */
    if (fate == SWITCH_UNPROVEN)
        return refusal("unproven", "lb-1: blue answered through the frontend");
    return (struct switch_outcome){.answered = true, .ok = true, .code = "ok"};
}

struct switch_outcome scene_switch(struct scene *scene,
                                   const struct switch_request *request)
{
    struct scene_balancer *balancer = &scene->balancer;
    enum switch_fate fate = next_fate(balancer);
    struct switch_outcome outcome;

    if (fate == SWITCH_NEVER_CAME || !balancer->reachable)
        return (struct switch_outcome){.answered = false};
    if (str_equal(balancer->nonce, request->nonce)) {
        outcome = balancer->outcome;
    } else {
        outcome = refuse(balancer, request, fate);
        if (outcome.code == NULL)
            outcome = balancer->outcome = make_change(scene, request, fate);
    }
    outcome.answered = fate != SWITCH_ANSWER_LOST;
    return outcome;
}

/* ---- haproxy.cfg ---- */

void scene_config_sha256(const struct scene *scene, char buffer[65])
{
    write_sha256(scene->balancer.config_number, buffer);
}

void scene_write_config(struct scene *scene, const struct settings *settings)
{
    struct haproxy_site *site = calloc(1, sizeof *site); /* too large for the stack */
    struct scene_balancer *balancer = &scene->balancer;
    struct str out = str_on(balancer->config, sizeof balancer->config);
    struct err err;

    if (site == NULL)
        abort();
    site->settings = settings;
    site->live_share = balancer->share;
    haproxy_version_read("2.6.12", &site->version, &err);
    for (int i = 0; i < SCENE_BALANCER; i++) {
        char address[HOST_ADDRESS_MAX];
        enum colour colour;
        snprintf(address, sizeof address, "10.0.0.%d", 11 + i);
        if (role_colour(scene->hosts[i].role, &colour))
            haproxy_site_add(site, colour, scene->hosts[i].name, address);
    }
    haproxy_config_render(site, &out, &err);
    free(site);
    balancer->config_number++;
}

void scene_edit_config(struct scene *scene)
{
    struct scene_balancer *balancer = &scene->balancer;
    size_t length = strlen(balancer->config);

    if (length + 64 > sizeof balancer->config)
        return;
    balancer->config_number++;
    snprintf(balancer->config + length, sizeof balancer->config - length,
             "# by hand, %d\n", balancer->config_number);
}

/* ---- the lease ---- */

static const struct switch_outcome granted = {
    .answered = true, .ok = true, .code = "ok"};

bool scene_lease_is_held(const struct scene *scene)
{
    const struct scene_lease *lease = &scene->balancer.holder;
    return lease->run[0] != '\0' && lease->until_ms > scene->now_ms;
}

struct switch_outcome scene_acquire(struct scene *scene, const char *run,
                                    const char *who, int64_t above, bool takes)
{
    struct scene_lease *lease = &scene->balancer.holder;
    int64_t greatest = lease->epoch > above ? lease->epoch : above;

    if (!scene->balancer.reachable)
        return (struct switch_outcome){.answered = false};
    if (scene_lease_is_held(scene) && str_equal(lease->run, run) &&
        lease->epoch > above)
        return granted;
    if (scene_lease_is_held(scene) && !str_equal(lease->run, run) && !takes)
        return refusal("busy", "lb-1: somebody else holds the lease");
    *lease = (struct scene_lease){
        .who = who,
        .epoch = greatest + 1,
        .since_ms = scene->now_ms,
        .until_ms = scene->now_ms + LEASE_TTL_S * 1000,
    };
    str_copy(lease->run, sizeof lease->run, run);
    return granted;
}

struct lease scene_lease(const struct scene *scene)
{
    const struct scene_lease *kept = &scene->balancer.holder;
    struct lease lease = {.state = LEASE_NONE, .epoch = kept->epoch};

    if (kept->run[0] != '\0') {
        lease.state = scene_lease_is_held(scene) ? LEASE_HELD : LEASE_EXPIRED;
        str_copy(lease.run, sizeof lease.run, kept->run);
        str_copy(lease.who, sizeof lease.who, kept->who);
        str_copy(lease.where, sizeof lease.where, "ws1");
    } else if (kept->epoch > 0) {
        lease.state = LEASE_RELEASED;
    }
    return lease;
}

static bool is_holder(const struct scene_lease *lease, const char *run, int64_t epoch)
{
    return lease->epoch == epoch && str_equal(lease->run, run);
}

struct switch_outcome scene_renew(struct scene *scene, const char *run, int64_t epoch)
{
    struct scene_lease *lease = &scene->balancer.holder;

    if (!scene->balancer.reachable)
        return (struct switch_outcome){.answered = false};
    if (!is_holder(lease, run, epoch))
        return refusal("stale", "lb-1: the lease is of a later epoch");
    lease->until_ms = scene->now_ms + LEASE_TTL_S * 1000;
    return granted;
}

struct switch_outcome scene_release(struct scene *scene, const char *run, int64_t epoch)
{
    struct scene_lease *lease = &scene->balancer.holder;

    if (!scene->balancer.reachable)
        return (struct switch_outcome){.answered = false};
    if (!is_holder(lease, run, epoch))
        return refusal("stale", "lb-1: the lease is not held by this run");
    lease->run[0] = '\0';
    return granted;
}

struct switch_outcome scene_extend(struct scene *scene, int64_t epoch, int64_t fuse_ms)
{
    struct scene_balancer *balancer = &scene->balancer;

    if (!balancer->reachable)
        return (struct switch_outcome){.answered = false};
    if (epoch < balancer->holder.epoch)
        return refusal("stale", "lb-1: the lease is of a later epoch");
    if (balancer->fuse.state != FUSE_ARMED)
        return refusal("conflict", "lb-1: no switch waits to be confirmed");
    balancer->fuse.until_ms = scene->now_ms + fuse_ms;
    return granted;
}

void scene_publish(struct scene *scene, const char *run, const char *text)
{
    struct scene_balancer *balancer = &scene->balancer;

    if (balancer->published_count == SCENE_PUBLISHED_MAX)
        return;
    struct published *line = &balancer->published[balancer->published_count++];
    line->number = balancer->published_count;
    str_copy(line->run, sizeof line->run, run);
    str_copy(line->text, sizeof line->text, text);
}

/* ---- hosts ---- */

bool scene_begin_job(struct scene *scene, int host, const struct scene_job *job)
{
    struct scene_host *it = &scene->hosts[host];

    if (scene_job(scene, host, job->run, job->step) != NULL)
        return true;
    if (it->job.runs)
        return false;
    it->begun[job->step]++;
    it->job = *job;
    it->job.runs = true;
    it->job.ends_ms = scene->now_ms + it->step_ms;
    it->job.rc = it->fails_at == job->step ? 1 : 0;
    return true;
}

struct scene_job *scene_job(struct scene *scene, int host, const char *run, int step)
{
    struct scene_job *job = &scene->hosts[host].job;

    return str_equal(job->run, run) && job->step == step ? job : NULL;
}
