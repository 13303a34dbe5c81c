#include "net/balancer_reader.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/helper_call.h"

#include <stdlib.h>

enum { ANSWER_LIMIT_MS = 15000, REQUEST_MAX = 2048 };

struct balancer_reader {
    struct ssh *ssh;
    struct helper_calls calls;
    struct ssh_target target;
    const char *env;
    const char *command;
};

struct question {
    const struct balancer_reader *reader;
    struct balancer_reader_taker taker;
};

struct balancer_reader *balancer_reader_new(uv_loop_t *loop, struct fair_queue *queue,
                                            const struct ssh_target *target,
                                            const struct ssh_identity *identity,
                                            const char *env, const char *command)
{
    struct balancer_reader *reader = memory_new(sizeof *reader);

    reader->ssh = ssh_new(loop, queue, target, identity);
    helper_calls_init(&reader->calls, queue);
    reader->target = *target;
    reader->env = env;
    reader->command = command;
    return reader;
}

void balancer_reader_free(struct balancer_reader *reader)
{
    if (reader == NULL)
        return;
    ssh_free(reader->ssh);
    helper_calls_free(&reader->calls);
    free(reader);
}

static void on_item(void *context, const struct helper_item *item)
{
    const struct balancer_reader_taker *taker = &((struct question *)context)->taker;

    if (item->type == HELPER_LINE)
        taker->on_line(taker->context, item->key, item->value);
    else if (item->type == HELPER_BLOCK && taker->on_bytes != NULL)
        taker->on_bytes(taker->context, item->bytes, item->length);
}

static void on_end(void *context, const char *code, const char *message,
                   const struct err *err)
{
    const struct question *question = context;
    struct err refused = *err;

    if (err->code == ERR_NONE && !str_equal(code, "ok"))
        err_set(&refused, ERR_REFUSED, "%s: %s (%s)", question->reader->target.name,
                message, code);
    question->taker.on_end(question->taker.context, &refused);
}

static void call(struct balancer_reader *reader, struct helper_request *request,
                 const struct balancer_reader_taker *taker)
{
    struct question *question = memory_new(sizeof *question);
    const struct helper_question asked = {
        .name = reader->target.name,
        .command = reader->command,
        .request = request,
        .limit_ms = ANSWER_LIMIT_MS,
    };
    const struct helper_taker items = {on_item, on_end, question, question};

    question->reader = reader;
    question->taker = *taker;
    helper_call(&reader->calls, reader->ssh, &asked, &items);
}

void balancer_reader_ask(struct balancer_reader *reader, const char *verb,
                         const char *key, const char *value,
                         const struct balancer_reader_taker *taker)
{
    char buffer[REQUEST_MAX];
    struct helper_request request;

    helper_request_begin(&request, buffer, sizeof buffer, verb, reader->env);
    if (key != NULL)
        helper_request_add(&request, key, value);
    call(reader, &request, taker);
}
