#ifndef BGC_NET_HOST_CLIENT_H
#define BGC_NET_HOST_CLIENT_H

/*
 * What is asked of bgc-host on one application host (docs/remote-helpers.md).
 *
 * Two connections: one for questions, one on which a job's log is followed, so
 * that a cancel never waits behind the job that it is to end. Both are made when
 * they are first needed and stay warm.
 *
 * Each question gets exactly one answering event with its ticket, on a later
 * turn; the lines of a job come before it. A job's success is its rc alone: when
 * the line drops, EV_JOB_CUT says so and the job goes on.
 */

#include "core/model.h"
#include "net/fair_queue.h"
#include "net/job_follow.h"
#include "net/net.h"
#include "net/ssh.h"

#include <stdint.h>
#include <uv.h>

struct host_client;

/* Who the client is. `env` is kept, the others are copied. */
struct host_client_options {
    const struct ssh_target *target;
    const struct ssh_identity *identity;
    const char *env;
    int host; /* index in the fleet: events carry it */
    struct sink sink;
    struct job_output output;
};

struct host_client *host_client_new(uv_loop_t *loop, struct fair_queue *queue,
                                    const struct host_client_options *options);

/* EV_FACTS, EV_FACTS_FAILED */
void host_client_ask(struct host_client *client, struct ticket ticket);

/* EV_SHARED, EV_SHARED_FAILED: the stores of the settings, asked from this host */
void host_client_shared(struct host_client *client, struct ticket ticket,
                        const struct settings *settings);

/* EV_RESOLVED, EV_RESOLVE_FAILED */
void host_client_resolve(struct host_client *client, struct ticket ticket,
                         const char *repository, const char *ref);

/* Starts `step` of the model's run, or attaches to it where it was started before, and
 * follows its log: EV_JOB_RUNNING, EV_JOB_LINE ..., then EV_JOB_ENDED, EV_JOB_CUT or
 * EV_JOB_REFUSED. `offset` in them is where a later follow goes on. */
void host_client_start(struct host_client *client, struct ticket ticket,
                       const struct model *model, int step);

/* Goes on following from `offset`; events as above. */
void host_client_follow(struct host_client *client, struct ticket ticket,
                        const struct model *model, int step, int64_t offset);

/* Ends the job: EV_JOB_ENDED when its rc is there (who follows it hears the same with
 * his own ticket), EV_JOB_REFUSED where the host knows no such job or no end of it,
 * EV_JOB_CUT where no answer came. */
void host_client_cancel(struct host_client *client, struct ticket ticket,
                        const struct model *model, int step);

/* Ends both connections and forgets all questions: no event comes any more. Not from
 * within the sink. */
void host_client_free(struct host_client *client);

#endif
