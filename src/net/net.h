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

/* `settings` and `log` are kept and must outlive the net; `token` is copied. Opens no
 * connection yet. NULL on failure. */
struct net *net_new(uv_loop_t *loop, const struct settings *settings,
                    const struct recipe *recipe, const char *token, struct log *log,
                    struct sink sink, struct err *err);

/* Begins what `effect` asks. `model` is that of the same turn. */
void net_perform(struct net *net, const struct model *model,
                 const struct effect *effect);

/* Ends all connections and timers. The loop must be run once more until it is empty;
 * then net_free(). */
void net_close(struct net *net);
void net_free(struct net *net);

#endif
