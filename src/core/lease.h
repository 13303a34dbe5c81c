#ifndef BGC_CORE_LEASE_H
#define BGC_CORE_LEASE_H

/*
 * Who may change this environment now, and what takes an unconfirmed switch back.
 *
 * Both live on the load balancer (docs/remote-helpers.md, Lease and Fuse): `lease`
 * and `fuse` are what its helper told last, `hold` is our own claim. The load
 * balancer's word decides; a claim that it has not confirmed for a while is none.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LEASE_RUN_MAX = 32,      /* a run's id */
    LEASE_WORDS_MAX = 129,   /* who, where, stage: 128 bytes at the most */
    LEASE_TTL_S = 60,        /* how long it is ours without a renewal */
    LEASE_RENEW_MS = 15000,  /* how often it is renewed */
    LEASE_DEMOTE_MS = 40000, /* without a confirmation: 2/3 of the TTL */
};

/* clang-format off */
#define LEASE_STATES(X)                                                       \
    X(LEASE_UNKNOWN,  "unknown",  "the load balancer has not told")           \
    X(LEASE_NONE,     "none",     "nobody ever held it")                      \
    X(LEASE_HELD,     "held",     "somebody holds it")                        \
    X(LEASE_EXPIRED,  "expired",  "its holder has not renewed it in time")    \
    X(LEASE_VOID,     "void",     "the load balancer was restarted since")    \
    X(LEASE_RELEASED, "released", "its holder gave it back")
#define FUSE_STATES(X)                                                        \
    X(FUSE_NONE,  "none",  "no switch waits to be confirmed")                 \
    X(FUSE_ARMED, "armed", "an unconfirmed switch is taken back at the deadline") \
    X(FUSE_HELD,  "held",  "it is due, and there is no way back")             \
    X(FUSE_FIRED, "fired", "the load balancer took the switch back")
/* clang-format on */

enum lease_state {
#define X(state, name, help) state,
    LEASE_STATES(X)
#undef X
        LEASE_STATE_COUNT
};

enum fuse_state {
#define X(state, name, help) state,
    FUSE_STATES(X)
#undef X
        FUSE_STATE_COUNT
};

/* The lease as a load balancer tells it. Texts are printable. */
struct lease {
    enum lease_state state;
    int64_t epoch;
    char run[LEASE_RUN_MAX];
    char who[LEASE_WORDS_MAX];   /* user */
    char where[LEASE_WORDS_MAX]; /* machine */
    char stage[LEASE_WORDS_MAX];
    int64_t since_ms; /* mono time at which it was taken, 0: not told */
    int64_t until_ms; /* mono time at which it ends unless renewed, 0: not told */
};

/* The fuse as a load balancer tells it. Texts are printable. */
struct fuse {
    enum fuse_state state;
    int to;                     /* the share that it goes back to */
    int64_t until_ms;           /* mono time of its deadline */
    char held[LEASE_WORDS_MAX]; /* FUSE_HELD: why */
    char run[LEASE_RUN_MAX];    /* whose switch it is */
};

enum hold_state {
    HOLD_NONE,      /* we ask for nothing */
    HOLD_OURS,      /* granted to `run` */
    HOLD_RELEASING, /* given back, the answer is still to come */
    HOLD_LOST,      /* somebody else took it */
};

/* Our claim on the lease. */
struct hold {
    enum hold_state state;
    char run[LEASE_RUN_MAX]; /* the run that it was granted to */
    int64_t epoch;
    int64_t confirmed_ms; /* mono time up to which every load balancer has granted it */
    bool waited;          /* somebody else held it when we asked */
    bool busy;            /* the newest answer: somebody else holds it */
    char trouble[240];    /* why it is not ours; empty: it is, or nobody asked */
};

struct model;
struct why;

const char *lease_state_name(enum lease_state state);
const char *fuse_state_name(enum fuse_state state);

/* By name as a helper tells it; LEASE_UNKNOWN and FUSE_NONE for others. */
enum lease_state lease_state_from_name(const char *name);
enum fuse_state fuse_state_from_name(const char *name);

/* Whether somebody else holds the lease now, on any load balancer; on the one at
 * `place`. */
bool lease_is_foreign(const struct model *model);
bool lease_is_foreign_at(const struct model *model, int place);

/* "ann@ws1 holds the lease for 00:42, run 2026...-7f3a at watch" of the lease that the
 * load balancer told. */
void lease_sentence(const struct model *model, char *buffer, size_t size);

/* The lease is ours, and every load balancer that takes part said so within
 * LEASE_DEMOTE_MS; else the reason. */
bool hold_serves(const struct model *model, struct why *why);

/* The same of at least one: enough to take a switch back where it stands. */
bool hold_serves_some(const struct model *model, struct why *why);

/* The epoch that a lease of ours must exceed: the greatest that was seen anywhere, or
 * that of a claim which one load balancer has raised; for a run that goes on, that of
 * its own lease from before, too. */
int64_t hold_above(const struct model *model);

/* Forgets our claim. */
void hold_drop(struct model *model);

/* Whether a question of our claim is on its way. */
bool hold_is_asked(const struct model *model);

/* Whether an unconfirmed switch of this run waits on the load balancer: its fuse is
 * armed, held, or its state was not told since. */
bool fuse_is_ours(const struct model *model);

/* Milliseconds until the fuse fires, 0: now, or none is armed. */
int64_t fuse_left_ms(const struct model *model);

#endif
