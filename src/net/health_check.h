#ifndef BGC_NET_HEALTH_CHECK_H
#define BGC_NET_HEALTH_CHECK_H

/*
 * Health checks over HTTP: an address in, what it answered out.
 *
 * The method, path, expected status, expected text and release header are those of
 * the settings' [health]; `health.timeout_s` is the budget of the whole check. Each
 * check has a connection of its own, as a client has, and leaves no idle connection
 * that would hold one of the application's workers.
 *
 * A host is asked straight; the load balancer's frontend is asked under a host name,
 * with a header of the operator's where its preview wants one.
 *
 * HEAD has no body, so two rules go beyond it: where a text is expected in the body
 * the method is GET; and when a HEAD fails by its status, one GET follows within the
 * same budget, only to show the first of its body as the reason. The verdict stays
 * that of the HEAD.
 *
 * Tells the release that the answer names; whether that is the right one is judged by
 * core.
 */

#include "core/effect.h"
#include "core/health.h"
#include "core/settings.h"
#include "net/http.h"

struct health_checks;

struct health_check {
    struct ticket ticket; /* these two come back with the result */
    int subject;
    const char *address; /* "10.0.0.21:8080", "[::1]:80"; numeric, else PROBE_RESOLVE */
    const char *name;    /* the Host header; NULL or "": the address */
    const char *header;  /* "Name: value", never shown or logged; NULL or "": none */

    /* Once, on a later turn; both are borrowed, and the check without its texts. Not
     * called after http_close(). */
    void (*on_result)(void *context, const struct health_check *check,
                      const struct probe_result *result);
    void *context;
};

/* `http` and `settings` are kept. */
struct health_checks *health_checks_new(struct http *http,
                                        const struct settings *settings);

void health_checks_ask(struct health_checks *checks, const struct health_check *check);

/* After http_close(): checks that were open have no result. */
void health_checks_free(struct health_checks *checks);

#endif
