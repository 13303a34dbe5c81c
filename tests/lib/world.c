#include "lib/world.h"

#include "lib/counted.h"

#include "base/str.h"
#include "core/drift.h"
#include "core/recipe_manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOSTS = 3,
    MANY_HOSTS = 40,
    SECOND = 1000,
    MINUTE = 60 * SECOND,
    HOUR = 60 * MINUTE,
    RISE = 3,
    FALL = 2,
    CHECKED = RISE + FALL - 1,
};

static const int64_t start_ms = 100 * (int64_t)HOUR;
static const int64_t start_wall_ms = 1795442551000; /* 2026-11-23 14:02:31 UTC */

static const char old_sha[] = "8f3c2a1d5e6b7f8091a2b3c4d5e6f70812345678";
static const char idle_sha[] = "77ab01c2d3e4f5061728394a5b6c7d8e9f001122";
static const char new_sha[] = "4e2b9d07c6b5a4938271605f4e3d2c1b0a998877";

static const char manifest[] =
    "[check]\nscript = check.sh\nhelp = tools, directory, disk\n"
    "[fetch]\nscript = fetch.sh\nhelp = the commit comes\n"
    "[build]\nscript = build.sh\nhelp = carton installs\n"
    "[activate]\nscript = activate.sh\nhelp = current moves\n"
    "[restart]\nscript = restart.sh\nhelp = new generation\n"
    "[smoke]\nscript = smoke.sh\nhelp = it answers\n"
    "[diagnose]\nscript = diagnose.sh\nhelp = its last words\n"
    "scope = on-failure\n";

enum step { CHECK, FETCH, BUILD, ACTIVATE, RESTART, SMOKE, DIAGNOSE };

/* ---- the environment ---- */

static void set_settings(struct settings *settings)
{
    settings_init(settings);
    str_copy(settings->app, sizeof settings->app, "my-perl-app");
    str_copy(settings->environment, sizeof settings->environment, "production");
    str_copy(settings->branch, sizeof settings->branch, "main");
    settings->production = true;
}

static void add_droplet(struct droplet *droplet, enum host_role role, int number)
{
    int net = role == ROLE_BLUE ? 10 : role == ROLE_GREEN ? 20 : 5;
    *droplet = (struct droplet){
        .id = net * 1000 + number, .role = role, .status = DROPLET_ACTIVE};
    if (role == ROLE_BALANCER)
        str_copy(droplet->name, sizeof droplet->name, "lb-1");
    else
        snprintf(droplet->name, sizeof droplet->name, "web-%s-%d", role_name(role),
                 number);
    snprintf(droplet->private_address, sizeof droplet->private_address, "10.0.%d.%d",
             number / 200, net + number % 200);
}

static void list_fleet(struct world *world, int hosts)
{
    static struct droplet droplets[2 * MANY_HOSTS + 1];
    size_t count = 0;
    for (int number = 1; number <= hosts; number++)
        add_droplet(&droplets[count++], ROLE_BLUE, number);
    for (int number = 1; number <= hosts; number++)
        add_droplet(&droplets[count++], ROLE_GREEN, number);
    add_droplet(&droplets[count++], ROLE_BALANCER, 1);
    fleet_take_listing(&world->model.fleet, droplets, count, true,
                       world->model.now.mono_ms);
    world->model.fleet.matched_ms = world->model.fleet.listed_ms;
}

static struct host *host_at(struct world *world, enum colour colour, int row)
{
    struct fleet *fleet = &world->model.fleet;
    int host = fleet_next(fleet, role_of_colour(colour), -1);
    while (row-- > 0)
        host = fleet_next(fleet, role_of_colour(colour), host);
    return &fleet->hosts[host];
}

static int index_of(const struct world *world, const struct host *host)
{
    return (int)(host - world->model.fleet.hosts);
}

static void tell_facts(struct world *world, struct host *host, const char *sha)
{
    struct host_facts *facts = &host->facts;
    host->reach = REACH_OK;
    host->reach_ms = facts->at_ms = world->model.now.mono_ms;
    str_copy(facts->revision, sizeof facts->revision, sha);
    snprintf(facts->current, sizeof facts->current, "20261120T101500Z-%.7s", sha);
    str_copy(facts->helper_sha256, sizeof facts->helper_sha256,
             world->model.helper_sha256[0]);
    facts->releases[0] = (struct host_release){.whole = true, .size_mb = 12};
    str_copy(facts->releases[0].name, sizeof facts->releases[0].name, facts->current);
    facts->release_count = 1;
    facts->disk_free_mb = 12 * 1024;
    facts->memory_free_mb = 900;
    facts->load1 = 0.42;
    facts->cpus = 2;
}

static void probe(struct world *world, struct host *host, enum probe_reason reason,
                  int status, const char *detail)
{
    struct probe_result result = {.reason = reason, .status = status};
    result.elapsed_ms = 11 + (int)(host->droplet.id % 4);
    str_copy(result.detail, sizeof result.detail, detail);
    for (int i = 0; i < 3; i++)
        health_take(&host->health, &result, world->model.now.mono_ms,
                    (int)world->settings.health_rise, (int)world->settings.health_fall);
}

