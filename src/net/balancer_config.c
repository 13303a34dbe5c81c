/* haproxy.cfg: as it is, whether HAProxy takes ours, and its installation. */
#include "net/balancer_question.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/helper_value.h"

#include <stdlib.h>
#include <string.h>

/* A check has 20 s there; an installation that fails reloads twice. */
enum {
    READ_LIMIT_MS = 20000,
    CHECK_LIMIT_MS = 40000,
    INSTALL_LIMIT_MS = 75000,
    REQUEST_SIZE = HELPER_REQUEST_SIZE + HELPER_BODY_MAX,
    LINES_MAX = 24 * 1024, /* 40 lines of 512 bytes */
};

/* ---- the file ---- */

struct file_question {
    struct balancer_question question; /* first: it is freed as this */
    char sha256[CONFIG_SHA_SIZE];
    size_t length; /* of the whole; more than there is room for is only counted */
    char text[HELPER_BODY_MAX];
};

static void take_bytes(struct file_question *asked, const struct helper_item *item)
{
    size_t room =
        asked->length < sizeof asked->text ? sizeof asked->text - asked->length : 0;

    memcpy(asked->text + asked->length, item->bytes,
           item->length < room ? item->length : room);
    asked->length += item->length;
}

static void on_file_item(void *context, const struct helper_item *item)
{
    struct file_question *asked = context;

    if (item->type == HELPER_BLOCK && item->length > 0)
        take_bytes(asked, item);
    else if (item->type == HELPER_LINE && str_equal(item->key, "config_sha256"))
        str_copy(asked->sha256, sizeof asked->sha256, item->value);
}

static void on_file_end(void *context, const char *code, const char *message,
                        const struct err *err)
{
    struct file_question *asked = context;
    struct event event = {.type = EV_CONFIG};

    if (!balancer_question_is_ok(&asked->question, EV_CONFIG_FAILED, code, message,
                                 err))
        return;
    event.config.sha256 = asked->sha256;
    event.config.text = asked->text;
    event.config.length = asked->length;
    balancer_question_give(&asked->question, &event);
}

void balancer_client_config(struct balancer_client *client, struct ticket ticket)
{
    static const struct balancer_taker taker = {READ_LIMIT_MS, on_file_item,
                                                on_file_end};
    char buffer[256];
    struct helper_request request;
    struct file_question *asked = memory_new(sizeof *asked);

    asked->question.client = client;
    asked->question.ticket = ticket;
    helper_request_begin(&request, buffer, sizeof buffer, "config", client->env);
    balancer_question_ask(&asked->question, &request, NULL, &taker);
}

/* ---- what HAProxy says of ours ---- */

struct told_question {
    struct balancer_question question; /* first: it is freed as this */
    struct str lines;                  /* what HAProxy complains of */
    char lines_text[LINES_MAX];
};

static struct told_question *told_question_new(struct balancer_client *client,
                                               struct ticket ticket)
{
    struct told_question *asked = memory_new(sizeof *asked);

    asked->question.client = client;
    asked->question.ticket = ticket;
    asked->lines = str_on(asked->lines_text, sizeof asked->lines_text);
    return asked;
}

static void on_told_item(void *context, const struct helper_item *item)
{
    struct told_question *asked = context;
    char words[1024];

    if (item->type != HELPER_LINE)
        return;
    if (str_equal(item->key, "worker_pid")) {
        asked->question.event.answer.worker_pid = helper_count(item->value, 0);
    } else if (str_equal(item->key, "line")) {
        helper_words(item->value, words, sizeof words);
        str_addf(&asked->lines, "%s\n", words);
    }
}

static void on_check_end(void *context, const char *code, const char *message,
                         const struct err *err)
{
    struct told_question *asked = context;
    struct event event = {.type = EV_CONFIG_CHECKED};
    bool refused = err->code == ERR_NONE && str_equal(code, "config");

    if (!refused && !balancer_question_is_ok(&asked->question, EV_CONFIG_FAILED, code,
                                             message, err))
        return;
    event.checked.ok = !refused;
    event.checked.message = refused ? message : "";
    event.checked.lines = asked->lines_text;
    balancer_question_give(&asked->question, &event);
}

void balancer_client_check_config(struct balancer_client *client, struct ticket ticket,
                                  const struct model *model)
{
    static const struct balancer_taker taker = {CHECK_LIMIT_MS, on_told_item,
                                                on_check_end};
    char *buffer = memory_new(REQUEST_SIZE);
    struct helper_request request;

    helper_request_begin(&request, buffer, REQUEST_SIZE, "config-check", client->env);
    balancer_question_ask(&told_question_new(client, ticket)->question, &request,
                          model->configure.wanted, &taker);
    free(buffer);
}

/* ---- its installation ---- */

static void give_installed(struct told_question *asked, const char *code,
                           const char *words)
{
    struct event *event = &asked->question.event;

    event->type = EV_CHANGE_ANSWERED;
    event->answer.ok = str_equal(code, "ok");
    event->answer.code = code;
    event->answer.message = words;
    event->answer.lines = asked->lines_text;
    event->answer.fuse_left_ms = -1;
    balancer_question_give(&asked->question, event);
}

/* As of every change: one that was too large to be sent did not happen. */
static void on_install_end(void *context, const char *code, const char *message,
                           const struct err *err)
{
    struct told_question *asked = context;
    char words[ERR_TEXT_MAX] = "";
    struct str text = str_on(words, sizeof words);

    if (err->code == ERR_LIMIT) {
        give_installed(asked, "usage", err->text);
    } else if (err->code != ERR_NONE) {
        balancer_question_fail(&asked->question, EV_CHANGE_SILENT, err);
    } else {
        if (!str_equal(code, "ok"))
            str_addf(&text, "%s: %s", asked->question.client->target.name, message);
        give_installed(asked, code, words);
    }
}

void balancer_question_install(struct balancer_client *client, struct ticket ticket,
                               const struct model *model,
                               struct helper_request *request)
{
    static const struct balancer_taker taker = {INSTALL_LIMIT_MS, on_told_item,
                                                on_install_end};

    helper_request_add(request, "from_sha256", model->configure.sha256);
    balancer_question_ask(&told_question_new(client, ticket)->question, request,
                          model->configure.wanted, &taker);
}
