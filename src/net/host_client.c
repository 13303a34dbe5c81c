#include "net/host_client.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/printable.h"
#include "base/str.h"
#include "net/helper_call.h"
#include "net/helper_value.h"
#include "net/host_facts.h"
#include "net/job_follow.h"
#include "net/job_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char helper[] = "/usr/local/bin/bgc-host";

enum {
    SMALL_REQUEST = 2048,
    FACTS_LIMIT_MS = 30000,
    SHARED_LIMIT_MS = 30000,  /* each store has 3 s */
    RESOLVE_LIMIT_MS = 90000, /* git itself has 30 s for each of its calls */
    CANCEL_LIMIT_MS = 60000,  /* KILL follows TERM after 10 s */
    SILENCE_MS = 20000,       /* a stream ticks each 5 s */
};

struct host_client {
    struct ssh *questions, *job;
    struct helper_calls calls;
    struct ssh_target target;
    const char *env;
    int host;
    struct sink sink;
    struct job_output output;
};

struct host_client *host_client_new(uv_loop_t *loop, struct fair_queue *queue,
                                    const struct host_client_options *options)
{
    struct host_client *client = memory_new(sizeof *client);
    client->questions = ssh_new(loop, queue, options->target, options->identity);
    client->job = ssh_new(loop, queue, options->target, options->identity);
    helper_calls_init(&client->calls, queue);
    client->target = *options->target;
    client->env = options->env;
    client->host = options->host;
    client->sink = options->sink;
    client->output = options->output;
    return client;
}

void host_client_free(struct host_client *client)
{
    ssh_free(client->questions);
    ssh_free(client->job);
    helper_calls_free(&client->calls);
    free(client);
}

/* ---- questions with one answer ---- */

/* One that was asked, until its answer is whole. */
struct asked {
    struct host_client *client;
    struct ticket ticket;
    enum event_type answer, failure;
    int step;
    struct host_facts facts;
    struct store_report shared;
    char sha[SHA_HEX_SIZE];
    int rc;
    bool has_rc;
};

static void give(struct asked *asked, struct event *event)
{
    event->ticket = asked->ticket;
    event->host = asked->client->host;
    event->step = asked->step;
    asked->client->sink.take(asked->client->sink.context, event);
}

/* "store=NAME ok" or "store=NAME WHY NOT" */
static void take_store(struct store_report *report, const char *key, const char *value)
{
    char name[32];
    const char *blank = strchr(value, ' ');

    if (!str_equal(key, "store") || blank == NULL ||
        !str_copy_bytes(name, sizeof name, value, (size_t)(blank - value)))
        return;
    enum store_name store = store_from_name(name);
    if (store < STORE_COUNT && !str_equal(blank + 1, "ok"))
        helper_words(blank + 1, report->trouble[store], STORE_TROUBLE_MAX);
}

static void on_item(void *context, const struct helper_item *item)
{
    struct asked *asked = context;
    long long number;

    if (item->type != HELPER_LINE)
        return;
    if (asked->answer == EV_FACTS)
        host_facts_take(&asked->facts, item->key, item->value);
    else if (asked->answer == EV_SHARED)
        take_store(&asked->shared, item->key, item->value);
    else if (str_equal(item->key, "sha"))
        printable_text(item->value, strlen(item->value), asked->sha, sizeof asked->sha);
    else if (str_equal(item->key, "rc") && str_to_long(item->value, 0, 255, &number)) {
        asked->rc = (int)number;
        asked->has_rc = true;
    }
}

static void give_failure(struct asked *asked, enum event_type type, enum err_code code,
                         const char *text)
{
    struct event event = {.type = type};
    event.failure.code = code;
    event.failure.text = text;
    give(asked, &event);
}

static void give_answer(struct asked *asked)
{
    struct event event = {.type = asked->answer};
    asked->facts.at_ms = clock_now().mono_ms;
    if (asked->answer == EV_FACTS)
        event.facts = &asked->facts;
    else if (asked->answer == EV_SHARED)
        event.shared = &asked->shared;
    else if (asked->answer == EV_RESOLVED)
        event.sha = asked->sha;
    else
        event.job.rc = asked->rc;
    give(asked, &event);
}

/* Whether the answer has what was asked for. */
static bool is_whole(const struct asked *asked)
{
    switch (asked->answer) {
    case EV_RESOLVED:
        return strlen(asked->sha) == SHA_HEX_SIZE - 1;
    case EV_JOB_ENDED:
        return asked->has_rc;
    default:
        return true;
    }
}

static void on_end(void *context, const char *code, const char *message,
                   const struct err *err)
{
    struct asked *asked = context;
    struct err refused;

    if (err->code != ERR_NONE) {
        give_failure(asked, asked->failure, err->code, err->text);
    } else if (!str_equal(code, "ok")) {
        /* The end of a job that nobody recorded will never be known. */
        enum event_type type =
            asked->answer == EV_JOB_ENDED ? EV_JOB_REFUSED : asked->failure;
        err_set(&refused, ERR_REFUSED, "%s: %s (%s)", asked->client->target.name,
                message, code);
        give_failure(asked, type, refused.code, refused.text);
    } else if (!is_whole(asked)) {
        err_set(&refused, ERR_PROTOCOL,
                "%s: bgc-host's answer lacks what was asked for",
                asked->client->target.name);
        give_failure(asked, asked->failure, refused.code, refused.text);
    } else {
        give_answer(asked);
    }
}

