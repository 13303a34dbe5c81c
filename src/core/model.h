#ifndef BGC_CORE_MODEL_H
#define BGC_CORE_MODEL_H

/*
 * All that is true, in one place: what screens draw, what guards ask, what a
 * status report prints. Only core changes it.
 */

#include "base/clock.h"
#include "core/configure.h"
#include "core/fleet.h"
#include "core/front.h"
#include "core/lease.h"
#include "core/recipe.h"
#include "core/remains.h"
#include "core/run.h"
#include "core/settings.h"
#include "core/traffic.h"
#include "core/transcript.h"

#include <stdbool.h>
#include <stdint.h>

enum { BALANCER_TROUBLE_MAX = 240, RECALL_LINES = 8, RECALL_LINE_MAX = 240 };

/* The one load balancer that is used. */
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

    int64_t known_pid;  /* worker that is no news (core/drift.h), 0: none seen yet */
    int known_share;    /* newest valid one that HAProxy had, where known_pid is set */
    int64_t next_event; /* of what runs publish, the first one not read; 0: none was */
};

/* What the journal says of the run that this engine did not finish itself. */
struct recall {
    char run[RUN_ID_MAX]; /* its id, empty: none, or not known */
    int count;
    char lines[RECALL_LINES][RECALL_LINE_MAX];
    struct remains remains; /* to go on with it; its id empty: there is none */
    bool succeeded;         /* another run has held the lease since */
};

struct model {
    struct moment now;
    const struct settings *settings; /* app's, outlives the model */
    const struct recipe *recipe;     /* app's, outlives the model */
    char env[64];                    /* settings_env_name() */
    char helper_sha256[2][65]; /* of the helpers that we carry: bgc-host, bgc-lb */

    struct fleet fleet;
    struct balancer balancer;
    struct traffic traffic;
    struct front front; /* the application through HAProxy's own frontend */
    struct run run;
    struct configure configure; /* haproxy.cfg, for the run */
    struct transcript transcript;
    struct recall recall;
    struct hold hold;            /* our claim on the lease */
    char who[LEASE_WORDS_MAX];   /* we, as the lease names us */
    char where[LEASE_WORDS_MAX]; /* our machine */
    bool wait_lease;     /* a run waits for the lease where somebody else holds it */
    bool read_only;      /* this console only looks on */
    bool journal_lost;   /* it cannot be written: nothing new is begun */
    bool config_managed; /* haproxy.cfg is ours to render, not the operator's own */
};

/* Adds a sentence; where there is no room the newest one gives way. */
void recall_add(struct recall *recall, const char *sentence);

/* What stands in the header: SHARE_UNKNOWN where HAProxy does not tell. */
int model_share(const struct model *model);

#endif