static void set_server(struct host *host, enum colour colour, bool up)
{
    struct server_row *server = &host->server;
    host->in_haproxy = true;
    *server = (struct server_row){.colour = colour,
                                  .op_state = up ? 2 : 0,
                                  .check_result = up ? 3 : 2,
                                  .check_health = up ? CHECKED : 0,
                                  .check_rise = RISE,
                                  .check_fall = FALL,
                                  .check_ms = 3};
    str_copy(server->name, sizeof server->name, host->droplet.name);
    str_copy(server->status, sizeof server->status, up ? "UP" : "DOWN");
    str_copy(server->check, sizeof server->check, up ? "" : "L4CON Connection refused");
}

static void set_host(struct world *world, struct host *host, enum colour colour,
                     const char *sha)
{
    tell_facts(world, host, sha);
    probe(world, host, PROBE_OK, 200, "ok");
    set_server(host, colour, true);
}

/* ---- time and traffic ---- */

static void count_second(struct world *world, int second)
{
    int share = world->model.balancers[0].runtime_share;
    int rate = 400 + (second * 37) % 61 - 30;
    for (int c = 0; c < COLOUR_COUNT; c++) {
        struct counters *counted = &world->counted[c];
        int percent = c == COLOUR_GREEN ? share : 100 - share;
        counted->requests += rate * percent / 100;
        counted->status[2] += rate * percent / 100;
        counted->status[5] += percent > 50 ? world->errors_per_s : 0;
        counted->rtime_ms = 12 + (second * 7) % 5;
        counted->sessions = percent > 0 ? 9 : 0;
    }
}

static struct counters sum(const struct counters *a, const struct counters *b)
{
    struct counters all = *a;
    all.requests += b->requests;
    all.sessions += b->sessions;
    for (int i = 0; i < 6; i++)
        all.status[i] += b->status[i];
    return all;
}

static void sample(struct world *world)
{
    struct model *model = &world->model;
    struct balancer *balancer = &model->balancers[0];
    struct server_row servers[COLOUR_COUNT] = {
        {.colour = COLOUR_BLUE, .counters = world->counted[COLOUR_BLUE]},
        {.colour = COLOUR_GREEN, .counters = world->counted[COLOUR_GREEN]},
    };
    struct balancer_sample sample = {
        .servers = servers,
        .server_count = COLOUR_COUNT,
        .at_ms = model->now.mono_ms,
        .pid = 4711,
        .uptime_s = 90000,
        .map_entries = 1,
        .runtime_share = balancer->runtime_share,
        .disk_share = balancer->disk_share,
        .backend = {world->counted[COLOUR_BLUE], world->counted[COLOUR_GREEN]},
        .frontend = sum(&world->counted[COLOUR_BLUE], &world->counted[COLOUR_GREEN]),
    };
    traffic_take(&model->traffic, &sample);
    balancer->sampled = true;
    balancer->sampled_ms = model->now.mono_ms;
    balancer->map_entries = 1;
    balancer->worker_pid = sample.pid;
    drift_remember(balancer);
}

static void tick(struct world *world, int64_t ms)
{
    world->model.now.mono_ms += ms;
    world->model.now.wall_ms += ms;
}

/* The same answers as before, a moment ago. */
static void probe_again(struct world *world)
{
    struct fleet *fleet = &world->model.fleet;
    for (int i = 0; i < fleet->count; i++) {
        struct health *health = &fleet->hosts[i].health;
        if (health->checked_ms > 0)
            health->checked_ms = world->model.now.mono_ms - i * 300 % (2 * SECOND);
    }
}

void world_pass(struct world *world, int64_t ms)
{
    for (; ms >= SECOND; ms -= SECOND) {
        tick(world, SECOND);
        if (world->model.fleet.trouble[0] == '\0' && world->model.fleet.count > 0)
            world->model.fleet.listed_ms = world->model.now.mono_ms;
        probe_again(world);
        world->model.hold.confirmed_ms = world->model.now.mono_ms;
        if (world->model.balancers[0].trouble[0] != '\0')
            continue;
        count_second(world, (int)(world->model.now.mono_ms / SECOND));
        sample(world);
    }
    tick(world, ms);
}

static void say(struct world *world, const struct host *host, enum step step,
                enum line_kind kind, const char *text)
{
    int index = host != NULL ? index_of(world, host) : TRANSCRIPT_CONSOLE;
    transcript_add(&world->model.transcript, world->model.now.wall_ms, index, (int)step,
                   kind, text);
}

static void say_console(struct world *world, enum line_kind kind, const char *text)
{
    transcript_add(&world->model.transcript, world->model.now.wall_ms,
                   TRANSCRIPT_CONSOLE, -1, kind, text);
}

/* ---- the lease and the fuse ---- */

static void hold_lease(struct world *world)
{
    struct model *model = &world->model;
    struct lease *lease = &model->balancers[0].lease;
    model->hold = (struct hold){
        .state = HOLD_OURS, .epoch = 7, .confirmed_ms = model->now.mono_ms};
    str_copy(model->hold.run, sizeof model->hold.run, model->run.id);
    *lease = (struct lease){.state = LEASE_HELD,
                            .epoch = 7,
                            .since_ms = model->now.mono_ms,
                            .until_ms = model->now.mono_ms + 60 * SECOND};
    str_copy(lease->run, sizeof lease->run, model->run.id);
    str_copy(lease->who, sizeof lease->who, model->who);
    str_copy(lease->where, sizeof lease->where, model->where);
}

