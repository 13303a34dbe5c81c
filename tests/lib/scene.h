#ifndef BGC_TESTS_LIB_SCENE_H
#define BGC_TESTS_LIB_SCENE_H

/*
 * The world around core, made up: hosts of two colours, one load balancer and an API,
 * which do as a script says. It knows the time only as it is told and never calls core;
 * lib/story carries questions in and answers out.
 *
 * Its load balancer keeps the rules of bgc-lb (docs/remote-helpers.md): one change at a
 * time, a known nonce answers its recorded outcome, a lower pair is stale, a change is
 * made only from the share that it names.
 */

#include "core/change.h"
#include "core/event.h"
#include "core/fleet.h"
#include "core/lease.h"
#include "core/recipe.h"
#include "core/run.h"
#include "core/settings.h"
#include "core/traffic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCENE_PER_COLOUR = 2, SCENE_BALANCER = 2 * SCENE_PER_COLOUR };
enum { SCENE_HOSTS = SCENE_BALANCER + 1 };

/* Fleet indexes of the hosts, in the order of the first listing. */
enum { BLUE_1, BLUE_2, GREEN_1, GREEN_2, LB_1 };

/* The steps of the scene's recipe. */
enum { STEP_FETCH, STEP_BUILD, STEP_ACTIVATE, STEP_DIAGNOSE, SCENE_STEPS };

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
    int begun[SCENE_STEPS]; /* how often each step was, of all runs */
};

/* What becomes of a switch that is asked for. */
enum switch_fate {
    SWITCH_WORKS,
    SWITCH_REFUSED,     /* said so, and nothing was changed */
    SWITCH_UNPROVEN,    /* made; the request through the frontend did not agree */
    SWITCH_TAKEN_BACK,  /* HAProxy answered an error; what was changed is put back */
    SWITCH_NEVER_CAME,  /* the question was lost on its way */
    SWITCH_ANSWER_LOST, /* made, and the answer was lost */
    SWITCH_FATE_COUNT
};

/* One change as bgc-lb is asked for it. */
struct switch_request {
    enum change_kind kind;
    char run[LEASE_RUN_MAX];
    char nonce[CHANGE_NONCE_MAX];
    int64_t epoch, seq;
    int from, to;
    int64_t fuse_ms;        /* 0: none is asked for */
    char config_sha256[65]; /* CHANGE_INSTALL: of the file that it takes the place of */
    const char *config;     /* and what is installed */
};

/* The lease as bgc-lb keeps it. */
struct scene_lease {
    char run[LEASE_RUN_MAX]; /* empty: nobody holds it */
    const char *who;
    int64_t epoch;
    int64_t since_ms, until_ms;
};

struct switch_outcome {
    bool answered;
    bool ok;
    const char *code;
    const char *message;
};

enum { SCENE_PUBLISHED_MAX = 64 }; /* lines of runs that are kept */
enum { SCENE_CONFIG_MAX = 32 * 1024 };

struct scene_balancer {
    bool reachable;     /* bgc-lb, by SSH */
    bool counters_come; /* samples do */
    int share, disk_share;
    int64_t epoch, seq; /* of the newest change */
    char nonce[CHANGE_NONCE_MAX];
    struct switch_outcome outcome; /* of it */
    bool intent_open;
    enum switch_fate fate; /* of the next `fate_count` asks; -1: of all */
    int fate_count;
    int64_t worker_pid;
    bool way_back_is_dead; /* the fuse finds no server to go back to */
    int64_t requests_per_s;
    int errors_percent[COLOUR_COUNT]; /* answered with 5xx by HAProxy */
    struct counters counted[COLOUR_COUNT];
    int changes; /* made so far, ours and others' */
    struct scene_lease holder;
    struct fuse fuse; /* its deadline is of the scene's time */
    int64_t fuse_seq; /* of the switch that armed it */
    struct published published[SCENE_PUBLISHED_MAX];
    int published_count;
    char config[SCENE_CONFIG_MAX]; /* haproxy.cfg */
    int config_number;             /* grows with each that is written: its sha256 */
    bool config_unreadable;        /* nobody may read it */
    bool config_refused;           /* by haproxy -c */
    bool reload_fails;
};

struct scene {
    int64_t now_ms;
    struct recipe recipe;
    struct scene_host hosts[SCENE_HOSTS];
    struct scene_balancer balancer;
    bool api_up;
    bool ref_known;        /* to git */
    bool release_is_sick;  /* what is deployed does not answer well */
    int64_t counted_to_ms; /* the counters are of this moment */
};

/* All is well; blue is live; nothing happened before `now_ms`. */
void scene_init(struct scene *scene, int64_t now_ms);

/* Lets time pass: jobs end, requests are served. */
void scene_advance(struct scene *scene, int64_t now_ms);

/* Somebody else moves the traffic, on disk and in HAProxy. */
void scene_move_share(struct scene *scene, int share);

/* What it says of its haproxy.cfg in place of a digest. */
void scene_config_sha256(const struct scene *scene, char buffer[65]);

/* haproxy.cfg is what bgconsole would write for these hosts. */
void scene_write_config(struct scene *scene, const struct settings *settings);

/* Somebody writes a line into it by hand. */
void scene_edit_config(struct scene *scene);

/* What the API, a host, and the load balancer would answer now. */
size_t scene_list(const struct scene *scene, struct droplet droplets[SCENE_HOSTS]);
struct host_facts scene_facts(const struct scene *scene, int host);
struct probe_result scene_probe(const struct scene *scene, int host);

/* `servers` holds the rows that the sample borrows. */
struct balancer_sample scene_sample(const struct scene *scene,
                                    struct server_row servers[SCENE_BALANCER]);

/* bgc-lb is asked for a change. */
struct switch_outcome scene_switch(struct scene *scene,
                                   const struct switch_request *request);

/* bgc-lb is asked for the lease, to keep it, or to take it back. */
struct switch_outcome scene_acquire(struct scene *scene, const char *run,
                                    const char *who, int64_t above, bool takes);
struct switch_outcome scene_renew(struct scene *scene, const char *run, int64_t epoch);
struct switch_outcome scene_release(struct scene *scene, const char *run,
                                    int64_t epoch);

/* The fuse gets so long from now. */
struct switch_outcome scene_extend(struct scene *scene, int64_t epoch, int64_t fuse_ms);

/* A run, ours or another's, publishes a line. */
void scene_publish(struct scene *scene, const char *run, const char *text);

/* Whether somebody holds the lease now; and what the load balancer tells of it. */
bool scene_lease_is_held(const struct scene *scene);
struct lease scene_lease(const struct scene *scene);

/* bgc-host is asked to begin a job: it begins, or is the one that runs already. False:
 * another one runs. */
bool scene_begin_job(struct scene *scene, int host, const struct scene_job *job);

/* The job of this run and step on the host; NULL: it does not know it. */
struct scene_job *scene_job(struct scene *scene, int host, const char *run, int step);

#endif
