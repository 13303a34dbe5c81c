#ifndef BGC_NET_BALANCER_WATCH_H
#define BGC_NET_BALANCER_WATCH_H

/*
 * HAProxy's counters from one load balancer, streamed by `bgc-lb watch` over a
 * connection of its own.
 *
 * It goes on for ever: when the stream ends, EV_SAMPLE_FAILED says why, and it is
 * asked for again after a growing, bounded wait.
 */

#include "net/balancer_client.h"

struct balancer_watch;

/* `settings` (HAProxy's names, the interval) are kept. */
struct balancer_watch *balancer_watch_new(uv_loop_t *loop, struct fair_queue *queue,
                                          const struct balancer_options *options,
                                          const struct settings *settings);

/* From now on EV_SAMPLE or EV_SAMPLE_FAILED comes with this ticket, again and again, on
 * later turns. A second call only changes the ticket. */
void balancer_watch_begin(struct balancer_watch *watch, struct ticket ticket);

/* Ends the watch: no event comes any more. Not from within the sink. */
void balancer_watch_free(struct balancer_watch *watch);

#endif
