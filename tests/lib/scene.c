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
    [LB_1] = {"lb-1", ROLE_BALANCER},        [LB_2] = {"lb-2", ROLE_BALANCER},
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

void scene_add_contract(struct scene *scene)
{
    int step = scene_add_step(scene, "migrate-contract", RECIPE_WHEN_MIGRATE_CONTRACT);

    scene->recipe.steps[step].scope = STEP_ONCE;
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
    for (int i = 0; i < SCENE_BALANCERS; i++)
        scene_balancer_init(&scene->balancers[i], cast[SCENE_BALANCER + i].name,
                            now_ms);
    scene->hosts[LB_2].listed = false;
}

void scene_add_balancer(struct scene *scene)
{
    scene->hosts[LB_2].listed = true;
}

struct scene_balancer *scene_balancer_of(struct scene *scene, int host)
{
    return &scene->balancers[host >= SCENE_BALANCER ? host - SCENE_BALANCER : 0];
}

int scene_add_step(struct scene *scene, const char *name, enum recipe_when when)
{
    struct recipe_step *step = &scene->recipe.steps[scene->recipe.step_count];

    *step = (struct recipe_step){.when = when};
    str_copy(step->name, sizeof step->name, name);
    return scene->recipe.step_count++;
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

void scene_advance(struct scene *scene, int64_t now_ms)
{
    scene->now_ms = now_ms;
    for (int i = 0; i < SCENE_HOSTS; i++) {
        struct scene_host *host = &scene->hosts[i];
        if (host->job.runs && host->job.ends_ms <= now_ms)
            end_job(scene, host);
    }
    int64_t ms = now_ms - scene->counted_to_ms;
    for (int i = 0; i < SCENE_BALANCERS; i++)
        scene_balancer_advance(&scene->balancers[i], now_ms, ms - ms % 100);
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

struct balancer_sample scene_sample(const struct scene *scene, int host,
                                    struct server_row servers[SCENE_BALANCER])
{
    const struct scene_balancer *balancer =
        &scene->balancers[host >= SCENE_BALANCER ? host - SCENE_BALANCER : 0];
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

/* ---- haproxy.cfg ---- */

void scene_write_config(struct scene *scene, int host, const struct settings *settings)
{
    struct haproxy_site *site = calloc(1, sizeof *site); /* too large for the stack */
    struct scene_balancer *balancer = scene_balancer_of(scene, host);
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
