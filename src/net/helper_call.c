#include "net/helper_call.h"

#include "base/memory.h"
#include "base/printable.h"

#include <stdlib.h>
#include <string.h>

enum {
    CODE_MAX = 32,
    MESSAGE_MAX = 400,
    COMPLAINT_MAX = 200,
    STATUS_NOT_FOUND = 127, /* of a shell that finds no such command */
};

struct helper_call {
    struct fair_entry refused; /* first: refuse() casts */
    struct err refusal;
    struct helper_calls *calls;
    struct ssh *ssh;
    struct helper_call *next, *before;
    struct helper_taker taker;
    const char *name, *command;
    struct helper_answer answer;
    char bad[COMPLAINT_MAX];
    char code[CODE_MAX]; /* "" until the end was heard */
    char message[MESSAGE_MAX];
    char complaint[COMPLAINT_MAX]; /* the beginning of the error output */
    size_t complaint_length;
};

void helper_calls_init(struct helper_calls *calls, struct fair_queue *queue)
{
    *calls = (struct helper_calls){.queue = queue};
}

static void call_free(struct helper_call *call)
{
    if (call->before)
        call->before->next = call->next;
    else
        call->calls->first = call->next;
    if (call->next)
        call->next->before = call->before;
    fair_queue_remove(call->calls->queue, &call->refused);
    free(call->taker.owned);
    free(call);
}

static void take_item(struct helper_call *call, const struct helper_item *item)
{
    if (item->type == HELPER_LINE && str_equal(item->key, "message"))
        printable_text(item->value, strlen(item->value), call->message, MESSAGE_MAX);
    else if (item->type == HELPER_END)
        printable_text(item->value, strlen(item->value), call->code, CODE_MAX);
    else if (item->type == HELPER_BAD) {
        /* A stream would go on for ever. */
        str_copy(call->bad, sizeof call->bad, item->value);
        ssh_drop(call->ssh);
    } else if (item->type != HELPER_NOTHING && call->taker.on_item)
        call->taker.on_item(call->taker.context, item);
}

static void on_output(void *context, bool is_error, const char *bytes, size_t length)
{
    struct helper_call *call = context;
    struct helper_item item;

    if (is_error) {
        size_t room = sizeof call->complaint - call->complaint_length;
        size_t kept = length < room ? length : room;
        memcpy(call->complaint + call->complaint_length, bytes, kept);
        call->complaint_length += kept;
        return;
    }
    while (length > 0 && !*call->bad) {
        size_t taken = helper_answer_take(&call->answer, bytes, length, &item);
        take_item(call, &item);
        bytes += taken;
        length -= taken;
    }
}

/* The answer is not whole: what the host says in its place is worth more than that. */
static void describe_cut(const struct helper_call *call, int exit_status,
                         struct err *ret_err)
{
    char complaint[COMPLAINT_MAX];
    printable_text(call->complaint, call->complaint_length, complaint,
                   sizeof complaint);
    if (*call->bad)
        err_set(ret_err, ERR_PROTOCOL, "%s: %s: its answer cannot be read: %s",
                call->name, call->command, call->bad);
    else if (exit_status == STATUS_NOT_FOUND)
        err_set(ret_err, ERR_REFUSED,
                "%s: %s is not there; run `bgconsole bootstrap` for this host (%s)",
                call->name, call->command, complaint);
    else
        err_set(ret_err, ERR_LOST,
                "%s: %s: the answer was cut off (exit status %d%s%s)", call->name,
                call->command, exit_status, *complaint ? ": " : "", complaint);
}

static void on_end(void *context, int exit_status, const struct err *err)
{
    struct helper_call *call = context;
    struct err cut = *err;

    /* An answer that reached its end is whole, whatever the line did after it. */
    if (*call->code && !*call->bad)
        cut.code = ERR_NONE;
    else if (err->code == ERR_NONE || *call->bad)
        describe_cut(call, exit_status, &cut);
    bool whole = cut.code == ERR_NONE;
    call->taker.on_end(call->taker.context, whole ? call->code : "",
                       whole ? call->message : "", &cut);
    call_free(call);
}

/* On a later turn: whoever asked does not expect to be called from within his question.
 */
static bool refuse(struct fair_entry *entry)
{
    struct helper_call *call = (struct helper_call *)entry;
    on_end(call, -1, &call->refusal);
    return false;
}

void helper_call(struct helper_calls *calls, struct ssh *ssh,
                 const struct helper_question *question,
                 const struct helper_taker *taker)
{
    struct helper_call *call = memory_new(sizeof *call);
    call->refused.serve = refuse;
    call->calls = calls;
    call->ssh = ssh;
    call->next = calls->first;
    if (call->next)
        call->next->before = call;
    calls->first = call;
    call->taker = *taker;
    call->name = question->name;
    call->command = question->command;
    helper_answer_init(&call->answer);

    struct helper_request *request = question->request;
    if (!helper_request_end(request, question->body, question->body_length,
                            &call->refusal)) {
        err_wrap(&call->refusal, "%s", question->name);
        fair_queue_put(calls->queue, &call->refused);
        return;
    }
    const struct ssh_command command = {
        .command = question->command,
        .input = request->text.at,
        .input_length = request->text.length,
        .hold_input = question->is_stream,
        .silence_ms = question->silence_ms,
        .limit_ms = question->limit_ms,
        .on_output = on_output,
        .on_end = on_end,
        .context = call,
    };
    if (ssh_run(ssh, &command))
        return;
    err_set(&call->refusal, ERR_BUSY, "%s: too many questions wait for this connection",
            question->name);
    fair_queue_put(calls->queue, &call->refused);
}

void helper_calls_free(struct helper_calls *calls)
{
    while (calls->first)
        call_free(calls->first);
}
