#include "net/balancer_client.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/balancer_question.h"

#include <stdlib.h>
#include <string.h>

enum { STATUS_LIMIT_MS = 15000 };

const char *balancer_command(enum become_kind become)
{
    return become == BECOME_SUDO ? "sudo -n /usr/local/sbin/bgc-lb"
                                 : "/usr/local/sbin/bgc-lb";
}

struct balancer_client *balancer_client_new(uv_loop_t *loop, struct fair_queue *queue,
                                            const struct balancer_options *options)
{
    struct balancer_client *client = memory_new(sizeof *client);
    client->ssh = ssh_new(loop, queue, options->target, options->identity);
    helper_calls_init(&client->calls, queue);
    client->target = *options->target;
    client->env = options->env;
    client->command = balancer_command(options->become);
    client->host = options->host;
    client->sink = options->sink;
    return client;
}

void balancer_client_free(struct balancer_client *client)
{
    ssh_free(client->ssh);
    helper_calls_free(&client->calls);
    free(client);
}

/* ---- a question ---- */

struct balancer_question *balancer_question_new(struct balancer_client *client,
                                                struct ticket ticket)
{
    struct balancer_question *question = memory_new(sizeof *question);
    question->client = client;
    question->ticket = ticket;
    return question;
}

void balancer_question_ask(struct balancer_question *question,
                           struct helper_request *request, const char *body,
                           const struct balancer_taker *taker)
{
    struct balancer_client *client = question->client;
    const struct helper_question asked = {
        .name = client->target.name,
        .command = client->command,
        .request = request,
        .body = body,
        .body_length = body != NULL ? strlen(body) : 0,
        .limit_ms = taker->limit_ms,
    };
    const struct helper_taker heard = {taker->on_item, taker->on_end, question,
                                       question};
    helper_call(&client->calls, client->ssh, &asked, &heard);
}

void balancer_question_give(struct balancer_question *question, struct event *event)
{
    event->ticket = question->ticket;
    event->host = question->client->host;
    event->step = -1;
    question->client->sink.take(question->client->sink.context, event);
}

void balancer_question_fail(struct balancer_question *question, enum event_type type,
                            const struct err *err)
{
    struct event event = {.type = type};
    event.failure.code = err->code;
    event.failure.text = err->text;
    balancer_question_give(question, &event);
}

bool balancer_question_is_ok(struct balancer_question *question, enum event_type failed,
                             const char *code, const char *message,
                             const struct err *err)
{
    struct err refused = *err;

    if (err->code == ERR_NONE && str_equal(code, "ok"))
        return true;
    if (err->code == ERR_NONE)
        err_set(&refused, ERR_REFUSED, "%s: %s (%s)", question->client->target.name,
                message, code);
    balancer_question_fail(question, failed, &refused);
    return false;
}

/* ---- status ---- */

static void on_status_item(void *context, const struct helper_item *item)
{
    struct balancer_question *question = context;
    if (item->type == HELPER_LINE)
        balancer_status_take(&question->status, item->key, item->value);
}

static void on_status_end(void *context, const char *code, const char *message,
                          const struct err *err)
{
    struct balancer_question *question = context;

    if (!balancer_question_is_ok(question, EV_BALANCER_FAILED, code, message, err))
        return;
    struct event event = balancer_status_event(&question->status);
    balancer_question_give(question, &event);
}

void balancer_client_status(struct balancer_client *client, struct ticket ticket)
{
    static const struct balancer_taker taker = {STATUS_LIMIT_MS, on_status_item,
                                                on_status_end};
    char buffer[256];
    struct helper_request request;
    struct balancer_question *question = balancer_question_new(client, ticket);

    balancer_status_init(&question->status);
    helper_request_begin(&request, buffer, sizeof buffer, "status", client->env);
    balancer_question_ask(question, &request, NULL, &taker);
}
