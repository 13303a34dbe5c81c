#include "net/job_follow.h"

#include "base/memory.h"
#include "base/printable.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

struct job_follow {
    struct job_follow_options options;
    char run[RUN_ID_MAX];
    struct printable_stream stream;
    int64_t line_end; /* offset behind the last whole line */
    int64_t seen;     /* offset behind the last byte */
    bool running_said;
    bool has_rc;
    int rc;
    char unwritten[16]; /* bytes that the disk of the host did not take; "": none */
    char unwritten_why[80];
};

static void give(struct job_follow *follow, struct event *event)
{
    event->ticket = follow->options.ticket;
    event->host = follow->options.host;
    event->step = follow->options.step;
    follow->options.sink.take(follow->options.sink.context, event);
}

static void give_progress(struct job_follow *follow, enum event_type type,
                          const char *line)
{
    struct event event = {.type = type};
    event.job.offset = follow->line_end;
    event.job.line = line;
    event.job.rc = follow->rc;
    give(follow, &event);
}

static void give_failure(struct job_follow *follow, enum event_type type,
                         const struct err *err)
{
    struct event event = {.type = type};
    event.failure.code = err->code;
    event.failure.text = err->text;
    give(follow, &event);
}

static void take_log(struct job_follow *follow, const char *bytes, size_t length,
                     int64_t offset)
{
    const struct job_output *output = &follow->options.output;
    char line[PRINTABLE_LINE_MAX];

    if (output->take)
        output->take(output->context, follow->options.host, follow->run,
                     follow->options.step, offset, bytes, length);
    while (length > 0) {
        bool complete = false;
        size_t taken =
            printable_stream_take(&follow->stream, bytes, length, line, &complete);
        bytes += taken;
        length -= taken;
        offset += (int64_t)taken;
        if (complete) {
            follow->line_end = offset;
            give_progress(follow, EV_JOB_LINE, line);
        }
    }
    follow->seen = offset;
}

static void on_item(void *context, const struct helper_item *item)
{
    struct job_follow *follow = context;
    long long rc;

    if (!follow->running_said) {
        follow->running_said = true;
        give_progress(follow, EV_JOB_RUNNING, "");
    }
    if (item->type == HELPER_BLOCK) {
        if (str_equal(item->key, "log"))
            take_log(follow, item->bytes, item->length, item->offset);
    } else if (str_equal(item->key, "rc") && str_to_long(item->value, 0, 255, &rc)) {
        follow->has_rc = true;
        follow->rc = (int)rc;
    } else if (str_equal(item->key, "unwritten")) {
        printable_text(item->value, strlen(item->value), follow->unwritten,
                       sizeof follow->unwritten);
    } else if (str_equal(item->key, "unwritten_why")) {
        printable_text(item->value, strlen(item->value), follow->unwritten_why,
                       sizeof follow->unwritten_why);
    }
}

static void give_end(struct job_follow *follow)
{
    char line[PRINTABLE_LINE_MAX];
    follow->line_end = follow->seen;
    if (printable_stream_rest(&follow->stream, line))
        give_progress(follow, EV_JOB_LINE, line);
    if (follow->unwritten[0] != '\0') {
        snprintf(line, sizeof line, "[%s could not write %s bytes of this log: %s]",
                 follow->options.name, follow->unwritten, follow->unwritten_why);
        give_progress(follow, EV_JOB_LINE, line);
    }
    give_progress(follow, EV_JOB_ENDED, "");
}

static void on_end(void *context, const char *code, const char *message,
                   const struct err *err)
{
    struct job_follow *follow = context;
    struct err refused;

    if (err->code != ERR_NONE) {
        give_failure(follow, EV_JOB_CUT, err);
    } else if (!str_equal(code, "ok")) {
        err_set(&refused, ERR_REFUSED, "%s: %s (%s)", follow->options.name, message,
                code);
        /* A lock that is held for a moment is no answer. */
        give_failure(follow, str_equal(code, "busy") ? EV_JOB_CUT : EV_JOB_REFUSED,
                     &refused);
    } else if (!follow->has_rc) {
        err_set(&refused, ERR_PROTOCOL, "%s: the job's log ended without its rc",
                follow->options.name);
        give_failure(follow, EV_JOB_CUT, &refused);
    } else {
        give_end(follow);
    }
}

struct helper_taker job_follow_taker(const struct job_follow_options *options)
{
    struct job_follow *follow = memory_new(sizeof *follow);
    follow->options = *options;
    follow->options.run = follow->run;
    str_copy(follow->run, sizeof follow->run, options->run);
    follow->line_end = follow->seen = options->offset;
    printable_stream_init(&follow->stream);
    return (struct helper_taker){on_item, on_end, follow, follow};
}
