#ifndef BGC_NET_SSH_ABILITY_H
#define BGC_NET_SSH_ABILITY_H

/*
 * What the settings ask for that libssh2 has no way to do.
 *
 * What a host asks for shows only in the key exchange (net/ssh_methods), what a key
 * needs only at the login (net/ssh_auth).
 */

#include "base/err.h"
#include "net/ssh.h"

#include <stdbool.h>

/* False: a jump host, an ssh_config or a certificate is to be used. ERR_CONFIG, and
 * what to do. */
bool ssh_library_may(const struct ssh_identity *identity, struct err *err);

#endif
