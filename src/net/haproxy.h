#ifndef BGC_NET_HAPROXY_H
#define BGC_NET_HAPROXY_H

/*
 * HAProxy's stats socket on this machine: a sample each `haproxy.sample_ms`.
 *
 * One fresh connection per sample, since an old one stays with the old worker
 * across a reload; never two at once. HAProxy answers in the thread that serves
 * its clients, so the next look waits at least twenty times as long as the last
 * answer took: we never cost it more than a twentieth of its time.
 *
 * It only reads. Where the socket is on another machine, `bgc-lb watch` sends the
 * same text over SSH (docs/remote-helpers.md).
 */

#include "net/net.h"

struct haproxy;

/* `settings` are kept. Fails on names that HAProxy's socket would misread and on a
 * path too long for a socket. */
struct haproxy *haproxy_new(uv_loop_t *loop, const struct settings *settings,
                            struct sink sink, struct err *err);

/* From now on EV_SAMPLE or EV_SAMPLE_FAILED comes with this ticket and host, again
 * and again. A failure does not end the watch. */
void haproxy_watch(struct haproxy *haproxy, struct ticket ticket, int host);

/* Ends the watch. The loop must run before haproxy_free(). */
void haproxy_close(struct haproxy *haproxy);
void haproxy_free(struct haproxy *haproxy);

#endif
