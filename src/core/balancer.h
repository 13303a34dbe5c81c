#ifndef BGC_CORE_BALANCER_H
#define BGC_CORE_BALANCER_H

/*
 * One load balancer, as it was told last: its HAProxy by the counters, its helper by
 * `status` (docs/remote-helpers.md). Each of several has its own; what they agree on
 * is no field but a question.
 */

#include "core/contract.h"
#include "core/lease.h"
#include "core/share.h"

#include <stdbool.h>
#include <stdint.h>

enum { BALANCERS_MAX = 4, BALANCER_TROUBLE_MAX = 512 };

struct balancer {
    int host;           /* index in the fleet, -1: none known */
    bool sampled;       /* a sample came, and the watch has not been lost since */
    int64_t sampled_ms; /* mono time of the newest sample */
    char trouble[BALANCER_TROUBLE_MAX]; /* why there is none; empty: there is */

    int runtime_share; /* what HAProxy does */
    int disk_share;    /* what it would do after a reload */
    int map_entries;
    int64_t worker_pid;
    bool stopping;
    int64_t live_since_ms; /* mono time at which it became live, 0: before us */

    int64_t asked_ms; /* mono time of the newest status answer, 0: none */
    int status_share; /* what HAProxy did then */
    char status_trouble[BALANCER_TROUBLE_MAX];
    char helper_sha256[65];
    int64_t epoch, seq; /* the greatest pair that it has seen */
    bool intent_open;   /* a change there did not end; the helper settles it */
    int old_workers;
    int64_t old_sessions[COLOUR_COUNT]; /* requests that they still have in them */
    char haproxy_version[32];
    struct lease lease;
    struct fuse fuse;
    bool maintenance;   /* it answers everybody with the maintenance page */
    bool config_edited; /* haproxy.cfg is not the one that its worker read */
    char config_note[BALANCER_TROUBLE_MAX]; /* what is known of that, printable */
    struct contract contract; /* the newest contract migration that it knows of */

    int64_t known_pid;  /* worker that is no news (core/drift.h), 0: none seen yet */
    int known_share;    /* newest valid one that HAProxy had, where known_pid is set */
    int64_t next_event; /* of what runs publish, the first one not read; 0: none was */
};

/* Nothing was told yet. */
void balancer_init(struct balancer *balancer, int host);

#endif