static void give_lease_back(struct world *world)
{
    world->model.hold = (struct hold){.state = HOLD_NONE};
    world->model.balancers[0].lease.state = LEASE_RELEASED;
}

/* A colleague does, since three minutes. */
static void lend_lease(struct world *world, const char *stage)
{
    struct lease *lease = &world->model.balancers[0].lease;
    int64_t now_ms = world->model.now.mono_ms;
    *lease = (struct lease){.state = LEASE_HELD,
                            .epoch = 6,
                            .since_ms = now_ms - 190 * SECOND,
                            .until_ms = now_ms + 55 * SECOND};
    str_copy(lease->run, sizeof lease->run, "20261123T135900Z-11aa");
    str_copy(lease->who, sizeof lease->who, "ann");
    str_copy(lease->where, sizeof lease->where, "ws1");
    str_copy(lease->stage, sizeof lease->stage, stage);
}

static void arm_fuse(struct world *world, const char *run, int to)
{
    struct fuse *fuse = &world->model.balancers[0].fuse;
    *fuse = (struct fuse){.state = FUSE_ARMED,
                          .to = to,
                          .until_ms = world->model.now.mono_ms + 60 * SECOND};
    str_copy(fuse->run, sizeof fuse->run, run);
}

/* ---- a run ---- */

static void begin_run(struct world *world, enum run_kind kind, enum colour target)
{
    struct run *run = &world->model.run;
    int64_t now_ms = world->model.now.mono_ms;
    *run = (struct run){.kind = kind,
                        .state = RUN_PREFLIGHT,
                        .stage = STAGE_PREFLIGHT,
                        .number = 1,
                        .begun_ms = now_ms,
                        .begun_wall_ms = world->model.now.wall_ms,
                        .entered_ms = now_ms,
                        .target_known = true,
                        .target = target,
                        .share_before = share_of(colour_other(target)),
                        .share_after = share_of(target)};
    run->stage_ms[STAGE_PREFLIGHT] = now_ms;
    str_copy(run->id, sizeof run->id, "20261123T140231Z-7f3a");
    if (kind == RUN_DEPLOY) {
        str_copy(run->ref, sizeof run->ref, "release-2");
        str_copy(run->sha, sizeof run->sha, new_sha);
        snprintf(run->release, sizeof run->release, "20261123T140231Z-%.7s", new_sha);
    }
    rollout_init(&run->rollout, &world->recipe, 20);
    hold_lease(world);
    say_console(world, LINE_NOTE, "run 1: checking what must be true first");
}

static void enter(struct world *world, enum run_state state, int64_t limit_ms)
{
    struct run *run = &world->model.run;
    run->state = state;
    run->entered_ms = world->model.now.mono_ms;
    run->deadline_ms = limit_ms > 0 ? run->entered_ms + limit_ms : 0;
    run->gate = state == RUN_PLAN_GATE     ? 1
                : state == RUN_SWITCH_GATE ? 2
                : state == RUN_STEP_GATE   ? 3
                : state == RUN_FINISH_GATE ? 4
                                           : 0;
    if (!run_is_open(state)) {
        give_lease_back(world);
    } else {
        run->stage = run_stage(state);
        if (run->stage_ms[run->stage] == 0)
            run->stage_ms[run->stage] = run->entered_ms;
    }
}

/* Asks everybody anew: preflight wants answers of this run. */
static void refresh(struct world *world)
{
    struct model *model = &world->model;
    model->fleet.listed_ms = model->now.mono_ms;
    model->balancers[0].asked_ms = model->now.mono_ms;
    model->configure.since_ms = model->configure.read_ms = model->now.mono_ms;
    model->configure.world = 1;
    model->configure.linted = true;
    for (int i = 0; i < model->fleet.count; i++) {
        struct host *host = &model->fleet.hosts[i];
        host->reach_ms = host->facts.at_ms = model->now.mono_ms;
    }
}

static void check(struct world *world)
{
    refresh(world);
    preflight_look(&world->model.run.preflight, &world->model);
}

static void aim(struct world *world)
{
    struct run *run = &world->model.run;
    int count = fleet_count(&world->model.fleet, role_of_colour(run->target));
    for (int row = 0; row < count; row++)
        rollout_add(&run->rollout, index_of(world, host_at(world, run->target, row)));
}

static void set_job(struct world *world, int target, enum step step,
                    enum job_state state, int64_t begun_before_ms, int64_t took_ms)
{
    struct target *aim = &world->model.run.rollout.targets[target];
    struct job *job = &aim->jobs[step];
    job->state = state;
    job->started_ms = world->model.now.mono_ms - begun_before_ms;
    job->ended_ms = job_is_ended(state) ? job->started_ms + took_ms : 0;
    aim->step = state == JOB_OK ? (int)step + 1 : (int)step;
}

/* The steps before `step` ended well. */
static void set_steps(struct world *world, int target, enum step step)
{
    static const int64_t took_ms[] = {240, 2100, 31400, 90, 3200, 850};
    for (int s = 0; s < (int)step; s++)
        set_job(world, target, (enum step)s, JOB_OK, 70 * SECOND - s * 9 * SECOND,
                took_ms[s]);
}

