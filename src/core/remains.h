#ifndef BGC_CORE_REMAINS_H
#define BGC_CORE_REMAINS_H

/*
 * What the journal knows of a run: made from its records, to go on with it.
 *
 * A memory and no truth. What the load balancer and the hosts say now wins over it, and
 * what was never answered stands here as asked for, never as done.
 */

#include "core/baseline.h"
#include "core/change.h"
#include "core/fleet.h"
#include "core/intent.h"
#include "core/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum known_end {
    KNOWN_NEVER,   /* it was not asked for */
    KNOWN_ASKED,   /* the host has not said that it runs */
    KNOWN_STARTED, /* it runs, or has ended since */
    KNOWN_ENDED,   /* its rc is known */
    KNOWN_LOST,    /* the host does not know its end */
};

struct remains_job {
    enum known_end end;
    int rc; /* KNOWN_ENDED */
};

struct remains_host {
    char name[HOST_NAME_MAX_BYTES];
    struct remains_job
        jobs[RECIPE_STEPS_MAX]; /* by the steps of the recipe as it is now */
};

struct remains {
    char run[RUN_ID_MAX]; /* its id; empty: there is none to go on with */
    enum run_kind kind;
    enum run_state state; /* the one that it entered last, and did what is done there */
    enum run_state before;
    bool asked;      /* in `state`, the load balancer for a change */
    bool ended;      /* by itself */
    int64_t wall_ms; /* of the last record */
    char ref[REF_MAX];
    char sha[SHA_HEX_SIZE];
    char release[HOST_RELEASE_MAX];
    bool target_known;
    enum colour target;
    int64_t epoch; /* the greatest that it had */

    enum change_kind change; /* the newest one that was asked for; CHANGE_NONE: none */
    int from, to;            /* its shares */
    char nonce[CHANGE_NONCE_MAX];
    int64_t change_epoch, change_seq; /* its pair */
    bool switched;    /* it asked for a switch, and none of them never came: */
    int share_before; /* what the first one began from */
    int share_after; /* what the newest one went to; where it was refused, began from */
    int64_t switch_epoch, made_epoch; /* of the newest that was asked for, and made */
    struct baseline baseline;

    int host_count; /* that were asked for a step */
    struct remains_host hosts[ROLLOUT_TARGETS_MAX];
};

struct record;

/* Reads the run of the last record. Steps that `recipe` does not have are passed over.
 * False: there is no run in these records. */
bool remains_read(const struct record *records, size_t count,
                  const struct recipe *recipe, struct remains *ret_remains);

/* NULL: the host was never asked for a step. */
const struct remains_host *remains_host_find(const struct remains *remains,
                                             const char *name);

#endif
