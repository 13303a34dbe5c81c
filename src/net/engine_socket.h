#ifndef BGC_NET_ENGINE_SOCKET_H
#define BGC_NET_ENGINE_SOCKET_H

/*
 * Where an engine is found by its terminals: STATE/engine.sock, 0600 in a directory
 * that is the user's own, beside the lock. Not in $XDG_RUNTIME_DIR: that goes with the
 * user's last session, and the engine stays.
 *
 * All descriptors are non-blocking and not inherited.
 */

#include "base/err.h"

/* Listens, in place of an engine that is no more: the caller holds the lock. -1: an
 * error. */
int engine_socket_listen(const char *state, struct err *err);

/* The name goes; whoever is connected stays. */
void engine_socket_remove(const char *state);

/* The next who connects, if it is the same user's process (SO_PEERCRED, unix(7)). -1:
 * nobody. */
int engine_socket_accept(int listening);

/* ERR_CONNECT: no engine listens there. */
int engine_socket_connect(const char *state, struct err *err);

#endif