static void print_build(struct world *world, const struct host *host, int lines)
{
    static const char *const modules[] = {
        ("Installing modules using cpanfile (vendor/cache) for the release "
         "20261123T140231Z-4e2b9d0 into /opt/my-perl-app/shared/local"),
        "Successfully installed HTTP-Message-6.44",
        "Successfully installed Plack-1.0050",
        "Successfully installed Starman-0.4016",
        "Successfully installed DBI-1.643",
        "Successfully installed Template-Toolkit-3.101",
        "6 distributions installed",
        "Complete! Modules were installed into /opt/my-perl-app/shared/local",
    };
    for (int i = 0; i < lines; i++) {
        tick(world, 40);
        say(world, host, BUILD, LINE_OUTPUT, modules[i % 8]);
    }
}

static void deploy(struct world *world)
{
    begin_run(world, RUN_DEPLOY, COLOUR_GREEN);
    check(world);
    world_pass(world, 3 * SECOND);
    enter(world, RUN_DEPLOYING, 0);
    aim(world);
    world_pass(world, 69 * SECOND);
}

static void deploy_well(struct world *world)
{
    deploy(world);
    for (int target = 0; target < world->model.run.rollout.count; target++) {
        set_steps(world, target, DIAGNOSE);
        print_build(world, host_at(world, COLOUR_GREEN, target), 8);
    }
}

static void verify(struct world *world)
{
    enter(world, RUN_VERIFYING, 90 * SECOND);
    world_pass(world, 4 * SECOND);
    int count = world->model.run.rollout.count;
    for (int row = 0; row < count; row++) {
        struct host *host = host_at(world, COLOUR_GREEN, row);
        health_reset(&host->health);
        set_host(world, host, COLOUR_GREEN, new_sha);
        str_copy(host->facts.current, sizeof host->facts.current,
                 world->model.run.release);
    }
    say_console(world, LINE_NOTE, "run 1: waits for your yes to the switch");
}

static void reach_switch_gate(struct world *world)
{
    deploy_well(world);
    verify(world);
    enter(world, RUN_SWITCH_GATE, 10 * MINUTE);
    world_pass(world, 3 * SECOND);
}

/* The load balancer has changed the share, and goes back to blue unless told. */
static void send_share(struct world *world, int share)
{
    struct run *run = &world->model.run;
    struct balancer *balancer = &world->model.balancers[0];
    enter(world, RUN_SWITCHING, 0);
    run->fused = true;
    run->share_after = share;
    run->share_since_ms = world->model.now.mono_ms;
    run->canary_step++;
    run->change = (struct change){.kind = CHANGE_SWITCH,
                                  .from = balancer->runtime_share,
                                  .to = share,
                                  .parts = {{.state = PART_MADE, .tries = 1}}};
    balancer->runtime_share = balancer->disk_share = share;
    arm_fuse(world, run->id, SHARE_BLUE);
}

static void begin_receipt(struct world *world)
{
    struct run *run = &world->model.run;
    run->receipt_begin = *traffic_last(&world->model.traffic);
    receipt_open(&run->receipt, &run->receipt_begin, COLOUR_BLUE, COLOUR_GREEN);
    run->receipt.switch_us = 380;
    run->receipt.timing = (struct switch_timing){
        .resolution_ms = 5, .first_new_us = 240, .last_old_us = 2300};
}

static void switch_over(struct world *world)
{
    reach_switch_gate(world);
    begin_receipt(world);
    send_share(world, SHARE_GREEN);
    world->model.balancers[0].live_since_ms = world->model.now.mono_ms;
    say_console(world, LINE_NOTE, "HAProxy: green is live");
    enter(world, RUN_WATCHING, MINUTE);
}

/* What the guard has seen by now. */
static void look_out(struct world *world)
{
    struct model *model = &world->model;
    static const struct probe_result answered = {.status = 200, .elapsed_ms = 14};
    int64_t now_ms = model->now.mono_ms;

    front_begin(&model->front, "10.0.0.6:80", "www.example.com");
    front_take(&model->front, &answered, now_ms, 2, 3);
    front_take(&model->front, &answered, now_ms, 2, 3);
    model->run.baseline = (struct baseline){.known = true,
                                            .measured = true,
                                            .colour = COLOUR_BLUE,
                                            .window_ms = 60000,
                                            .requests = 24720,
                                            .failed = 5,
                                            .app_5xx = 25,
                                            .response_ms = 14};
    guard_window_look(model, &model->run.baseline, &model->front,
                      model->run.share_since_ms, &model->run.window);
}

static void count_receipt(struct world *world)
{
    struct run *run = &world->model.run;
    look_out(world);
    run->own_requests[COLOUR_GREEN] = 6;
    receipt_update(&run->receipt, &run->receipt_begin,
                   traffic_last(&world->model.traffic), run->own_requests);
}

/* A quarter of the traffic is on green. */
static void switch_part(struct world *world)
{
    str_copy(world->settings.canary, sizeof world->settings.canary, "5, 25, 50");
    reach_switch_gate(world);
    begin_receipt(world);
    send_share(world, 5);
    world_pass(world, 10 * SECOND);
    send_share(world, 25);
    enter(world, RUN_HOLDING, MINUTE);
    say_console(world, LINE_NOTE, "HAProxy: 25 % of the requests go to green");
    world_pass(world, 14 * SECOND);
    count_receipt(world);
}

