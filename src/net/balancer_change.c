/* The changes that bgc-lb is asked for, and the fuse's time. */
#include "net/balancer_question.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/helper_value.h"

#include <stdio.h>
#include <stdlib.h>

/* The lock is waited for 5 s, HAProxy and the request through it have seconds. */
enum { CHANGE_LIMIT_MS = 30000, EXTEND_LIMIT_MS = 15000 };

/* Stands for a time that the helper left out: its looks did not see that moment. */

static void learn_who_answered(struct balancer_question *question, const char *value)
{
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++) {
        if (!str_equal(value, question->backend[colour]))
            continue;
        question->event.answer.answered_known = true;
        question->event.answer.answered_by = colour;
    }
}

static int64_t time_around(const char *value)
{
    return helper_number(value, INT64_MIN, INT64_MAX, TIMING_NOT_SEEN);
}

static void on_change_item(void *context, const struct helper_item *item)
{
    struct balancer_question *question = context;
    struct event *event = &question->event;

    if (item->type != HELPER_LINE)
        return;
    if (str_equal(item->key, "took_us"))
        event->answer.took_us = helper_count(item->value, 0);
    else if (str_equal(item->key, "answered_by"))
        learn_who_answered(question, item->value);
    else if (str_equal(item->key, "server"))
        helper_words_add(item->value, question->reason, sizeof question->reason);
    else if (str_equal(item->key, "first_new_us"))
        event->answer.timing.first_new_us = time_around(item->value);
    else if (str_equal(item->key, "last_old_us"))
        event->answer.timing.last_old_us = time_around(item->value);
    else if (str_equal(item->key, "sample_ms"))
        event->answer.timing.resolution_ms = helper_count(item->value, 0);
    else if (str_equal(item->key, "fuse_left_ms"))
        event->answer.fuse_left_ms = helper_count(item->value, -1);
}

/* `message` is a whole sentence, or "". */
static void give_answer(struct balancer_question *question, enum event_type type,
                        const char *code, const char *message)
{
    struct event *event = &question->event;

    event->type = type;
    event->answer.ok = str_equal(code, "ok");
    event->answer.code = code;
    event->answer.message = message;
    balancer_question_give(question, event);
}

static void give_heard(struct balancer_question *question, enum event_type type,
                       const char *code, const char *message)
{
    char words[ERR_TEXT_MAX] = "";
    struct str text = str_on(words, sizeof words);

    if (!str_equal(code, "ok"))
        str_addf(&text, "%s: %s%s%s", question->client->target.name, message,
                 question->reason[0] != '\0' ? "; " : "", question->reason);
    give_answer(question, type, code, words);
}

/* A request that is too large was never sent: that it did not happen is certain, and
 * that asking again would not help. */
static void on_change_end(void *context, const char *code, const char *message,
                          const struct err *err)
{
    if (err->code == ERR_LIMIT)
        give_answer(context, EV_CHANGE_ANSWERED, "usage", err->text);
    else if (err->code != ERR_NONE)
        balancer_question_fail(context, EV_CHANGE_SILENT, err);
    else
        give_heard(context, EV_CHANGE_ANSWERED, code, message);
}

static void on_extend_end(void *context, const char *code, const char *message,
                          const struct err *err)
{
    if (err->code != ERR_NONE)
        give_answer(context, EV_FUSE_EXTENDED, "", err->text);
    else
        give_heard(context, EV_FUSE_EXTENDED, code, message);
}

static struct balancer_question *change_question(struct balancer_client *client,
                                                 struct ticket ticket,
                                                 const struct settings *settings)
{
    struct balancer_question *question = balancer_question_new(client, ticket);

    question->event.answer.fuse_left_ms = -1;
    question->event.answer.timing.first_new_us = TIMING_NOT_SEEN;
    question->event.answer.timing.last_old_us = TIMING_NOT_SEEN;
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++)
        str_copy(question->backend[colour], sizeof question->backend[colour],
                 settings->backend[colour]);
    return question;
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

static void add_switch(struct helper_request *request, const struct model *model)
{
    const struct run *run = &model->run;

    helper_request_number(request, "from", run->change.from);
    helper_request_number(request, "to", run->change.to);
    if (run->fused)
        helper_request_number(request, "fuse_s", model->settings->fuse_s);
    add_servers(request, model);
}

static void add_mend(struct helper_request *request, const struct mend *mend)
{
    helper_request_add(request, "what", mend_name(mend->kind));
    if (mend->kind == MEND_MAP)
        helper_request_number(request, "share", mend->share);
    if (mend->kind == MEND_SERVER)
        helper_request_add(request, "server", mend->server);
}

void balancer_client_change(struct balancer_client *client, struct ticket ticket,
                            const struct model *model)
{
    static const struct balancer_taker taker = {CHANGE_LIMIT_MS, on_change_item,
                                                on_change_end};
    const struct run *run = &model->run;
    const struct change *change = &run->change;
    const size_t size = HELPER_REQUEST_SIZE + HELPER_BODY_MAX;
    char *buffer = memory_new(size);
    struct helper_request request;

    helper_request_begin(&request, buffer, size, change_kind_name(change->kind),
                         client->env);
    helper_request_add(&request, "run", run->id);
    helper_request_number(&request, "epoch", run->epoch);
    helper_request_number(&request, "seq", change->seq);
    helper_request_add(&request, "nonce", change->nonce);
    if (change->kind == CHANGE_SWITCH)
        add_switch(&request, model);
    if (change->kind == CHANGE_MAINTENANCE)
        helper_request_number(&request, "on", change->on);
    if (change->kind == CHANGE_MEND)
        add_mend(&request, &run->mend);
    if (change->kind == CHANGE_INSTALL)
        balancer_question_install(client, ticket, model, &request);
    else
        balancer_question_ask(change_question(client, ticket, model->settings),
                              &request, NULL, &taker);
    free(buffer);
}

void balancer_client_extend(struct balancer_client *client, struct ticket ticket,
                            const struct model *model)
{
    static const struct balancer_taker taker = {EXTEND_LIMIT_MS, on_change_item,
                                                on_extend_end};
    char buffer[512];
    struct helper_request request;
    const struct balancer *balancer = &model->balancer;
    /* Nothing was changed under our epoch yet: then any seq is high enough. */
    bool ours = balancer->epoch == model->hold.epoch;

    helper_request_begin(&request, buffer, sizeof buffer, "extend", client->env);
    helper_request_number(&request, "epoch", model->hold.epoch);
    helper_request_number(&request, "seq", ours ? balancer->seq : 0);
    helper_request_number(&request, "fuse_s", model->settings->fuse_s);
    balancer_question_ask(change_question(client, ticket, model->settings), &request,
                          NULL, &taker);
}
