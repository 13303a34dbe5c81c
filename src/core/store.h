#ifndef BGC_CORE_STORE_H
#define BGC_CORE_STORE_H

/*
 * The stores that both colours share: where the application keeps what must outlive a
 * switch. Preflight has each host of both colours ask each of them, by its protocol's
 * own first words (docs/remote-helpers.md, shared).
 */

#include <stdbool.h>

/* clang-format off */
#define STORES(X)                                                            \
    X(STORE_SESSIONS, "sessions", "where the sessions are")                  \
    X(STORE_CACHE,    "cache",    "the cache that all hosts use")            \
    X(STORE_DATABASE, "database", "the database")                            \
    X(STORE_QUEUE,    "queue",    "where queue workers get their work")
/* clang-format on */

enum store_name {
#define X(store, name, help) store,
    STORES(X)
#undef X
        STORE_COUNT
};

enum { STORE_TROUBLE_MAX = 96 };

/* What one host says of each store. */
struct store_report {
    char trouble[STORE_COUNT][STORE_TROUBLE_MAX]; /* why not; empty: it answers */
};

const char *store_name(enum store_name store); /* its key in [shared] */

/* STORE_COUNT: none of this name. */
enum store_name store_from_name(const char *name);

/* Whether `url` names a store: redis, rediss is not offered, memcached, postgresql,
 * mysql or tcp, then "://host", ":port" (tcp has no default one), and for redis
 * "/number" of its database. */
bool store_url_is_good(const char *url);

/* Whether every host would mean another one by it: its own. */
bool store_is_local(const char *url);

#endif
