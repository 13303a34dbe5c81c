#ifndef BGC_NET_PROBE_H
#define BGC_NET_PROBE_H

/*
 * One health check of one host, straight to its address and port: what it is and how
 * it is judged says net/health_check.
 */

#include "net/http.h"
#include "net/net.h"

struct probe;

/* `http` and `settings` are kept. */
struct probe *probe_new(struct http *http, const struct settings *settings,
                        struct sink sink);

/* Answered by EV_PROBED with this ticket and host, on a later turn. `address` is a
 * numeric IPv4 or IPv6 address; anything else is PROBE_RESOLVE. */
void probe_host(struct probe *probe, struct ticket ticket, int host,
                const char *address);

/* After http_close(): checks that were open have no answer. */
void probe_free(struct probe *probe);

#endif