static void explain(struct world *world, const char *reason, const char *advice)
{
    struct run *run = &world->model.run;
    str_copy(run->reason, sizeof run->reason, reason);
    str_copy(run->advice, sizeof run->advice, advice);
}

/* ---- the situations ---- */

static void make_idle(struct world *world, int hosts)
{
    struct balancer *balancer = &world->model.balancers[0];
    list_fleet(world, hosts);
    balancer->host = fleet_next(&world->model.fleet, ROLE_BALANCER, -1);
    balancer->runtime_share = balancer->disk_share = SHARE_BLUE;
    balancer->live_since_ms = world->model.now.mono_ms - 2 * HOUR - 5 * MINUTE;
    balancer->asked_ms = world->model.now.mono_ms;
    balancer->lease.state = LEASE_NONE;
    str_copy(balancer->haproxy_version, sizeof balancer->haproxy_version, "2.6.12");
    str_copy(balancer->helper_sha256, sizeof balancer->helper_sha256,
             world->model.helper_sha256[1]);
    world->model.fleet.hosts[balancer->host].reach = REACH_OK;
    world_pass(world, 90 * SECOND);
    for (int row = 0; row < hosts; row++) {
        set_host(world, host_at(world, COLOUR_BLUE, row), COLOUR_BLUE, old_sha);
        set_host(world, host_at(world, COLOUR_GREEN, row), COLOUR_GREEN, idle_sha);
    }
    refresh(world);
    say_console(world, LINE_NOTE, "HAProxy: blue is live");
}

static void make_preflight(struct world *world)
{
    world_pass(world, 5 * SECOND);
    begin_run(world, RUN_DEPLOY, COLOUR_GREEN);
    world->model.run.sha[0] = '\0';
    world->model.fleet.listed_ms = world->model.now.mono_ms;
    world->model.balancers[0].asked_ms = world->model.now.mono_ms;
    preflight_look(&world->model.run.preflight, &world->model);
    world_pass(world, SECOND);
}

static void make_plan_gate(struct world *world)
{
    begin_run(world, RUN_DEPLOY, COLOUR_GREEN);
    check(world);
    enter(world, RUN_PLAN_GATE, 10 * MINUTE);
    world_pass(world, 4 * SECOND);
    refresh(world);
}

static void make_deploying(struct world *world)
{
    deploy(world);
    set_steps(world, 0, SMOKE);
    set_job(world, 0, SMOKE, JOB_RUNNING, 400, 0);
    set_steps(world, 1, BUILD);
    set_job(world, 1, BUILD, JOB_RUNNING, 24 * SECOND, 0);
    set_steps(world, 2, BUILD);
    set_job(world, 2, BUILD, JOB_CUT, 20 * SECOND, 0);
    print_build(world, host_at(world, COLOUR_GREEN, 0), 8);
    print_build(world, host_at(world, COLOUR_GREEN, 2), 3);
    print_build(world, host_at(world, COLOUR_GREEN, 1), 5);
    set_server(host_at(world, COLOUR_GREEN, 0), COLOUR_GREEN, false);
    say_console(world, LINE_WARNING, "web-green-3: the line dropped; asking again");
}

static void make_failed_host(struct world *world)
{
    deploy(world);
    struct host *bad = host_at(world, COLOUR_GREEN, 1);
    set_steps(world, 0, RESTART);
    set_steps(world, 1, BUILD);
    set_job(world, 1, BUILD, JOB_FAILED, 22 * SECOND, 21700);
    world->model.run.rollout.targets[1].jobs[BUILD].rc = 25;
    set_steps(world, 2, ACTIVATE);
    print_build(world, bad, 4);
    say(world, bad, BUILD, LINE_OUTPUT,
        "! Installing DBD::Pg failed. See /home/deploy/.cpanm/build.log for details.");
    say(world, bad, BUILD, LINE_OUTPUT, "pg_config: not found");
    say(world, bad, BUILD, LINE_BAD, "build ended with 25");
    explain(world, "web-green-2: build ended with 25",
            "read its lines in the log, mend the release or the host, deploy again; "
            "the live colour was not touched");
    enter(world, RUN_STOPPED, 0);
    world_pass(world, 2 * SECOND);
}

static void make_verifying(struct world *world)
{
    deploy_well(world);
    verify(world);
    struct host *bad = host_at(world, COLOUR_GREEN, 1);
    health_reset(&bad->health);
    probe(world, bad, PROBE_STATUS, 500,
          "database schema is 41, this release wants 42");
    set_server(bad, COLOUR_GREEN, false);
    host_at(world, COLOUR_GREEN, 2)->health.good_streak = 1;
    world_pass(world, 2 * SECOND);
}

