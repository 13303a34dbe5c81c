#ifndef BGC_NET_NET_H
#define BGC_NET_NET_H

/*
 * The door of the east wing: an effect in, events out.
 *
 * Whatever an effect asks of the world is begun here and answered later, by
 * exactly one answering event with the same ticket (streams send several before
 * it). The sink is never called from within net_perform(): answers belong to a
 * later turn. Each wait has a deadline, so an answer always comes.
 */

#include "base/err.h"
#include "base/log.h"
#include "core/effect.h"
#include "core/event.h"
#include "core/model.h"

#include <uv.h>

struct net;

/* Where events go. `event.now` is filled by the taker. */
struct sink {
    void (*take)(void *context, struct event *event);
    void *context;
};

/* All pointers are kept and must outlive the net, but for `token`, which is copied. */
struct net_options {
    const struct settings *settings;
    const struct model *model; /* names of hosts, for files and messages */
    const char *token;
    const char *state; /* directory for the output of hosts; NULL: it is not kept */
    const char *trusted_hosts; /* our own known_hosts file */
    struct log *log;           /* why a transport was chosen; NULL: nowhere */
    struct sink sink;
};

/* Opens no connection yet. NULL on failure. */
struct net *net_new(uv_loop_t *loop, const struct net_options *options,
                    struct err *err);

/* Begins what `effect` asks; the model must be that of the same turn. */
void net_perform(struct net *net, const struct effect *effect);

/* Ends all connections and timers without an answer. The loop must be run until it is
 * empty; then net_free(). Not from within the sink. */
void net_close(struct net *net);
void net_free(struct net *net);

#endif
