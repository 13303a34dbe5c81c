/* The lease, and what others can read of a run. */
#include "net/balancer_question.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/helper_value.h"

#include <stdlib.h>
#include <string.h>

enum { LEASE_LIMIT_MS = 10000 };

static void on_lease_item(void *context, const struct helper_item *item)
{
    struct balancer_question *question = context;
    struct lease *holder = &question->holder;
    struct event *event = &question->event;

    if (item->type != HELPER_LINE)
        return;
    if (str_equal(item->key, "epoch"))
        event->lease.epoch = helper_count(item->value, 0);
    else if (str_equal(item->key, "left_ms"))
        event->lease.left_ms = helper_count(item->value, 0);
    else if (str_equal(item->key, "since_ms"))
        event->lease.since_ms = helper_count(item->value, 0);
    else if (str_equal(item->key, "run"))
        helper_words(item->value, holder->run, sizeof holder->run);
    else if (str_equal(item->key, "who"))
        helper_words(item->value, holder->who, sizeof holder->who);
    else if (str_equal(item->key, "where"))
        helper_words(item->value, holder->where, sizeof holder->where);
    else if (str_equal(item->key, "stage"))
        helper_words(item->value, holder->stage, sizeof holder->stage);
}

static void on_lease_end(void *context, const char *code, const char *message,
                         const struct err *err)
{
    struct balancer_question *question = context;
    char words[ERR_TEXT_MAX] = "";
    struct str text = str_on(words, sizeof words);
    struct event *event = &question->event;

    if (err->code != ERR_NONE) {
        balancer_question_fail(question, EV_LEASE_FAILED, err);
        return;
    }
    event->type = EV_LEASE_ANSWERED;
    event->lease.ok = str_equal(code, "ok");
    if (!event->lease.ok)
        str_addf(&text, "%s: %s", question->client->target.name, message);
    event->lease.code = code;
    event->lease.message = words;
    event->lease.holder = question->holder.run[0] != '\0' ? &question->holder : NULL;
    balancer_question_give(question, event);
}

static void ask(struct balancer_client *client, struct ticket ticket,
                struct helper_request *request)
{
    static const struct balancer_taker taker = {LEASE_LIMIT_MS, on_lease_item,
                                                on_lease_end};

    balancer_question_ask(balancer_question_new(client, ticket), request, NULL, &taker);
}

static const char *stage_of(const struct model *model)
{
    return run_is_open(model->run.state) ? run_state_name(model->run.state) : "";
}

static void add_stage(struct helper_request *request, const struct model *model)
{
    if (stage_of(model)[0] != '\0')
        helper_request_add(request, "stage", stage_of(model));
}

void balancer_client_acquire(struct balancer_client *client, struct ticket ticket,
                             const struct model *model)
{
    char buffer[2048];
    struct helper_request request;
    bool takes = model->run.kind == RUN_TAKEOVER && lease_is_foreign(model);

    helper_request_begin(&request, buffer, sizeof buffer,
                         takes ? "takeover" : "acquire", client->env);
    helper_request_add(&request, "run", model->hold.run);
    helper_request_add(&request, "who", model->who);
    helper_request_add(&request, "where", model->where);
    add_stage(&request, model);
    helper_request_number(&request, "ttl_s", LEASE_TTL_S);
    helper_request_number(&request, "above", lease_above(model));
    if (takes)
        helper_request_number(&request, "from_epoch", model->balancer.lease.epoch);
    ask(client, ticket, &request);
}

void balancer_client_renew(struct balancer_client *client, struct ticket ticket,
                           const struct model *model)
{
    char buffer[1024];
    struct helper_request request;

    helper_request_begin(&request, buffer, sizeof buffer, "renew", client->env);
    helper_request_add(&request, "run", model->hold.run);
    helper_request_number(&request, "epoch", model->hold.epoch);
    add_stage(&request, model);
    ask(client, ticket, &request);
}

void balancer_client_release(struct balancer_client *client, struct ticket ticket,
                             const struct model *model)
{
    char buffer[1024];
    struct helper_request request;

    helper_request_begin(&request, buffer, sizeof buffer, "release", client->env);
    helper_request_add(&request, "run", model->hold.run);
    helper_request_number(&request, "epoch", model->hold.epoch);
    ask(client, ticket, &request);
}

/* ---- what others can read; nobody waits for these ---- */

static void on_told_end(void *context, const char *code, const char *message,
                        const struct err *err)
{
    (void)context;
    (void)code;
    (void)message;
    (void)err;
}

static void tell(struct balancer_client *client, struct helper_request *request,
                 const char *body)
{
    static const struct balancer_taker taker = {LEASE_LIMIT_MS, NULL, on_told_end};
    struct ticket nobody = {0};

    balancer_question_ask(balancer_question_new(client, nobody), request, body, &taker);
}

void balancer_client_publish(struct balancer_client *client, const char *run,
                             const char *text)
{
    char buffer[2048];
    struct helper_request request;

    helper_request_begin(&request, buffer, sizeof buffer, "event", client->env);
    helper_request_add(&request, "run", run);
    helper_request_add(&request, "text", text);
    tell(client, &request, NULL);
}

void balancer_client_put_receipt(struct balancer_client *client, const char *run,
                                 const char *json)
{
    char *buffer = memory_new(HELPER_REQUEST_SIZE);
    struct helper_request request;

    helper_request_begin(&request, buffer, HELPER_REQUEST_SIZE, "put-receipt",
                         client->env);
    helper_request_add(&request, "run", run);
    tell(client, &request, json);
    free(buffer);
}
