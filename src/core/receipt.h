#ifndef BGC_CORE_RECEIPT_H
#define BGC_CORE_RECEIPT_H

/*
 * The receipt of a switch: what HAProxy counted through it, and whether that
 * proves anything.
 *
 * Made of two points of one load balancer and nothing else. The verdict is on the
 * switch: what the app answered with 5xx, and what clients ended, stands beside it.
 */

#include "core/traffic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum receipt_verdict {
    RECEIPT_OPEN,     /* no sample since the switch */
    RECEIPT_CLEAN,    /* requests came to the new colour, and none was lost */
    RECEIPT_FAILED,   /* some were lost */
    RECEIPT_UNPROVEN, /* the numbers cannot be compared, or no request came */
};

struct receipt {
    enum receipt_verdict verdict;
    char reason[160]; /* why unproven, or what failed; else empty */
    enum colour from, to;
    int64_t pid;              /* of the worker that counted */
    int64_t begin_ms, end_ms; /* mono times of the two samples */
    int64_t requests[COLOUR_COUNT];
    int64_t failed; /* of both colours: struct outcome says what counts */
    int64_t app_5xx[COLOUR_COUNT];
    int64_t client_4xx[COLOUR_COUNT];
    int64_t retries, redispatches;
    int64_t client_aborts, server_aborts;
    int64_t own_requests; /* ours, subtracted */
    int64_t old_sessions; /* still on the old colour at the end */
    int64_t switch_us;    /* the newest change, as the load balancer measured it */
    struct switch_timing timing;
};

/* Opens a receipt at `begin`, the last sample before the switch. */
void receipt_open(struct receipt *receipt, const struct traffic_point *begin,
                  enum colour from, enum colour to);

/* Brings the receipt up to `end`; what it said before is forgotten, but for `from`,
 * `to` and what the load balancer measured. `own_requests` by colour. */
void receipt_update(struct receipt *receipt, const struct traffic_point *begin,
                    const struct traffic_point *end,
                    const int64_t own_requests[COLOUR_COUNT]);

/* Lost requests and the app's 5xx on the new colour, of its requests: what a guard
 * weighs. 0 where there was no request. */
double receipt_errors_percent(const struct receipt *receipt);

const char *receipt_verdict_name(enum receipt_verdict verdict);

/* "first on GREEN +0.2 ms, last on BLUE -1.1 ms, sampled each 5 ms"; "" where the load
 * balancer told nothing of it. */
void receipt_timing_sentence(const struct receipt *receipt, char *buffer, size_t size);

/* The receipt in one line: "clean: 1,204 requests blue, 3,611 green, failed 0, app 5xx
 * 0, worker 4711, 00:31 window". */
void receipt_sentence(const struct receipt *receipt, char *buffer, size_t size);

#endif
