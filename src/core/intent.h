#ifndef BGC_CORE_INTENT_H
#define BGC_CORE_INTENT_H

/*
 * What an operator wants done, from a key or from the command line.
 *
 * An intent is a wish: guards decide (core/guard.h).
 */

#include "core/mend.h"
#include "core/share.h"

/* clang-format off */
#define INTENTS(X)                                                           \
    X(INTENT_NONE,     "none",      "nothing")                               \
    X(INTENT_DEPLOY,   "deploy",    "bring a release to the idle colour")    \
    X(INTENT_SHIFT,    "switch",    "send the traffic to the idle colour as it is") \
    X(INTENT_ROLLBACK, "roll back", "send the traffic back to the other colour") \
    X(INTENT_CONTINUE, "continue",  "answer the open gate with yes")         \
    X(INTENT_ABORT,    "abort",     "end the run; the traffic stays or goes back") \
    X(INTENT_FINISH,   "finish",    "confirm the switch for good")           \
    X(INTENT_TAKEOVER, "take over", "take the lease from who holds it")      \
    X(INTENT_MAINTENANCE, "maintenance", "put the maintenance page up, or take it down") \
    X(INTENT_MEND,     "mend",      "mend one drift")                        \
    X(INTENT_CONFIGURE, "configure", "bring haproxy.cfg up to date")         \
    X(INTENT_CONTRACT, "contract",  "run the contract migration of the live release") \
    X(INTENT_RESUME,   "resume",    "go on with the run that was cut off")   \
    X(INTENT_REFRESH,  "refresh",   "ask the API, the hosts and HAProxy again")
/* clang-format on */

enum intent_kind {
#define X(kind, name, help) kind,
    INTENTS(X)
#undef X
        INTENT_COUNT
};

enum { REF_MAX = 128 };

struct intent {
    enum intent_kind kind;
    char ref[REF_MAX]; /* INTENT_DEPLOY: branch, tag or sha; empty: the settings' branch
                        */
    int gate;          /* INTENT_CONTINUE: number of the gate that was answered */
    bool on;           /* INTENT_MAINTENANCE: the page is put up */
    struct mend mend;  /* INTENT_MEND */
    bool past_contract; /* INTENT_ROLLBACK, INTENT_SHIFT: also to a release that the
                           data may not fit any more */
};

const char *intent_name(enum intent_kind kind);
const char *intent_help(enum intent_kind kind);

#endif