/* A Droplet has joined, and somebody has written into the file. */
static void make_config_gate(struct world *world)
{
    static const char difference[] = "@ line 108\n"
                                     "     default-server inter 2s fall 3 rise 2\n"
                                     "     server web-green-1 10.0.0.4:8080 check\n"
                                     "     server web-green-2 10.0.0.5:8080 check\n"
                                     "-    server old-green 10.0.0.99:8080 check\n"
                                     "+    server web-green-3 10.0.0.6:8080 check\n"
                                     "-# by hand: ask Ann\n";
    struct configure *configure = &world->model.configure;

    deploy_well(world);
    world->model.config_managed = world->model.run.configures = true;
    configure_begin(configure, 0);
    configure_follow(&world->model, false);
    configure->differs = true;
    configure->added = 1;
    configure->removed = 2;
    str_copy(configure->difference, sizeof configure->difference, difference);
    enter(world, RUN_CONFIG_GATE, 30 * MINUTE);
    world->model.run.gate = 2;
}

static void make_gate_refused(struct world *world)
{
    reach_switch_gate(world);
    set_server(host_at(world, COLOUR_GREEN, 1), COLOUR_GREEN, false);
    host_at(world, COLOUR_GREEN, 0)->health.checked_ms -= 120 * SECOND;
}

static void make_watching(struct world *world)
{
    switch_over(world);
    world_pass(world, 18 * SECOND);
    count_receipt(world);
}

static void make_tripped(struct world *world)
{
    switch_over(world);
    world->errors_per_s = 31;
    world_pass(world, 9 * SECOND);
    count_receipt(world);
    explain(world, "7.4 % of the requests failed (the limit is 1 %)", "");
    enter(world, RUN_FINISH_GATE, 10 * MINUTE);
    world_pass(world, 2 * SECOND);
}

static void make_finished(struct world *world)
{
    switch_over(world);
    world_pass(world, 61 * SECOND);
    count_receipt(world);
    world->model.balancers[0].fuse.state = FUSE_NONE;
    enter(world, RUN_DONE, 0);
    explain(world, "", "blue stays warm: r sends the traffic back to 8f3c2a1");
    say_console(world, LINE_GOOD, "finished: green has 4e2b9d0");
    world_pass(world, 5 * SECOND);
}

static void make_rollback_gate(struct world *world)
{
    begin_run(world, RUN_ROLLBACK, COLOUR_GREEN);
    check(world);
    enter(world, RUN_VERIFYING, 0);
    aim(world);
    world_pass(world, 2 * SECOND);
    enter(world, RUN_SWITCH_GATE, 10 * MINUTE);
}

static void make_haproxy_lost(struct world *world)
{
    struct balancer *balancer = &world->model.balancers[0];
    balancer->sampled = false;
    str_copy(balancer->trouble, sizeof balancer->trouble,
             "lb-1: connect 10.0.0.6:22: connection refused");
    world_pass(world, 12 * SECOND);
}

static void make_live_down(struct world *world)
{
    for (int row = 0; row < HOSTS; row++) {
        struct host *host = host_at(world, COLOUR_BLUE, row);
        set_server(host, COLOUR_BLUE, false);
        probe(world, host, PROBE_REFUSED, 0, "connection refused");
    }
    world_pass(world, SECOND);
}

static void make_empty_pool(struct world *world)
{
    for (int row = HOSTS - 1; row >= 0; row--)
        host_at(world, COLOUR_GREEN, row)->gone = true;
    world_pass(world, SECOND);
}

static void make_split(struct world *world)
{
    world->model.balancers[0].runtime_share = 25;
    world->model.balancers[0].disk_share = 25;
    world_pass(world, 20 * SECOND);
}

static void make_lease_doubt(struct world *world)
{
    make_deploying(world);
    world->model.hold.confirmed_ms = world->model.now.mono_ms - 45 * SECOND;
}

static void make_canary_gate(struct world *world)
{
    switch_part(world);
    enter(world, RUN_STEP_GATE, 10 * MINUTE);
    arm_fuse(world, world->model.run.id, SHARE_BLUE);
    world_pass(world, 2 * SECOND);
}

/* The console that switched is gone: its lease has run out, its fuse ticks on. */
static void make_cut_off(struct world *world)
{
    struct recall *recall = &world->model.recall;

    world->model.balancers[0].asked_ms = world->model.now.mono_ms;
    recall_add(recall, "run 20261123T135900Z-11aa, deploy release-2 to green, was cut "
                       "off at \"deploying\", 13:59:41 UTC");
    recall_add(recall, "web-green-2: build was started; its end is not in the journal: "
                       "ask the host");
    recall->remains = (struct remains){.run = "20261123T135900Z-11aa",
                                       .kind = RUN_DEPLOY,
                                       .state = RUN_DEPLOYING,
                                       .target_known = true,
                                       .target = COLOUR_GREEN};
}

static void make_fuse_orphan(struct world *world)
{
    lend_lease(world, "watch");
    world->model.balancers[0].lease.state = LEASE_EXPIRED;
    world->model.balancers[0].runtime_share = world->model.balancers[0].disk_share =
        SHARE_GREEN;
    world->model.balancers[0].live_since_ms = world->model.now.mono_ms;
    arm_fuse(world, world->model.balancers[0].lease.run, SHARE_BLUE);
    world_pass(world, 19 * SECOND);
}

static void make_fuse_held(struct world *world)
{
    struct fuse *fuse = &world->model.balancers[0].fuse;
    make_watching(world);
    for (int row = 0; row < HOSTS; row++)
        set_server(host_at(world, COLOUR_BLUE, row), COLOUR_BLUE, false);
    fuse->state = FUSE_HELD;
    str_copy(fuse->held, sizeof fuse->held, "blue has no server that is UP");
}

