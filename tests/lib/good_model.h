#ifndef BGC_TESTS_LIB_GOOD_MODEL_H
#define BGC_TESTS_LIB_GOOD_MODEL_H

/*
 * A model in which all is well: blue is live, green has two good hosts, and a deploy to
 * green asked for everything a few seconds ago. A test spoils one thing and looks.
 */

#include "base/str.h"
#include "core/model.h"

#include <stdio.h>
#include <stdlib.h>

enum { GOOD_BLUE_1, GOOD_BLUE_2, GOOD_GREEN_1, GOOD_GREEN_2, GOOD_BALANCER };

/* mono times, in ms */
enum { GOOD_BEGUN = 100000, GOOD_ANSWERED = 101000, GOOD_NOW = 102000 };

#define GOOD_SHA "4e2b9d0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define GOOD_OLD_SHA "8f3c2a1bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define GOOD_RELEASE "20261123T182622Z-4e2b9d0"

struct good_model {
    struct model model;
    struct settings settings;
    struct recipe recipe;
};

static inline void good_host(struct model *model, enum host_role role, const char *name,
                             const char *sha)
{
    struct host *host = &model->fleet.hosts[model->fleet.count++];

    str_copy(host->droplet.name, sizeof host->droplet.name, name);
    snprintf(host->address, sizeof host->address, "10.0.0.%d", model->fleet.count);
    host->droplet.role = role;
    host->droplet.status = DROPLET_ACTIVE;
    host->reach = REACH_OK;
    host->reach_ms = GOOD_ANSWERED;
    if (role == ROLE_BALANCER)
        return;
    host->facts = (struct host_facts){.at_ms = GOOD_ANSWERED, .disk_free_mb = 9000};
    str_copy(host->facts.helper_sha256, sizeof host->facts.helper_sha256, "host-sha");
    str_copy(host->facts.revision, sizeof host->facts.revision, sha);
    snprintf(host->facts.current, sizeof host->facts.current, "20261123T182622Z-%.7s",
             sha);
    host->health = (struct health){
        .state = HEALTH_OK, .good_streak = 9, .checked_ms = GOOD_ANSWERED};
    str_copy(host->health.last.release, sizeof host->health.last.release, sha);
    host->in_haproxy = true;
    host->server = (struct server_row){
        .colour = role == ROLE_BLUE ? COLOUR_BLUE : COLOUR_GREEN,
        .op_state = 2,
        .check_result = 3,
        .check_health = 4,
        .check_rise = 2,
        .check_fall = 3,
        .status = "UP",
    };
}

static inline void good_balancer(struct model *model)
{
    struct balancer *balancer = &model->balancers[0];

    model->balancer_count = 1;
    *balancer = (struct balancer){
        .host = GOOD_BALANCER,
        .sampled = true,
        .sampled_ms = GOOD_ANSWERED,
        .runtime_share = SHARE_BLUE,
        .disk_share = SHARE_BLUE,
        .map_entries = 1,
        .worker_pid = 4711,
        .known_pid = 4711,
        .known_share = SHARE_BLUE,
        .asked_ms = GOOD_ANSWERED,
        .helper_sha256 = "lb-sha",
        .epoch = 3,
        .seq = 7,
        .haproxy_version = "2.6.12",
    };
}

static inline void good_run(struct run *run, const struct recipe *recipe)
{
    *run = (struct run){
        .kind = RUN_DEPLOY,
        .state = RUN_SWITCH_GATE,
        .id = "20261123T182622Z-7f3a",
        .number = 42,
        .begun_ms = GOOD_BEGUN,
        .ref = "main",
        .sha = GOOD_SHA,
        .release = GOOD_RELEASE,
        .target_known = true,
        .target = COLOUR_GREEN,
        .share_before = SHARE_BLUE,
        .share_after = SHARE_GREEN,
        .epoch = 3,
        .seq = 8,
        .change = {.kind = CHANGE_SWITCH, .to = SHARE_GREEN, .seq = 8},
    };
    run->stage_ms[STAGE_VERIFY] = GOOD_BEGUN + 500;
    rollout_init(&run->rollout, recipe, 20);
    rollout_add(&run->rollout, GOOD_GREEN_1);
    rollout_add(&run->rollout, GOOD_GREEN_2);
}

/* The caller frees it. */
static inline struct good_model *good_model_new(void)
{
    struct good_model *good = calloc(1, sizeof *good);
    if (good == NULL)
        abort();
    struct model *model = &good->model;

    settings_init(&good->settings);
    str_copy(good->settings.release_header, SETTING_TEXT_MAX, "X-Release");
    str_copy(model->env, sizeof model->env, "my-perl-app-production");
    good->settings.evidence_s = 30;
    good->recipe = (struct recipe){
        .name = "perl-starman",
        .step_count = 2,
        .steps = {{.name = "fetch"}, {.name = "build"}},
    };
    model->settings = &good->settings;
    model->recipe = &good->recipe;
    model->now.mono_ms = GOOD_NOW;
    model->now.wall_ms = INT64_C(1795458182123); /* 2026-11-23T18:23:02.123Z */
    str_copy(model->helper_sha256[0], sizeof model->helper_sha256[0], "host-sha");
    str_copy(model->helper_sha256[1], sizeof model->helper_sha256[1], "lb-sha");
    model->hold =
        (struct hold){.state = HOLD_OURS, .epoch = 3, .confirmed_ms = GOOD_ANSWERED};
    fleet_init(&model->fleet);
    model->fleet.listed_ms = GOOD_ANSWERED;
    model->fleet.matched_ms = GOOD_ANSWERED;
    model->configure.since_ms = GOOD_BEGUN;
    model->configure.read_ms = GOOD_ANSWERED;
    model->configure.world = 1;
    model->configure.linted = true;
    good_host(model, ROLE_BLUE, "web-blue-1", GOOD_OLD_SHA);
    good_host(model, ROLE_BLUE, "web-blue-2", GOOD_OLD_SHA);
    good_host(model, ROLE_GREEN, "web-green-1", GOOD_SHA);
    good_host(model, ROLE_GREEN, "web-green-2", GOOD_SHA);
    good_host(model, ROLE_BALANCER, "lb-1", "");
    good_balancer(model);
    good_run(&model->run, &good->recipe);
    return good;
}

#endif
