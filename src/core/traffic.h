#ifndef BGC_CORE_TRAFFIC_H
#define BGC_CORE_TRAFFIC_H

/*
 * What HAProxy counted: samples, and what they tell between two of them.
 *
 * Counters belong to one worker process: a new pid begins at zero, so nothing is
 * ever compared across it. Names follow the CSV columns of HAProxy's
 * management manual, section 9.1.
 */

#include "core/share.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SERVER_NAME_MAX = 64,
    SERVER_CHECK_MAX = 96,
    BALANCERS_MAX = 4,     /* that share the traffic */
    TRAFFIC_HISTORY = 120, /* samples kept for charts */
};

/* One row of `show stat`: a frontend, a backend or a server. */
struct counters {
    int64_t requests;  /* req_tot; stot where the row has no req_tot */
    int64_t sessions;  /* scur: being served now */
    int64_t queued;    /* qcur */
    int64_t status[6]; /* hrsp_1xx .. hrsp_5xx in [1]..[5]; hrsp_other in [0] */
    int64_t econ;      /* connection errors */
    int64_t eresp;     /* response errors */
    int64_t wretr;     /* retries */
    int64_t wredis;    /* redispatches */
    int64_t cli_abrt;  /* transfers ended by the client */
    int64_t srv_abrt;  /* transfers ended by the server */
    int64_t dresp;     /* responses denied */
    int64_t ttime_ms;  /* average total time of the last 1,024 requests */
    int64_t rtime_ms;  /* average response time of the last 1,024 requests */
};

/* One server, from `show servers state` and `show stat` (management.txt 9.3). */
struct server_row {
    enum colour colour;         /* which backend */
    char name[SERVER_NAME_MAX]; /* printable */
    char address[SERVER_NAME_MAX];
    int op_state;                 /* 0 stopped, 1 starting, 2 running, 3 stopping */
    int admin_state;              /* 0: nothing set by hand */
    int check_result;             /* 0 unknown, 1 neutral, 2 failed, 3 passed, 4 .. */
    bool checking;                /* a check is under way, its result unknown */
    int check_health;             /* 0 .. rise + fall - 1 */
    int check_rise, check_fall;   /* -1: not known */
    int check_ms;                 /* duration of the last check, -1: none */
    char status[24];              /* "UP", "DOWN 1/2", "MAINT", "no check" */
    char check[SERVER_CHECK_MAX]; /* check_status and last_chk, printable */
    struct counters counters;
};

/* One look at one load balancer. */
struct balancer_sample {
    int64_t at_ms;     /* mono time at which it arrived here */
    int64_t pid;       /* of the worker that answered */
    int64_t uptime_s;  /* of that worker */
    bool stopping;     /* it is an old worker on its way out */
    int map_entries;   /* entries with our key in the map; right is 1 */
    int runtime_share; /* SHARE_UNKNOWN: no valid entry */
    int disk_share;    /* SHARE_UNKNOWN: not read, or not valid */
    int64_t took_ms;   /* how long HAProxy's answer took */
    struct counters frontend;
    struct counters backend[COLOUR_COUNT];
    const struct server_row *servers; /* borrowed for the call */
    size_t server_count;
};

/* Rates between two samples of one worker. */
struct rates {
    bool known;        /* false: fewer than two samples of this worker */
    int64_t window_ms; /* that the rates are over */
    double requests_per_s;
    double errors_percent; /* failed and the app's 5xx, of the requests */
    double http_5xx_per_s;
    int64_t response_ms; /* rtime: average of the last 1,024 */
};

/* What was counted up to a moment, of one load balancer or of all together. */
struct traffic_point {
    int64_t at_ms;
    int64_t pid;    /* of the worker; of several load balancers, of the first */
    int64_t others; /* of the others' workers, as one number; 0: there are none */
    struct counters frontend;
    struct counters backend[COLOUR_COUNT];
    int64_t server_5xx[COLOUR_COUNT]; /* of all server rows: what the app answered */
    int share;
};

/* What the counters of both colours did around a switch, as the load balancer saw it
 * (docs/remote-helpers.md, switch). */
#define TIMING_NOT_SEEN INT64_MIN
struct switch_timing {
    int64_t resolution_ms; /* how often it looked, 0: it told nothing */
    int64_t first_new_us;  /* the first request on the new colour, from the change */
    int64_t last_old_us;   /* the last one on the old; below 0: before the change */
};                         /* each may be TIMING_NOT_SEEN */

/* Newest last, as many as charts and rates need. */
struct traffic {
    struct traffic_point points[TRAFFIC_HISTORY]; /* a ring */
    int first;
    int count;
};

/* What became of one colour's requests between two points. */
struct outcome {
    int64_t requests;
    int64_t failed;  /* not served: HAProxy's own 5xx, and answers cut short */
    int64_t app_5xx; /* served, with a 5xx of the app's own */
};

/* What a sample counted. One of a worker on its way out says nothing of the one that
 * serves: its samples are for nobody. */
void traffic_count(struct traffic_point *point, const struct balancer_sample *sample);

void traffic_init(struct traffic *traffic);
/* Adds the sum of the newest points of all load balancers, taken at `at_ms`. */
void traffic_add(struct traffic *traffic, const struct traffic_point *const *points,
                 int count, int64_t at_ms);

/* The newest point, NULL: none yet. */
const struct traffic_point *traffic_last(const struct traffic *traffic);

/* The `back`th point before the newest (0 = newest), NULL: not that many. */
const struct traffic_point *traffic_point_back(const struct traffic *traffic, int back);

/* Whether the differences between two points mean something: they are of one worker,
 * and nobody set the counters to zero in between. */
bool traffic_points_compare(const struct traffic_point *before,
                            const struct traffic_point *after);

/* Both points of one worker, as traffic_points_compare() says. */
struct outcome traffic_outcome(const struct traffic_point *begin,
                               const struct traffic_point *end, enum colour colour);

/* Rates of one colour's backend over at most `window_ms`; between the last two samples
 * where those are further apart. */
struct rates traffic_rates(const struct traffic *traffic, enum colour colour,
                           int64_t window_ms);

#endif