static struct asked *asked_new(struct host_client *client, struct ticket ticket,
                               enum event_type answer, enum event_type failure,
                               int step)
{
    struct asked *asked = memory_new(sizeof *asked);
    asked->client = client;
    asked->ticket = ticket;
    asked->answer = answer;
    asked->failure = failure;
    asked->step = step;
    host_facts_begin(&asked->facts, 0);
    return asked;
}

static void ask(struct asked *asked, struct helper_request *request, int limit_ms,
                int silence_ms)
{
    struct host_client *client = asked->client;
    const struct helper_question question = {
        .name = client->target.name,
        .command = helper,
        .request = request,
        .limit_ms = limit_ms,
        .silence_ms = silence_ms,
    };
    const struct helper_taker taker = {on_item, on_end, asked, asked};
    helper_call(&client->calls, client->questions, &question, &taker);
}

void host_client_ask(struct host_client *client, struct ticket ticket)
{
    char buffer[SMALL_REQUEST];
    struct helper_request request;
    struct asked *asked = asked_new(client, ticket, EV_FACTS, EV_FACTS_FAILED, -1);

    helper_request_begin(&request, buffer, sizeof buffer, "facts", client->env);
    ask(asked, &request, FACTS_LIMIT_MS, 0);
}

void host_client_shared(struct host_client *client, struct ticket ticket,
                        const struct settings *settings)
{
    char buffer[SMALL_REQUEST], line[SETTING_TEXT_MAX + 32];
    struct helper_request request;
    struct asked *asked = asked_new(client, ticket, EV_SHARED, EV_SHARED_FAILED, -1);

    helper_request_begin(&request, buffer, sizeof buffer, "shared", client->env);
    for (enum store_name store = 0; store < STORE_COUNT; store++) {
        if (settings->store[store][0] == '\0')
            continue;
        snprintf(line, sizeof line, "%s %s", store_name(store), settings->store[store]);
        helper_request_add(&request, "store", line);
    }
    if (settings->store_password_file[0] != '\0')
        helper_request_add(&request, "password_file", settings->store_password_file);
    ask(asked, &request, SHARED_LIMIT_MS, 0);
}

void host_client_resolve(struct host_client *client, struct ticket ticket,
                         const char *repository, const char *ref)
{
    char buffer[SMALL_REQUEST];
    struct helper_request request;
    struct asked *asked = asked_new(client, ticket, EV_RESOLVED, EV_RESOLVE_FAILED, -1);

    helper_request_begin(&request, buffer, sizeof buffer, "resolve", client->env);
    helper_request_add(&request, "repo", repository);
    helper_request_add(&request, "ref", ref);
    ask(asked, &request, RESOLVE_LIMIT_MS, 0);
}

void host_client_cancel(struct host_client *client, struct ticket ticket,
                        const struct model *model, int step)
{
    char buffer[SMALL_REQUEST];
    struct helper_request request;
    struct asked *asked = asked_new(client, ticket, EV_JOB_ENDED, EV_JOB_CUT, step);

    helper_request_begin(&request, buffer, sizeof buffer, "cancel", client->env);
    helper_request_add(&request, "run", model->run.id);
    helper_request_add(&request, "step", model->recipe->steps[step].name);
    ask(asked, &request, CANCEL_LIMIT_MS, SILENCE_MS);
}

/* ---- jobs ---- */

static void follow(struct host_client *client, struct ticket ticket,
                   const struct model *model, int step, int64_t offset,
                   struct helper_question *question)
{
    const struct job_follow_options options = {
        .name = client->target.name,
        .ticket = ticket,
        .host = client->host,
        .run = model->run.id,
        .step = step,
        .offset = offset,
        .sink = client->sink,
        .output = client->output,
    };
    const struct helper_taker taker = job_follow_taker(&options);
    question->name = client->target.name;
    question->command = helper;
    question->is_stream = true;
    question->silence_ms = SILENCE_MS;
    helper_call(&client->calls, client->job, question, &taker);
}

void host_client_start(struct host_client *client, struct ticket ticket,
                       const struct model *model, int step)
{
    const struct recipe_step *recipe_step = &model->recipe->steps[step];
    char *buffer = memory_new(SSH_INPUT_MAX);
    struct helper_request request;
    struct helper_question question = {
        .request = &request,
        .body = recipe_step->text,
        .body_length = recipe_step->text_length,
    };

    job_request_begin(&request, buffer, SSH_INPUT_MAX, model, client->host, step);
    follow(client, ticket, model, step, 0, &question);
    free(buffer);
}

void host_client_follow(struct host_client *client, struct ticket ticket,
                        const struct model *model, int step, int64_t offset)
{
    char buffer[SMALL_REQUEST];
    struct helper_request request;
    struct helper_question question = {.request = &request};

    helper_request_begin(&request, buffer, sizeof buffer, "follow", client->env);
    helper_request_add(&request, "run", model->run.id);
    helper_request_add(&request, "step", model->recipe->steps[step].name);
    helper_request_number(&request, "offset", offset);
    follow(client, ticket, model, step, offset, &question);
}
