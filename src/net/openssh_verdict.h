#ifndef BGC_NET_OPENSSH_VERDICT_H
#define BGC_NET_OPENSSH_VERDICT_H

/*
 * Why the system's ssh made no connection: from what it printed to an error, with what
 * to do. Pure.
 */

#include "base/err.h"
#include "net/ssh_transport.h"

enum { OPENSSH_SAID_MAX = 4 * 1024 };

/* `said` has a NUL at its end and may be empty. */
void openssh_verdict(const char *said, const struct ssh_identity *identity,
                     const struct ssh_target *target, enum ssh_fault *ret_fault,
                     struct err *ret_err);

#endif
