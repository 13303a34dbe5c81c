#ifndef BGC_CORE_CHANGE_H
#define BGC_CORE_CHANGE_H

/*
 * One change that a load balancer is asked for, until its outcome is known.
 *
 * Its nonce makes asking again safe: the load balancer answers a known one with the
 * recorded outcome (docs/remote-helpers.md). Each change has a seq of its own.
 */

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

struct change {
    enum change_kind kind;
    int from, to; /* shares; FINISH, INSTALL, CONTRACT: both the present one */
    bool on;      /* MAINTENANCE: the page goes up */
    int64_t seq;
    char nonce[CHANGE_NONCE_MAX];
    int tries;
    bool open;        /* it was asked for, and the answer is still to come */
    int64_t asked_ms; /* mono time of the last question, 0: it was answered */
    int64_t retry_ms; /* mono time at which to ask again, 0: not */
};

/* The helper's verb: "switch", "finish", ... */
const char *change_kind_name(enum change_kind kind);

#endif