static void make_inherited(struct world *world)
{
    make_fuse_orphan(world);
    begin_run(world, RUN_TAKEOVER, COLOUR_GREEN);
    check(world);
    world->model.run.fused = true;
    world->model.run.receipt_begin = *traffic_last(&world->model.traffic);
    receipt_open(&world->model.run.receipt, &world->model.run.receipt_begin,
                 COLOUR_BLUE, COLOUR_GREEN);
    enter(world, RUN_FINISH_GATE, 10 * MINUTE);
    world_pass(world, 6 * SECOND);
    count_receipt(world);
}

static void begin_revert(struct world *world)
{
    struct run *run = &world->model.run;
    switch_part(world);
    run->tripped = true;
    explain(world, "7.4 % of the requests to green failed in the last 10 s", "");
    enter(world, RUN_REVERTING, 0);
    run->change = (struct change){.kind = CHANGE_REVERT,
                                  .from = 25,
                                  .to = SHARE_BLUE,
                                  .parts = {{.state = PART_ASKED, .tries = 1}}};
    say_console(world, LINE_BAD, "run 1: the load balancer takes the switch back");
}

static void make_reverting(struct world *world)
{
    begin_revert(world);
    world_pass(world, 2 * SECOND);
}

static void make_reverted(struct world *world)
{
    struct balancer *balancer = &world->model.balancers[0];
    begin_revert(world);
    balancer->runtime_share = balancer->disk_share = SHARE_BLUE;
    balancer->fuse.state = FUSE_NONE;
    enter(world, RUN_REVERTED, 0);
    explain(world,
            "the traffic is where it was before the run, 0 % green: 7.4 % of the "
            "requests to green failed in the last 10 s",
            "the release stays on the idle colour: read the log, then deploy again");
    world_pass(world, 3 * SECOND);
}

/* The load balancer has not answered to the first question. */
static void make_changing(struct world *world)
{
    struct run *run = &world->model.run;
    begin_run(world, RUN_MAINTENANCE, COLOUR_GREEN);
    run->target_known = false;
    run->share_after = run->share_before;
    run->page_up = true;
    check(world);
    enter(world, RUN_CHANGING, 45 * SECOND);
    run->change = (struct change){.kind = CHANGE_MAINTENANCE,
                                  .on = true,
                                  .parts = {{.state = PART_ASKED, .tries = 2}}};
    world_pass(world, 7 * SECOND);
}

/* What a night of other people's work leaves behind. */
static void make_drift(struct world *world)
{
    struct model *model = &world->model;
    struct balancer *balancer = &model->balancers[0];
    struct host *drained = host_at(world, COLOUR_BLUE, 1);
    balancer->disk_share = SHARE_GREEN;
    model->config_managed = true;
    world_pass(world, SECOND);
    balancer->known_pid = 4102;
    balancer->config_edited = true;
    str_copy(balancer->config_note, sizeof balancer->config_note,
             "/etc/haproxy/haproxy.cfg, 13:58:02, 3 lines differ");
    balancer->old_workers = 1;
    drained->server.admin_state = 8;
    str_copy(drained->server.status, sizeof drained->server.status, "DRAIN");
    host_at(world, COLOUR_GREEN, 2)->in_haproxy = false;
    tell_facts(world, host_at(world, COLOUR_GREEN, 1), new_sha);
    model->fleet.stranger_count = 1;
    model->fleet.strangers[0] = (struct stranger){
        .colour = COLOUR_GREEN, .name = "web-green-9", .address = "10.0.0.29:8080"};
}

static void make_map_lost(struct world *world)
{
    struct balancer *balancer = &world->model.balancers[0];
    world_pass(world, SECOND);
    balancer->map_entries = 0;
    balancer->runtime_share = SHARE_UNKNOWN;
}

/* Printable already, as all that comes from outside; and still as wide, as long, as
 * marked up as it may be. */
static void make_hostile(struct world *world)
{
    struct host *host = host_at(world, COLOUR_GREEN, 0);
    str_copy(host->droplet.name, sizeof host->droplet.name,
             "웹서버-緑-１番-with-a-name-that-does-not-end-1");
    host = host_at(world, COLOUR_GREEN, 1);
    str_copy(host->droplet.name, sizeof host->droplet.name, "<U+202E>neerg-bew");
    say(world, host, BUILD, LINE_OUTPUT,
        "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84 漢字漢字漢字");
    say(world, host, BUILD, LINE_OUTPUT, "<script>&amp; %s %n \\x1b[2J \xef\xbf\xbd");
    char line[TRANSCRIPT_LINE_MAX];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    say(world, host, BUILD, LINE_OUTPUT, line);
    memset(world->settings.app, 'a', 60);
    world->settings.app[60] = '\0';
}

static void make_many(struct world *world)
{
    deploy(world);
    for (int target = 0; target < MANY_HOSTS; target++)
        set_steps(world, target, target < 12 ? DIAGNOSE : target < 18 ? BUILD : CHECK);
    for (int target = 12; target < 18; target++)
        set_job(world, target, BUILD, JOB_RUNNING, (target - 8) * SECOND, 0);
    set_job(world, 23, CHECK, JOB_LOST, 50 * SECOND, 40 * SECOND);
    print_build(world, host_at(world, COLOUR_GREEN, 14), 6);
}

