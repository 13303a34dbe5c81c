#ifndef BGC_CORE_PREFLIGHT_H
#define BGC_CORE_PREFLIGHT_H

/*
 * What must be true before a run may begin: a list of checks, each with its
 * answer in words.
 *
 * Made anew from the model each time; never remembers.
 */

#include <stdbool.h>

/* clang-format off */
#define PREFLIGHT_CHECKS(X)                                                  \
    X(CHECK_FLEET,    "fleet",    "both pools are listed and fresh")         \
    X(CHECK_BALANCER, "balancer", "the load balancer and its helper answer") \
    X(CHECK_LEASE,    "lease",    "nobody else changes this environment")    \
    X(CHECK_SHARE,    "share",    "disk and HAProxy agree on the live colour") \
    X(CHECK_CONFIG,   "config",   "haproxy.cfg has the lines that a switch needs") \
    X(CHECK_HOSTS,    "hosts",    "every target host answers by SSH, its key known") \
    X(CHECK_HELPERS,  "helpers",  "helpers on all hosts are of this version") \
    X(CHECK_SERVERS,  "servers",  "HAProxy has a server for each target host") \
    X(CHECK_DISK,     "disk",     "the target hosts have room for a release") \
    X(CHECK_JOBS,     "jobs",     "no job runs on a target host")            \
    X(CHECK_SESSIONS, "sessions", "no client is still on the target colour") \
    X(CHECK_SHARED,   "shared",   "every host reaches the stores that both colours share") \
    X(CHECK_CONTRACT, "contract", "the release fits the shared data")          \
    X(CHECK_REF,      "ref",      "the release is known to git")             \
    X(CHECK_RETURN,   "return",   "the other colour has a release to go to")
/* clang-format on */

enum check_name {
#define X(check, name, help) check,
    PREFLIGHT_CHECKS(X)
#undef X
        CHECK_COUNT
};

enum check_state { CHECK_PENDING, CHECK_OK, CHECK_WARN, CHECK_BAD, CHECK_SKIPPED };

enum { CHECK_TEXT_MAX = 640 };

struct check {
    enum check_state state;
    char text[CHECK_TEXT_MAX]; /* what was found, and what to do */
};

struct preflight {
    struct check checks[CHECK_COUNT];
};

struct model;

const char *check_name(enum check_name check);
const char *check_help(enum check_name check);
const char *check_state_name(enum check_state state);

/* Answers all checks for the run that `model` holds. */
void preflight_look(struct preflight *preflight, const struct model *model);

bool preflight_is_pending(
    const struct preflight *preflight);                  /* some answer is missing */
bool preflight_is_ok(const struct preflight *preflight); /* none missing, none bad */

/* The first bad check, -1: none. */
int preflight_first_bad(const struct preflight *preflight);

#endif
