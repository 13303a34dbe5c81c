#ifndef BGC_NET_BALANCER_STATUS_H
#define BGC_NET_BALANCER_STATUS_H

/*
 * Reads what `bgc-lb status` answers, line by line. Pure.
 */

#include "core/contract.h"
#include "core/event.h"
#include "core/lease.h"

#include <stdbool.h>
#include <stdint.h>

struct balancer_status {
    char helper_sha256[65];
    char haproxy_version[32];
    char trouble[240];     /* all troubles, printable; "" none */
    char config_note[240]; /* what changed haproxy.cfg, printable; "" none */
    int64_t epoch, seq;
    int disk_share, runtime_share; /* SHARE_UNKNOWN: not told */
    int entries;
    int old_workers;
    int64_t old_sessions[COLOUR_COUNT];
    bool intent_open;
    bool maintenance;
    struct lease lease; /* its times stand beside it, as lengths */
    struct fuse fuse;   /* the same */
    int64_t lease_since_ms, lease_left_ms, fuse_left_ms;
    bool config_edited;
    struct contract contract;
};

/* Begins: nothing told yet. */
void balancer_status_init(struct balancer_status *status);

/* Takes one line of the answer. Unknown keys are left. */
void balancer_status_take(struct balancer_status *status, const char *key,
                          const char *value);

/* The event that tells it; its texts are the status's own. */
struct event balancer_status_event(const struct balancer_status *status);

#endif
