#ifndef BGC_NET_SSH_SOCKET_H
#define BGC_NET_SSH_SOCKET_H

/*
 * A TCP socket for SSH: not blocking, and watched by the kernel, so that a line
 * that went silent is noticed within about 20 s.
 */

#include "base/err.h"

#include <stdbool.h>

/* Begins to connect to a numeric address. Errors: ERR_CONFIG (no address), ERR_CONNECT.
 * The caller closes `*ret_socket`. */
bool ssh_socket_connect(const char *address, int port, int *ret_socket,
                        struct err *err);

/* Whether the connection is made by now (`*ret_made`) or still being made. Errors:
 * ERR_CONNECT. */
bool ssh_socket_connected(int socket, bool *ret_made, struct err *err);

#endif
