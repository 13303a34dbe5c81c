#ifndef BGC_CORE_MODEL_H
#define BGC_CORE_MODEL_H

/*
 * All that is true, in one place: what screens draw, what guards ask, what a
 * status report prints. Only core changes it.
 */

#include "base/clock.h"
#include "core/balancers.h"
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

enum { RECALL_LINES = 8, RECALL_LINE_MAX = 240 };

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
    struct balancer balancers[BALANCERS_MAX];
    int balancer_count;     /* the first place is always there, also without a host */
    struct traffic traffic; /* of all load balancers together */
    struct front front;     /* the application through HAProxy's own frontend */
    struct run run;
    struct configure configure; /* haproxy.cfg, for the run */
    struct transcript transcript;
    struct recall recall;
    struct hold hold;            /* our claim on the lease */
    char who[LEASE_WORDS_MAX];   /* we, as the lease names us */
    char where[LEASE_WORDS_MAX]; /* our machine */
    bool wait_lease;   /* a run waits for the lease where somebody else holds it */
    bool read_only;    /* this console only looks on */
    bool journal_lost; /* it cannot be written: nothing new is begun */
    bool hook_there[STAGE_COUNT][HOOK_WHENS]; /* which hooks the operator has */
    bool config_managed; /* haproxy.cfg is ours to render, not the operator's own */
};

/* Adds a sentence; where there is no room the newest one gives way. */
void recall_add(struct recall *recall, const char *sentence);

#endif
