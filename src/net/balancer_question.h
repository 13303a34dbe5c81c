#ifndef BGC_NET_BALANCER_QUESTION_H
#define BGC_NET_BALANCER_QUESTION_H

/*
 * One question to bgc-lb: what the rooms behind net/balancer_client.h share, and
 * nobody else sees.
 */

#include "net/balancer_client.h"
#include "net/balancer_status.h"
#include "net/helper_call.h"

#include <stdbool.h>
#include <stdint.h>

enum { BALANCER_REASON_MAX = 400 };

struct balancer_client {
    struct ssh *ssh;
    struct helper_calls calls;
    struct ssh_target target;
    const char *env;
    const char *command;
    int host;
    struct sink sink;
};

/* A question, until its answer is whole. Each kind uses what it needs; one that needs
 * more begins with it. */
struct balancer_question {
    struct balancer_client *client;
    struct ticket ticket;
    struct balancer_status status;     /* of a status */
    struct event event;                /* of the others: what has been told so far */
    struct lease holder;               /* of a lease: who holds it */
    char backend[2][SETTING_TEXT_MAX]; /* of a change: to know who answered */
    char reason[BALANCER_REASON_MAX];  /* of a change: what is not ready */
};

/* How long a question may take, and who hears its answer. `on_item` NULL: nobody reads
 * its lines. */
struct balancer_taker {
    int limit_ms;
    void (*on_item)(void *question, const struct helper_item *item);
    void (*on_end)(void *question, const char *code, const char *message,
                   const struct err *err);
};

struct balancer_question *balancer_question_new(struct balancer_client *client,
                                                struct ticket ticket);

/* Asks `request`, which was begun; the question is freed after its end. `body` NULL:
 * none. */
void balancer_question_ask(struct balancer_question *question,
                           struct helper_request *request, const char *body,
                           const struct balancer_taker *taker);

/* Goes on with a change that was begun as `request`: haproxy.cfg as the model has
 * rendered it (balancer_config.c). */
void balancer_question_install(struct balancer_client *client, struct ticket ticket,
                               const struct model *model,
                               struct helper_request *request);

/* Gives the event to the sink, as the answer to this question. */
void balancer_question_give(struct balancer_question *question, struct event *event);
void balancer_question_fail(struct balancer_question *question, enum event_type type,
                            const struct err *err);

/* Whether the answer is whole and "ok"; where it is not, `failed` has been given. */
bool balancer_question_is_ok(struct balancer_question *question, enum event_type failed,
                             const char *code, const char *message,
                             const struct err *err);

#endif
