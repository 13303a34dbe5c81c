#include "net/balancer_client.h"

#include "base/memory.h"
#include "base/printable.h"
#include "base/str.h"
#include "net/balancer_status.h"
#include "net/helper_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STATUS_LIMIT_MS = 15000,
    /* The lock is waited for 5 s, HAProxy and the request through it have seconds. */
    SWITCH_LIMIT_MS = 30000,
    REASON_MAX = 400,
};

struct balancer_client {
    struct ssh *ssh;
    struct helper_calls calls;
    struct ssh_target target;
    const char *env;
    const char *command;
    int host;
    struct sink sink;
};

/* A question, until its answer is whole. */
struct asked {
    struct balancer_client *client;
    struct ticket ticket;
    struct balancer_status status; /* of a status */
    int64_t took_us;               /* of a switch */
    char reason[REASON_MAX];       /* of a switch: servers that are not ready */
};

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

static void give(struct asked *asked, struct event *event)
{
    event->ticket = asked->ticket;
    event->host = asked->client->host;
    event->step = -1;
    asked->client->sink.take(asked->client->sink.context, event);
}

static void give_failure(struct asked *asked, enum event_type type,
                         const struct err *err)
{
    struct event event = {.type = type};
    event.failure.code = err->code;
    event.failure.text = err->text;
    give(asked, &event);
}

static void ask(struct asked *asked, struct helper_request *request, int limit_ms,
                void (*on_item)(void *, const struct helper_item *),
                void (*on_end)(void *, const char *, const char *, const struct err *))
{
    struct balancer_client *client = asked->client;
    const struct helper_question question = {
        .name = client->target.name,
        .command = client->command,
        .request = request,
        .limit_ms = limit_ms,
    };
    const struct helper_taker taker = {on_item, on_end, asked, asked};
    helper_call(&client->calls, client->ssh, &question, &taker);
}

static struct asked *asked_new(struct balancer_client *client, struct ticket ticket)
{
    struct asked *asked = memory_new(sizeof *asked);
    asked->client = client;
    asked->ticket = ticket;
    return asked;
}

/* ---- status ---- */

static void on_status_item(void *context, const struct helper_item *item)
{
    struct asked *asked = context;
    if (item->type == HELPER_LINE)
        balancer_status_take(&asked->status, item->key, item->value);
}

static void on_status_end(void *context, const char *code, const char *message,
                          const struct err *err)
{
    struct asked *asked = context;
    struct err refused = *err;

    if (err->code == ERR_NONE && str_equal(code, "ok")) {
        struct event event = balancer_status_event(&asked->status);
        give(asked, &event);
        return;
    }
    if (err->code == ERR_NONE)
        err_set(&refused, ERR_REFUSED, "%s: %s (%s)", asked->client->target.name,
                message, code);
    give_failure(asked, EV_BALANCER_FAILED, &refused);
}

void balancer_client_status(struct balancer_client *client, struct ticket ticket)
{
    char buffer[256];
    struct helper_request request;
    struct asked *asked = asked_new(client, ticket);

    balancer_status_init(&asked->status);
    helper_request_begin(&request, buffer, sizeof buffer, "status", client->env);
    ask(asked, &request, STATUS_LIMIT_MS, on_status_item, on_status_end);
}

/* ---- switch ---- */

static void on_switch_item(void *context, const struct helper_item *item)
{
    struct asked *asked = context;
    size_t length = strlen(asked->reason);
    struct str end = str_on(asked->reason + length, sizeof asked->reason - length);
    char words[REASON_MAX];
    long long number;

    if (item->type != HELPER_LINE)
        return;
    if (str_equal(item->key, "took_us")) {
        if (str_to_long(item->value, 0, INT64_MAX, &number))
            asked->took_us = number;
    } else if (str_equal(item->key, "server")) {
        printable_text(item->value, strlen(item->value), words, sizeof words);
        str_addf(&end, "; %s", words);
    }
}

static void on_switch_end(void *context, const char *code, const char *message,
                          const struct err *err)
{
    struct asked *asked = context;
    char words[ERR_TEXT_MAX];
    struct str text = str_on(words, sizeof words);
    struct event event = {.type = EV_SWITCH_ANSWERED};

    if (err->code != ERR_NONE) {
        give_failure(asked, EV_SWITCH_SILENT, err);
        return;
    }
    event.answer.ok = str_equal(code, "ok");
    if (!event.answer.ok)
        str_addf(&text, "%s: %s%s", asked->client->target.name, message, asked->reason);
    event.answer.code = code;
    event.answer.message = words;
    event.answer.took_us = asked->took_us;
    give(asked, &event);
}

/* A target that HAProxy does not have is asked for by its Droplet's name: the helper
 * then says no, which is right. */
static void add_servers(struct helper_request *request, const struct model *model)
{
    enum colour target = model->run.target;
    enum host_role role = role_of_colour(target);
    char name[2 * SETTING_TEXT_MAX];

    for (int i = fleet_next(&model->fleet, role, -1); i >= 0;
         i = fleet_next(&model->fleet, role, i)) {
        const struct host *host = &model->fleet.hosts[i];
        snprintf(name, sizeof name, "%s/%s", model->settings->backend[target],
                 host->in_haproxy ? host->server.name : host->droplet.name);
        helper_request_add(request, "server", name);
    }
}

void balancer_client_switch(struct balancer_client *client, struct ticket ticket,
                            const struct model *model)
{
    const struct run *run = &model->run;
    char *buffer = memory_new(HELPER_REQUEST_SIZE);
    struct helper_request request;

    helper_request_begin(&request, buffer, HELPER_REQUEST_SIZE, "switch", client->env);
    helper_request_add(&request, "run", run->id);
    helper_request_number(&request, "epoch", run->epoch);
    helper_request_number(&request, "seq", run->seq);
    helper_request_add(&request, "nonce", run->nonce);
    helper_request_number(&request, "from", run->share_before);
    helper_request_number(&request, "to", run->share_after);
    add_servers(&request, model);
    ask(asked_new(client, ticket), &request, SWITCH_LIMIT_MS, on_switch_item,
        on_switch_end);
    free(buffer);
}
