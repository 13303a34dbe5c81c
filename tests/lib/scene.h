#ifndef BGC_TESTS_LIB_SCENE_H
#define BGC_TESTS_LIB_SCENE_H

/*
 * The world around core, made up: hosts of two colours, load balancers and an API,
 * which do as a script says. It knows the time only as it is told and never calls core;
 * lib/story carries questions in and answers out.
 */

#include "core/event.h"
#include "core/fleet.h"
#include "core/lease.h"
#include "core/recipe.h"
#include "core/run.h"
#include "core/settings.h"
#include "core/traffic.h"
#include "lib/scene_balancer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCENE_PER_COLOUR = 2, SCENE_BALANCER = 2 * SCENE_PER_COLOUR };
enum { SCENE_BALANCERS = 2, SCENE_HOSTS = SCENE_BALANCER + SCENE_BALANCERS };

/* Fleet indexes of the hosts, in the order of the first listing. */
enum { BLUE_1, BLUE_2, GREEN_1, GREEN_2, LB_1, LB_2 };

/* The steps of the scene's recipe. */
enum {
    STEP_FETCH,
    STEP_BUILD,
    STEP_ACTIVATE,
    STEP_DIAGNOSE,
    SCENE_STEPS,
    STEP_CONTRACT = SCENE_STEPS
};

#define SCENE_OLD_SHA "8f3c2a1d5e6b7f8091a2b3c4d5e6f70812345678"
#define SCENE_NEW_SHA "4e2b9d07c6b5a4938271605f4e3d2c1b0a998877"

struct scene_job {
    char run[RUN_ID_MAX]; /* empty: none was ever begun */
    char sha[SHA_HEX_SIZE];
    char release[HOST_RELEASE_MAX];
    int step;
    bool runs;
    int64_t ends_ms;
    int rc;
    int64_t log_size;
};

struct scene_host {
    const char *name;
    enum host_role role;
    bool reachable; /* by SSH */
    bool healthy;   /* answers probes, HAProxy's too, as it should */
    bool listed;    /* by the API */
    char sha[SHA_HEX_SIZE];
    char release[HOST_RELEASE_MAX];
    int fails_at;      /* the step that ends with 1; -1: none */
    bool stays_in_job; /* a cancel does not end it */
    int64_t step_ms;   /* how long a step takes */
    struct scene_job job;
    int begun[RECIPE_STEPS_MAX]; /* how often each step was, of all runs */
};

struct scene {
    int64_t now_ms;
    struct recipe recipe;
    struct scene_host hosts[SCENE_HOSTS];
    struct scene_balancer balancers[SCENE_BALANCERS]; /* by the order of their hosts */
    bool api_up;
    bool store_down[STORE_COUNT]; /* no host reaches it */
    int64_t hook_ms;              /* how long a hook takes */
    bool hook_fails[STAGE_COUNT][HOOK_WHENS];
    bool ref_known;        /* to git */
    bool release_is_sick;  /* what is deployed does not answer well */
    int64_t counted_to_ms; /* the counters are of this moment */
};

/* All is well; blue is live; the API lists one load balancer; nothing happened before
 * `now_ms`. */
void scene_init(struct scene *scene, int64_t now_ms);

/* The second load balancer is there, too. */
void scene_add_balancer(struct scene *scene);

/* The load balancer that is this host. */
struct scene_balancer *scene_balancer_of(struct scene *scene, int host);
/* Its recipe has a contract migration. */
void scene_add_contract(struct scene *scene);
/* One more step of its recipe, for another moment than the deploy. Returns its index.
 */
int scene_add_step(struct scene *scene, const char *name, enum recipe_when when);

/* Lets time pass: jobs end, requests are served. */
void scene_advance(struct scene *scene, int64_t now_ms);

/* haproxy.cfg is what bgconsole would write for these hosts. */
void scene_write_config(struct scene *scene, int host, const struct settings *settings);

/* What the API, a host, and the load balancer would answer now. */
size_t scene_list(const struct scene *scene, struct droplet droplets[SCENE_HOSTS]);
struct host_facts scene_facts(const struct scene *scene, int host);
struct probe_result scene_probe(const struct scene *scene, int host);

/* `servers` holds the rows that the sample borrows. */
struct balancer_sample scene_sample(const struct scene *scene, int host,
                                    struct server_row servers[SCENE_BALANCER]);

/* bgc-host is asked to begin a job: it begins, or is the one that runs already. False:
 * another one runs. */
bool scene_begin_job(struct scene *scene, int host, const struct scene_job *job);

/* The job of this run and step on the host; NULL: it does not know it. */
struct scene_job *scene_job(struct scene *scene, int host, const char *run, int step);

#endif
