#ifndef BGC_NET_OPENSSH_CONTROL_H
#define BGC_NET_OPENSSH_CONTROL_H

/*
 * The socket of a control master, spoken to directly (OpenSSH's PROTOCOL.mux).
 *
 * A connection to it that says nothing is a leash: while it is held, the master does
 * not think itself idle and stays; it ends when the master ends, which is how the end of
 * an idle SSH connection is noticed; and when this process dies, however, the master
 * follows within its ControlPersist.
 */

#include "base/err.h"

#include <stdbool.h>

/* Connects; a descriptor that the caller closes (not blocking, O_CLOEXEC), or -1 with
 * ERR_LOST. */
int openssh_control_connect(const char *path, struct err *err);

/* Takes what the master has sent, which is nothing of interest. False: it ended. */
bool openssh_control_listen(int fd);

/* Tells the master to end at once, with all that runs through it. */
void openssh_control_end(int fd);

#endif