static void make(struct world *world, enum situation situation)
{
    struct fleet *fleet = &world->model.fleet;
    switch (situation) {
    case WORLD_PREFLIGHT:
        make_preflight(world);
        break;
    case WORLD_PLAN_GATE:
        make_plan_gate(world);
        break;
    case WORLD_DEPLOYING:
        make_deploying(world);
        break;
    case WORLD_FAILED_HOST:
        make_failed_host(world);
        break;
    case WORLD_VERIFYING:
        make_verifying(world);
        break;
    case WORLD_STAGING:
        world->settings.production = false;
        str_copy(world->settings.environment, sizeof world->settings.environment,
                 "staging");
        reach_switch_gate(world);
        break;
    case WORLD_CONFIG_GATE:
        make_config_gate(world);
        break;
    case WORLD_SWITCH_GATE:
        reach_switch_gate(world);
        break;
    case WORLD_GATE_REFUSED:
        make_gate_refused(world);
        break;
    case WORLD_WATCHING:
        make_watching(world);
        break;
    case WORLD_TRIPPED:
        make_tripped(world);
        break;
    case WORLD_FINISHED:
        make_finished(world);
        break;
    case WORLD_ROLLBACK_GATE:
        make_rollback_gate(world);
        break;
    case WORLD_API_DOWN:
        str_copy(fleet->trouble, sizeof fleet->trouble,
                 "HTTP 503: the service is not available");
        world_pass(world, 65 * SECOND);
        break;
    case WORLD_HAPROXY_LOST:
        make_haproxy_lost(world);
        break;
    case WORLD_LIVE_DOWN:
        make_live_down(world);
        break;
    case WORLD_EMPTY_POOL:
        make_empty_pool(world);
        break;
    case WORLD_SPLIT:
        make_split(world);
        break;
    case WORLD_FOREIGN_LEASE:
        lend_lease(world, "watch");
        break;
    case WORLD_LEASE_DOUBT:
        make_lease_doubt(world);
        break;
    case WORLD_CANARY_HOLD:
        switch_part(world);
        break;
    case WORLD_CANARY_GATE:
        make_canary_gate(world);
        break;
    case WORLD_FUSE_ORPHAN:
        make_fuse_orphan(world);
        break;
    case WORLD_CUT_OFF:
        make_cut_off(world);
        break;
    case WORLD_FUSE_HELD:
        make_fuse_held(world);
        break;
    case WORLD_INHERITED:
        make_inherited(world);
        break;
    case WORLD_REVERTING:
        make_reverting(world);
        break;
    case WORLD_REVERTED:
        make_reverted(world);
        break;
    case WORLD_CHANGING:
        make_changing(world);
        break;
    case WORLD_MAINTENANCE:
        world->model.balancers[0].maintenance = true;
        break;
    case WORLD_DRIFT:
        make_drift(world);
        break;
    case WORLD_MAP_LOST:
        make_map_lost(world);
        break;
    case WORLD_HOSTILE:
        make_hostile(world);
        break;
    case WORLD_MANY:
        make_many(world);
        break;
    default:
        break;
    }
}

static void set_up(struct world *world)
{
    struct err err;
    struct model *model = &world->model;
    set_settings(&world->settings);
    if (!recipe_read(&world->recipe, "perl-starman", "recipe.ini", manifest,
                     sizeof manifest - 1, &err)) {
        fprintf(stderr, "world: %s\n", err.text);
        abort();
    }
    model->settings = &world->settings;
    model->recipe = &world->recipe;
    model->now = (struct moment){start_ms, start_wall_ms};
    balancer_init(&model->balancers[0], -1);
    model->balancer_count = 1;
    settings_env_name(&world->settings, model->env, sizeof model->env);
    str_copy(model->who, sizeof model->who, "eve");
    str_copy(model->where, sizeof model->where, "ws2");
    str_copy(model->helper_sha256[0], sizeof model->helper_sha256[0], "aa11");
    str_copy(model->helper_sha256[1], sizeof model->helper_sha256[1], "bb22");
    fleet_init(&model->fleet);
    traffic_init(&model->traffic);
    transcript_init(&model->transcript);
}

struct world *world_new(enum situation situation)
{
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL)
        abort();
    set_up(world);
    if (situation != WORLD_STARTING)
        make_idle(world, situation == WORLD_MANY ? MANY_HOSTS : HOSTS);
    make(world, situation);
    return world;
}

void world_free(struct world *world)
{
    free(world);
}

static const struct {
    const char *name, *help;
} situations[SITUATION_COUNT] = {
#define X(situation, name, help) [situation] = {name, help},
    SITUATIONS(X)
#undef X
};

const char *situation_name(enum situation situation)
{
    return situations[situation].name;
}

const char *situation_help(enum situation situation)
{
    return situations[situation].help;
}

enum situation situation_find(const char *name)
{
    int i = 0;
    while (i < SITUATION_COUNT && !str_equal(situations[i].name, name))
        i++;
    return (enum situation)i;
}
