#ifndef BGC_NET_PROBE_H
#define BGC_NET_PROBE_H

/*
 * One health check of one host, straight to its address and port.
 *
 * The method, path, expected status, expected text and release header are those of
 * the settings' [health]; `health.timeout_s` is the budget of the whole check. Each
 * check has a connection of its own, as a client has, and leaves no idle connection
 * that would hold one of the application's workers.
 *
 * HEAD has no body, so two rules go beyond it: where a text is expected in the body
 * the method is GET; and when a HEAD fails by its status, one GET follows within the
 * same budget, only to show the first of its body as the reason. The verdict stays
 * that of the HEAD.
 *
 * Names the release that the host tells; whether that is the right one is judged by
 * core.
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
