#ifndef BGC_NET_HOST_SCAN_H
#define BGC_NET_HOST_SCAN_H

/*
 * Which keys a host shows: for `bgconsole trust`, before anybody believes them.
 *
 * The system's ssh meets the host once for each type, through the jump host where there
 * is one, and never logs in.
 */

#include "base/err.h"
#include "net/ssh.h"
#include "net/trusted_hosts.h"

#include <uv.h>

enum { HOST_SCAN_KEYS_MAX = 5 };

struct host_scan;

/* Begins. Pointers are kept. `on_end` is called once, on a later turn: with keys, or
 * with none and the reason. It may free the scan. */
struct host_scan *host_scan_new(uv_loop_t *loop, const struct ssh_target *target,
                                const struct ssh_identity *identity,
                                void (*on_end)(void *context,
                                               const struct host_key *keys, int count,
                                               const struct err *err),
                                void *context);

/* Ends what is under way; no callback comes after. */
void host_scan_free(struct host_scan *scan);

#endif
