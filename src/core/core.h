#ifndef BGC_CORE_CORE_H
#define BGC_CORE_CORE_H

/*
 * The door of the hall: one event in, effects out.
 *
 *     core_step(core, event, effects)    what happened → what to do now
 *     core_deadline(core)                when do you next want to be woken?
 *
 * Core has no clock, no socket, no file, no callback. The same events give the
 * same effects, so an incident is replayed from its journal and a test lives
 * through years of faults in a second.
 */

#include "core/effect.h"
#include "core/event.h"
#include "core/model.h"

/* Who answers gates when no operator does. */
struct policy {
    bool yes;               /* gates are answered as soon as their guard says yes; a
                               gate whose guard says no ends the run */
    bool accept_no_traffic; /* finish even where the guard window saw no request */
    bool observe_only;      /* no intent is allowed but refresh */
    bool wait_lease;        /* a run waits where somebody else holds the lease */
    bool reads_config;      /* haproxy.cfg is asked for without a run, and looked at */
};

/* When each kind of question is due again; mono times, 0: at once. */
struct schedule {
    int64_t fleet_ms;
    int64_t facts_ms[FLEET_HOSTS_MAX];
    int64_t probe_ms[FLEET_HOSTS_MAX];
    int64_t status_ms;
    bool fleet_asked;
    bool status_asked;
    bool watching; /* FX_WATCH_BALANCER was sent for balancer.host */
    bool facts_asked[FLEET_HOSTS_MAX];
    bool probe_asked[FLEET_HOSTS_MAX];
    int64_t shared_ms[FLEET_HOSTS_MAX];
    bool shared_asked[FLEET_HOSTS_MAX];
    bool resolve_asked;
    int64_t extend_ms; /* when the fuse gets more time */
    bool extend_asked;
    int64_t front_ms;
    int64_t sampled_ms; /* mono time of HAProxy's newest counters */
    bool front_asked;
    int64_t events_ms; /* when another console's run is looked at again */
    bool events_asked;
    int64_t config_ms; /* when haproxy.cfg, or HAProxy's word, is asked for again */
    bool config_asked;
    bool following; /* somebody else's run has had lines that we may not have seen */
};

struct core {
    struct model model;
    struct policy policy;
    struct schedule schedule;
    uint32_t runs;         /* numbers given so far */
    uint32_t attempts;     /* tickets given so far */
    int gates;             /* gates opened so far */
    uint32_t horizon;      /* answers to tickets up to this one are past */
    struct intent wanted;  /* the intent that is being taken */
    bool return_wanted;    /* the run ended for a rollback, which begins next */
    enum colour return_to; /* the colour that it goes back to */
    uint32_t salt;         /* makes run ids and nonces of two consoles differ: the
                              lease knows its holder by the run's id */
};

/* Both pointers are kept and must outlive the core. `salt` is random: two consoles that
 * begin in the same second must not take each other's runs for their own. */
void core_init(struct core *core, const struct settings *settings,
               const struct recipe *recipe, struct policy policy, uint32_t salt);

/* Takes one event. Effects are added to `effects`, in the order in which they must be
 * performed. */
void core_step(struct core *core, const struct event *event, struct effects *effects);

/* The mono time of the next EV_TICK that core needs; INT64_MAX: none. */
int64_t core_deadline(const struct core *core);

/* Whether a run is open, or a rollback follows the one that ended. */
bool core_is_busy_with_run(const struct core *core);

/* The same, or the lease of the run that ended is still to be given back. */
bool core_is_busy(const struct core *core);

#endif
