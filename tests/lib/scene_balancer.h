#ifndef BGC_TESTS_LIB_SCENE_BALANCER_H
#define BGC_TESTS_LIB_SCENE_BALANCER_H

/*
 * A load balancer of the scene: HAProxy's counters and share, and bgc-lb.
 *
 * It keeps the rules of bgc-lb (docs/remote-helpers.md): one change at a time, a known
 * nonce answers its recorded outcome, a lower pair is stale, a change is made only from
 * the share that it names, an open fuse is due after a boot. It knows the time only as
 * it is told.
 */

#include "core/change.h"
#include "core/event.h"
#include "core/lease.h"
#include "core/run.h"
#include "core/traffic.h"

#include <stdbool.h>
#include <stdint.h>

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
    bool prepare; /* whether it would be made */
    char nonce[CHANGE_NONCE_MAX];
    int64_t epoch, seq;
    int from, to;
    int64_t fuse_ms;        /* 0: none is asked for */
    char config_sha256[65]; /* CHANGE_INSTALL: of the file that it takes the place of */
    const char *config;     /* and what is installed */
    struct contract contract; /* CHANGE_CONTRACT */
};

/* The lease as bgc-lb keeps it. */
struct scene_lease {
    char run[LEASE_RUN_MAX]; /* empty: nobody holds it */
    const char *who;
    int64_t epoch;
    int64_t since_ms, until_ms;
    bool is_void; /* it was given before the last boot */
};

struct switch_outcome {
    bool answered;
    bool ok;
    const char *code;
    char message[96];
};

enum { SCENE_PUBLISHED_MAX = 64 }; /* lines of runs that are kept */
enum { SCENE_CONFIG_MAX = 32 * 1024 };

struct scene_balancer {
    const char *name;
    int64_t now_ms;
    bool has_power;
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
    struct contract contract; /* the newest */
    int changes;              /* made so far, ours and others' */
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

/* All is well, and blue is live. `name` is kept. */
void scene_balancer_init(struct scene_balancer *balancer, const char *name,
                         int64_t now_ms);

/* Requests are served, as long as `served_ms`; a fuse that is due goes off. */
void scene_balancer_advance(struct scene_balancer *balancer, int64_t now_ms,
                            int64_t served_ms);

/* It loses power: nothing answers. It boots again: another boot voids the lease, and an
 * open fuse goes off before HAProxy serves. */
void scene_die(struct scene_balancer *balancer);
void scene_boot(struct scene_balancer *balancer);

/* Whether bgc-lb, or HAProxy's counters, can be asked. */
bool scene_answers(const struct scene_balancer *balancer);
bool scene_counters_come(const struct scene_balancer *balancer);

/* Somebody else moves the traffic, on disk and in HAProxy. */
void scene_move_share(struct scene_balancer *balancer, int share);

/* What it says of its haproxy.cfg in place of a digest. */
void scene_config_sha256(const struct scene_balancer *balancer, char buffer[65]);

/* Somebody writes a line into it by hand. */
void scene_edit_config(struct scene_balancer *balancer);

/* bgc-lb is asked for a change. */
struct switch_outcome scene_switch(struct scene_balancer *balancer,
                                   const struct switch_request *request);

/* bgc-lb is asked for the lease, to keep it, or to take it back. */
struct switch_outcome scene_acquire(struct scene_balancer *balancer, const char *run,
                                    const char *who, int64_t above, bool takes);
struct switch_outcome scene_renew(struct scene_balancer *balancer, const char *run,
                                  int64_t epoch);
struct switch_outcome scene_release(struct scene_balancer *balancer, const char *run,
                                    int64_t epoch);

/* The fuse gets so long from now. */
struct switch_outcome scene_extend(struct scene_balancer *balancer, int64_t epoch,
                                   int64_t fuse_ms);

/* A run, ours or another's, publishes a line. */
void scene_publish(struct scene_balancer *balancer, const char *run, const char *text);

/* Whether somebody holds the lease now; and what the load balancer tells of it. */
bool scene_lease_is_held(const struct scene_balancer *balancer);
struct lease scene_lease(const struct scene_balancer *balancer);

#endif
