#ifndef BGC_CORE_EFFECT_H
#define BGC_CORE_EFFECT_H

/*
 * What is to be done, as a value: the only way in which core reaches the world.
 *
 * app writes the records of a turn's effects to the journal, one fdatasync, and
 * then performs them in order. Names and addresses are looked up in the model
 * of the same turn.
 */

#include "core/event.h"
#include "core/run.h"

#include <stddef.h>

enum effect_type {
    FX_LIST_FLEET,     /* ask the API for all Droplets of our tags */
    FX_WATCH_BALANCER, /* begin to stream samples of `host`, until told otherwise */
    FX_ASK_BALANCER,   /* bgc-lb status on `host` */
    FX_ACQUIRE,        /* bgc-lb acquire on `host`, or takeover where the run says so */
    FX_RENEW,          /* bgc-lb renew of our hold */
    FX_RELEASE,        /* bgc-lb release of our hold */
    FX_CHANGE,         /* bgc-lb switch, finish, ... on `host`: run.change says which */
    FX_EXTEND,         /* bgc-lb extend: the fuse gets its whole time again */
    FX_PUBLISH,        /* bgc-lb event: others see what the run does, by `note` */
    FX_PUT_RECEIPT,    /* bgc-lb put-receipt: others can read it */
    FX_ASK_EVENTS,     /* bgc-lb events: what runs have published, from `offset` on */
    FX_ASK_CONFIG,     /* bgc-lb config: its haproxy.cfg */
    FX_CHECK_CONFIG,   /* bgc-lb config-check of model.configure.wanted */
    FX_ASK_HOST,       /* bgc-host facts on `host` */
    FX_ASK_SHARED,     /* bgc-host shared on `host`: does it reach the stores? */
    FX_RESOLVE,        /* what sha is the run's ref, asked on `host` */
    FX_PROBE,          /* one health check of `host` */
    FX_PROBE_FRONT,    /* one through HAProxy's frontend: model.front says where */
    FX_JOB_START,      /* run `step` of the recipe on `host`, and follow its log */
    FX_JOB_FOLLOW,     /* go on following it from `offset` */
    FX_JOB_CANCEL,     /* end it */
    FX_HOOK,           /* run the operator's hook of `stage` and `when` */
    FX_NOTE,           /* nothing to perform: only to be remembered in the journal */
};

struct effect {
    enum effect_type type;
    struct ticket ticket;
    int host;         /* index in the fleet, -1: none */
    int step;         /* of the recipe, -1: none */
    int64_t offset;   /* FX_JOB_FOLLOW: of the log; FX_ASK_EVENTS: a number, 0: any */
    enum stage stage; /* FX_HOOK */
    enum hook_when when;  /* FX_HOOK */
    enum run_state state; /* FX_NOTE: the state that the run entered; else RUN_NONE */
    char note[200];       /* FX_NOTE, FX_PUBLISH: one printable line */
};

enum { EFFECTS_MAX = 4096 };

/* The effects of one turn. More than EFFECTS_MAX: the rest is asked again by the next
 * deadline, since whoever asked still waits. */
struct effects {
    size_t count;
    struct effect items[EFFECTS_MAX];
};

const char *effect_type_name(enum effect_type type);

/* Whether performing it can change anything outside: then its record must be on the
 * disk before. */
bool effect_changes_world(enum effect_type type);

/* NULL: no room. */
struct effect *effects_add(struct effects *effects, enum effect_type type, int host);

#endif
