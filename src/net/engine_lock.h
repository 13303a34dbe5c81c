#ifndef BGC_NET_ENGINE_LOCK_H
#define BGC_NET_ENGINE_LOCK_H

/*
 * One console per environment and user on this machine: an exclusive flock on
 * STATE/engine.lock, which the kernel gives back whatever becomes of the holder. The
 * file says who holds it; it stays when nobody does.
 *
 * Consoles of other users and machines are kept apart by the load balancer, which
 * alone can do that.
 */

#include "base/clock.h"
#include "base/err.h"

struct engine_lock {
    int fd; /* -1: not held */
};

void engine_lock_init(struct engine_lock *lock);

/* ERR_BUSY: "another console (pid 123, since 14:02:31, on pts/3) works on this
 * environment". */
bool engine_lock_take(struct engine_lock *lock, const char *state, struct moment now,
                      struct err *err);

void engine_lock_release(struct engine_lock *lock);

#endif
