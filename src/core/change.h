#ifndef BGC_CORE_CHANGE_H
#define BGC_CORE_CHANGE_H

/*
 * One change that the load balancers are asked for, until its outcome is known.
 *
 * Its nonce makes asking again safe: a load balancer answers a known one with the
 * recorded outcome (docs/remote-helpers.md). Each change has a seq of its own.
 *
 * Of several load balancers each has a part in it. A switch is first prepared on all of
 * them: each looks whether it would make it, and changes nothing. Only when all have
 * said yes, all are asked to make it, at once.
 */

#include "core/traffic.h"

#include <stdbool.h>
#include <stdint.h>

enum { CHANGE_NONCE_MAX = 64 };

/* clang-format off */
#define CHANGES(X)                                                           \
    X(CHANGE_NONE,        "none",        "nothing")                          \
    X(CHANGE_SWITCH,      "switch",      "moves the green share")            \
    X(CHANGE_FINISH,      "finish",      "confirms the share for good")      \
    X(CHANGE_REVERT,      "revert",      "goes back to the share before the run") \
    X(CHANGE_MAINTENANCE, "maintenance", "puts the maintenance page up, or takes it down") \
    X(CHANGE_MEND,        "mend",        "makes agree what has drifted")     \
    X(CHANGE_INSTALL,     "config-install", "installs the new haproxy.cfg, and reloads") \
    X(CHANGE_CONTRACT,    "contract",    "writes down how far the contract migration is")
/* clang-format on */

enum change_kind {
#define X(kind, name, help) kind,
    CHANGES(X)
#undef X
        CHANGE_KIND_COUNT
};

enum part_state {
    PART_NONE,     /* it is not asked for it */
    PART_ASKED,    /* its answer is still to come */
    PART_READY,    /* prepared: it would make it */
    PART_MADE,     /* it has made it */
    PART_REFUSED,  /* it said no, and changed nothing */
    PART_DOUBTFUL, /* it began, and its end did not agree */
};

/* What became of the change on one load balancer. */
struct change_part {
    enum part_state state;
    int from; /* the share that it had */
    int tries;
    bool open;        /* a question is on its way */
    int64_t asked_ms; /* mono time of the last question, 0: it was answered */
};

struct change {
    enum change_kind kind;
    int from, to; /* shares; FINISH, INSTALL, CONTRACT: both the present one */
    bool on;      /* MAINTENANCE: the page goes up */
    int64_t seq;
    char nonce[CHANGE_NONCE_MAX];
    uint32_t attempt;     /* of its first question: answers to earlier ones are past */
    bool preparing;       /* nothing is changed yet */
    int64_t committed_ms; /* mono time at which all were asked to make it */
    int64_t retry_ms;     /* mono time at which to ask again, 0: not */
    struct change_part parts[BALANCERS_MAX];
};

/* The share that the load balancer at this place (-1: any) is to move it from. */
int change_from(const struct change *change, int place);

/* Whether any question of it is on its way. */
bool change_is_open(const struct change *change);

/* Mono time of the newest question without an answer, 0: all are answered. */
int64_t change_asked_ms(const struct change *change);

/* How often the one that was asked most often was asked. */
int change_tries(const struct change *change);

/* How many parts are in this state. */
int change_count(const struct change *change, enum part_state state);

/* The helper's verb: "switch", "finish", ... */
const char *change_kind_name(enum change_kind kind);

#endif
