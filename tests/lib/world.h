#ifndef BGC_TESTS_LIB_WORLD_H
#define BGC_TESTS_LIB_WORLD_H

/*
 * Models in named situations, made by hand and always the same: what screens
 * and reports are tested on, and what tests/ui/show puts on a terminal.
 *
 * Three blue hosts, three green ones and a load balancer; blue is live.
 */

#include "core/model.h"

#include <stddef.h>

/* clang-format off */
#define SITUATIONS(X)                                                             \
    X(WORLD_STARTING,      "starting",      "nobody has answered yet")            \
    X(WORLD_IDLE,          "idle",          "no run, all is well")                \
    X(WORLD_PREFLIGHT,     "preflight",     "checks, some still pending")         \
    X(WORLD_PLAN_GATE,     "plan_gate",     "a deploy waits for the first yes")   \
    X(WORLD_DEPLOYING,     "deploying",     "hosts at different steps")           \
    X(WORLD_FAILED_HOST,   "failed_host",   "stopped: a host's build failed")     \
    X(WORLD_VERIFYING,     "verifying",     "a host is not healthy yet")          \
    X(WORLD_CONFIG_GATE,   "config_gate",   "a new haproxy.cfg waits for a yes")  \
    X(WORLD_SWITCH_GATE,   "switch_gate",   "all evidence is good")               \
    X(WORLD_GATE_REFUSED,  "gate_refused",  "a server went down at the gate")     \
    X(WORLD_WATCHING,      "watching",      "the guard window")                   \
    X(WORLD_TRIPPED,       "tripped",       "the guard saw errors, and asks")     \
    X(WORLD_FINISHED,      "finished",      "done, with a clean receipt")         \
    X(WORLD_ROLLBACK_GATE, "rollback_gate", "a rollback waits for its switch")    \
    X(WORLD_API_DOWN,      "api_down",      "the API does not answer")            \
    X(WORLD_HAPROXY_LOST,  "haproxy_lost",  "no sample for 12 s")                 \
    X(WORLD_LIVE_DOWN,     "live_down",     "the live colour has no server up")   \
    X(WORLD_EMPTY_POOL,    "empty_pool",    "no Droplet carries the green tag")   \
    X(WORLD_SPLIT,         "split",         "both colours get traffic")           \
    X(WORLD_FOREIGN_LEASE, "foreign_lease", "a colleague holds the lease")       \
    X(WORLD_LEASE_DOUBT,   "lease_doubt",   "our lease is not confirmed")         \
    X(WORLD_CANARY_HOLD,   "canary_hold",   "25 % of the traffic, and time passes") \
    X(WORLD_CANARY_GATE,   "canary_gate",   "the next canary step asks")          \
    X(WORLD_FUSE_ORPHAN,   "fuse_orphan",   "a switch that nobody leads waits")   \
    X(WORLD_CUT_OFF,       "cut_off",       "a deploy whose engine died waits to go on") \
    X(WORLD_FUSE_HELD,     "fuse_held",     "the fuse is due, and cannot go back") \
    X(WORLD_INHERITED,     "inherited",     "a takeover asks about the switch")   \
    X(WORLD_REVERTING,     "reverting",     "the switch is being taken back")     \
    X(WORLD_REVERTED,      "reverted",      "the switch was taken back")          \
    X(WORLD_CHANGING,      "changing",      "the maintenance page is being put up") \
    X(WORLD_MAINTENANCE,   "maintenance",   "the maintenance page is up")         \
    X(WORLD_DRIFT,         "drift",         "disk, HAProxy and Droplets disagree") \
    X(WORLD_MAP_LOST,      "map_lost",      "somebody cleared HAProxy's map")    \
    X(WORLD_HOSTILE,       "hostile",       "names and lines made to mislead")    \
    X(WORLD_MANY,          "many",          "40 hosts a colour, a deploy on them") \
    X(WORLD_STAGING,       "staging",       "the switch gate, not in production")
/* clang-format on */

enum situation {
#define X(situation, name, help) situation,
    SITUATIONS(X)
#undef X
        SITUATION_COUNT
};

struct world {
    struct settings settings;
    struct recipe recipe;
    struct model model;
    struct counters counted[COLOUR_COUNT]; /* what HAProxy has counted so far */
    int errors_per_s;                      /* on the colour with the traffic */
};

/* Owner: the caller, world_free(). Ends the test when there is no memory. */
struct world *world_new(enum situation situation);
void world_free(struct world *world);

const char *situation_name(enum situation situation);
const char *situation_help(enum situation situation);

/* SITUATION_COUNT: no such name. */
enum situation situation_find(const char *name);

/* Lets `ms` pass; samples go on coming where they do. */
void world_pass(struct world *world, int64_t ms);

#endif
