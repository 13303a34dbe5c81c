#ifndef BGC_NET_BALANCER_CLIENT_H
#define BGC_NET_BALANCER_CLIENT_H

/*
 * What is asked of bgc-lb on one load balancer, over its control connection
 * (docs/remote-helpers.md). The counters come over another one: balancer_watch.
 *
 * Each question gets exactly one answering event with its ticket, on a later
 * turn. A switch without a whole answer is EV_SWITCH_SILENT, whatever is known
 * of the connection: it may have happened.
 */

#include "core/model.h"
#include "net/fair_queue.h"
#include "net/net.h"
#include "net/ssh.h"

#include <uv.h>

struct balancer_client;

/* Who the client is. `env` is kept, the others are copied. */
struct balancer_options {
    const struct ssh_target *target;
    const struct ssh_identity *identity;
    const char *env;
    enum become_kind become;
    int host; /* index in the fleet: events carry it */
    struct sink sink;
};

/* The command by which bgc-lb is called. */
const char *balancer_command(enum become_kind become);

struct balancer_client *balancer_client_new(uv_loop_t *loop, struct fair_queue *queue,
                                            const struct balancer_options *options);

/* EV_BALANCER_STATUS, EV_BALANCER_FAILED */
void balancer_client_status(struct balancer_client *client, struct ticket ticket);

/* Asks for the switch that the model's run is about; every host of the target colour
 * that is not gone must be ready. EV_SWITCH_ANSWERED, EV_SWITCH_SILENT. The nonce makes
 * asking again safe. */
void balancer_client_switch(struct balancer_client *client, struct ticket ticket,
                            const struct model *model);

/* Ends the connection and forgets all questions: no event comes any more. Not from
 * within the sink. */
void balancer_client_free(struct balancer_client *client);

#endif
