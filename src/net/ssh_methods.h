#ifndef BGC_NET_SSH_METHODS_H
#define BGC_NET_SSH_METHODS_H

/*
 * Which algorithms we offer to a host, and in what order.
 */

#include "base/err.h"
#include "net/known_hosts.h"

#include <libssh2.h>
#include <stdbool.h>

/* Sets the preferences of a session before its handshake. Where the host is known, only
 * the types of its known keys are offered. Errors: ERR_HOST_KEY when libssh2 can verify
 * none of these types. */
bool ssh_methods_set(LIBSSH2_SESSION *session, const struct known_types *known,
                     struct err *err);

/* What to say when the host and we have no method in common. */
bool ssh_methods_refused(const struct known_types *known, struct err *err);

#endif
