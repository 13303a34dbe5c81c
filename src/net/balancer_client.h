#ifndef BGC_NET_BALANCER_CLIENT_H
#define BGC_NET_BALANCER_CLIENT_H

/*
 * What is asked of bgc-lb on one load balancer, over its control connection
 * (docs/remote-helpers.md). The counters come over another one: balancer_watch.
 *
 * Each question gets exactly one answering event with its ticket, on a later
 * turn. A change without a whole answer is EV_CHANGE_SILENT, whatever is known
 * of the connection: it may have happened. Only where it was too large to be sent is
 * it answered with "usage". What is only told to others gets no event.
 */

#include "core/model.h"
#include "net/fair_queue.h"
#include "net/net.h"
#include "net/ssh.h"

#include <uv.h>

enum { BALANCER_EVENTS_MAX = 64 };

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

/* Asks for the change of the model's run; for a switch every host of the target colour
 * that is not gone must be ready. EV_CHANGE_ANSWERED, EV_CHANGE_SILENT. The nonce makes
 * asking again safe. */
void balancer_client_change(struct balancer_client *client, struct ticket ticket,
                            const struct model *model);

/* Gives the fuse its whole time again. EV_FUSE_EXTENDED, whatever became of it. */
void balancer_client_extend(struct balancer_client *client, struct ticket ticket,
                            const struct model *model);

/* The lease for the model's hold; a takeover where the run is one and somebody holds
 * it. EV_LEASE_ANSWERED, EV_LEASE_FAILED. */
void balancer_client_acquire(struct balancer_client *client, struct ticket ticket,
                             const struct model *model);
void balancer_client_renew(struct balancer_client *client, struct ticket ticket,
                           const struct model *model);
void balancer_client_release(struct balancer_client *client, struct ticket ticket,
                             const struct model *model);

/* Lets others see what a run does: one printable line, or its receipt as JSON. No
 * event answers. */
void balancer_client_publish(struct balancer_client *client, const char *run,
                             const char *text);
void balancer_client_put_receipt(struct balancer_client *client, const char *run,
                                 const char *json);

/* Reads what runs have published, from the line `from_event` on, 0: any; of these the
 * newest BALANCER_EVENTS_MAX. EV_EVENTS, EV_EVENTS_FAILED. */
void balancer_client_events(struct balancer_client *client, struct ticket ticket,
                            int64_t from_event);

/* Reads its haproxy.cfg; asks HAProxy there what it thinks of the model's rendering.
 * EV_CONFIG or EV_CONFIG_CHECKED; EV_CONFIG_FAILED. */
void balancer_client_config(struct balancer_client *client, struct ticket ticket);
void balancer_client_check_config(struct balancer_client *client, struct ticket ticket,
                                  const struct model *model);

/* Ends the connection and forgets all questions: no event comes any more. Not from
 * within the sink. */
void balancer_client_free(struct balancer_client *client);

#endif
