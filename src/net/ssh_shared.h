#ifndef BGC_NET_SSH_SHARED_H
#define BGC_NET_SSH_SHARED_H

/*
 * What all connections of one loop share: the door, what was learned of hosts, the
 * directory of control sockets, the log.
 */

#include "base/err.h"
#include "base/log.h"
#include "net/ssh_door.h"

#include <stdbool.h>

/* A Unix socket's path has at most 107 bytes, and ssh puts 17 behind the name until it
 * listens (ssh's mux.c, muxserver_listen). */
enum { SSH_CONTROL_PATH_MAX = 90, SSH_LEARNED_MAX = 256, SSH_LEARNED_ADDRESS_MAX = 48 };

struct ssh_shared {
    struct ssh_door door;
    struct log *log; /* NULL: nothing is written */

    /* Hosts that need `openssh`, by address; a full table learns no more. */
    int learned_count;
    char learned[SSH_LEARNED_MAX][SSH_LEARNED_ADDRESS_MAX];

    char directory[SSH_CONTROL_PATH_MAX]; /* "" : not made yet */
    unsigned sockets;                     /* names given so far */
};

void ssh_shared_init(struct ssh_shared *shared, struct log *log);

/* `address` needs `openssh`: `why` goes into the log. Known already: nothing happens.
 */
void ssh_shared_learn(struct ssh_shared *shared, const char *name, const char *address,
                      const char *why);
bool ssh_shared_has_learned(const struct ssh_shared *shared, const char *address);

/* A name for a new control socket, in a directory of this process that nobody else may
 * look into: below $XDG_RUNTIME_DIR, else below /tmp. Errors: ERR_IO. */
bool ssh_shared_control_path(struct ssh_shared *shared, char path[SSH_CONTROL_PATH_MAX],
                             struct err *err);

/* After the last connection was freed: the directory goes. */
void ssh_shared_close(struct ssh_shared *shared);

#endif
