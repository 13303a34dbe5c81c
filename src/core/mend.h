#ifndef BGC_CORE_MEND_H
#define BGC_CORE_MEND_H

/*
 * What one key does against one drift, as a value: it travels in an intent, and
 * whoever carries it out needs nothing else.
 *
 * A mend never decides which value is right: core/drift.h did.
 */

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
#define MEND_KINDS(X)                                                             \
    X(MEND_NONE,   "none",   "no key mends it; it says what can be done by hand") \
    X(MEND_MAP,    "map",    "writes one share to HAProxy's map and to its file") \
    X(MEND_SHARE,  "share",  "switches one load balancer to the share of the others") \
    X(MEND_SERVER, "server", "sets one server to ready")                          \
    X(MEND_CONFIG, "config", "puts back the haproxy.cfg that HAProxy runs with")    \
    X(MEND_RENDER, "render", "renders haproxy.cfg anew, behind its gate")         \
    X(MEND_NOTED,  "noted",  "acknowledges the change; nothing outside is touched")
/* clang-format on */

enum mend_kind {
#define X(kind, name, help) kind,
    MEND_KINDS(X)
#undef X
        MEND_KIND_COUNT
};

enum { MEND_SERVER_MAX = 260, MEND_WHAT_MAX = 240 };

struct mend {
    enum mend_kind kind;
    int host; /* the load balancer that it is made on, by its place in the fleet */
    bool moves_traffic;           /* users' requests go another way afterwards */
    int share;                    /* MEND_MAP, MEND_SHARE: 0..100 */
    char server[MEND_SERVER_MAX]; /* MEND_SERVER: "backend/name" */
    int64_t worker_pid;           /* MEND_NOTED: the worker that is acknowledged */
    char what[MEND_WHAT_MAX];     /* what it does exactly; MEND_NONE: what helps */
};

const char *mend_name(enum mend_kind kind);
const char *mend_help(enum mend_kind kind);

/* Whether both do the same to the same thing; words do not count. */
bool mend_equal(const struct mend *a, const struct mend *b);

#endif
