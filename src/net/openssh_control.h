#ifndef BGC_NET_OPENSSH_CONTROL_H
#define BGC_NET_OPENSSH_CONTROL_H

/*
 * The socket of a control master, spoken to directly (OpenSSH's PROTOCOL.mux).
 *
 * A connection to it that says nothing is a leash: while it is held, the master does
 * not think itself idle and stays; it ends when the master ends, which is how the end
 * of an idle SSH connection is noticed; and when this process dies, however, the master
 * follows within its ControlPersist.
 */

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the master's hello, and of its answer that it lives. */
enum { OPENSSH_HELLO = 12, OPENSSH_ALIVE = 16 };

/* Connects; a descriptor that the caller closes (not blocking, O_CLOEXEC), or -1 with
 * ERR_LOST. */
int openssh_control_connect(const char *path, struct err *err);

/* Takes what the master has sent, and counts it in `*received`. False: it ended. */
bool openssh_control_listen(int fd, size_t *received);

/* Asks whether it still lives: an answer makes `*received` at least that of
 * OPENSSH_HELLO and of OPENSSH_ALIVE for each question. A master whose connection ended
 * gives none and ends. The first of these two calls must say hello (`first`). */
void openssh_control_ask(int fd, bool first);

/* Tells the master to end at once, with all that runs through it. */
void openssh_control_end(int fd, bool first);

#endif
