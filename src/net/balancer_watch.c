#include "net/balancer_watch.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/printable.h"
#include "base/str.h"
#include "core/backoff.h"
#include "net/haproxy_text.h"
#include "net/helper_call.h"

#include <stdlib.h>
#include <string.h>

enum {
    RETRY_FIRST_MS = 1000,
    RETRY_CAP_MS = 30000,
    INTERVAL_LEAST_MS = 200, /* what bgc-lb takes */
    INTERVAL_MOST_MS = 60000,
    SILENCE_MS = 20000, /* it ticks each 5 s */
    ROWS_MAX = 8192,
    SAMPLE_FIRST_SIZE = 64 * 1024,
};

struct balancer_watch {
    struct ssh *ssh;
    struct helper_calls calls;
    struct ssh_target target;
    const char *env;
    const char *command;
    int host;
    struct sink sink;
    const struct settings *settings;
    uv_timer_t retry;
    struct backoff backoff;
    struct ticket ticket;
    bool begun;

    int disk_share; /* told before the sample that it belongs to */
    char *text;     /* of the sample so far */
    size_t length, size;
    struct server_row *rows;
};

static void give(struct balancer_watch *watch, struct event *event)
{
    event->ticket = watch->ticket;
    event->host = watch->host;
    event->step = -1;
    watch->sink.take(watch->sink.context, event);
}

static void give_failure(struct balancer_watch *watch, const struct err *err)
{
    struct event event = {.type = EV_SAMPLE_FAILED};
    event.failure.code = err->code;
    event.failure.text = err->text;
    give(watch, &event);
}

/* ---- samples ---- */

static void give_sample(struct balancer_watch *watch)
{
    const struct settings *settings = watch->settings;
    const struct haproxy_names names = {
        .map = settings->map_file,
        .key = settings->map_key,
        .frontend = settings->frontend,
        .backend = {settings->backend[COLOUR_BLUE], settings->backend[COLOUR_GREEN]},
    };
    struct balancer_sample sample;
    struct err err;

    if (!haproxy_text_sample(watch->text, watch->length, &names, &sample, watch->rows,
                             ROWS_MAX, &err)) {
        err_wrap(&err, "%s: haproxy", watch->target.name);
        give_failure(watch, &err);
        return;
    }
    sample.at_ms = clock_now().mono_ms;
    sample.took_ms = 0; /* the helper does not tell */
    sample.disk_share = watch->disk_share;
    backoff_reset(&watch->backoff);
    struct event event = {.type = EV_SAMPLE, .sample = &sample};
    give(watch, &event);
}

static void take_piece(struct balancer_watch *watch, const struct helper_item *item)
{
    if (item->offset == 0)
        watch->length = 0;
    if (watch->length + item->length > watch->size) {
        size_t size = watch->size ? watch->size : SAMPLE_FIRST_SIZE;
        while (size < watch->length + item->length)
            size *= 2;
        watch->text = memory_resize(watch->text, size);
        watch->size = size;
    }
    if (item->length)
        memcpy(watch->text + watch->length, item->bytes, item->length);
    watch->length += item->length;
    if (item->is_last)
        give_sample(watch);
}

static void take_line(struct balancer_watch *watch, const char *key, const char *value)
{
    char words[ERR_TEXT_MAX / 2];
    struct err err;
    long long share;

    if (str_equal(key, "at")) {
        watch->disk_share = SHARE_UNKNOWN;
    } else if (str_equal(key, "disk_share")) {
        if (str_to_long(value, 0, 100, &share))
            watch->disk_share = (int)share;
    } else if (str_equal(key, "trouble")) {
        printable_text(value, strlen(value), words, sizeof words);
        err_set(&err, ERR_REFUSED, "%s: %s", watch->target.name, words);
        give_failure(watch, &err);
    }
}

static void on_item(void *context, const struct helper_item *item)
{
    struct balancer_watch *watch = context;
    if (item->type == HELPER_LINE)
        take_line(watch, item->key, item->value);
    else if (str_equal(item->key, "sample"))
        take_piece(watch, item);
}

/* ---- the stream ---- */

static void stream_begin(struct balancer_watch *watch);

static void on_retry(uv_timer_t *timer)
{
    stream_begin(timer->data);
}

static void on_end(void *context, const char *code, const char *message,
                   const struct err *err)
{
    struct balancer_watch *watch = context;
    struct err ended = *err;

    if (err->code == ERR_NONE && str_equal(code, "ok"))
        err_set(&ended, ERR_LOST, "%s: bgc-lb ended the stream", watch->target.name);
    else if (err->code == ERR_NONE)
        err_set(&ended, ERR_REFUSED, "%s: %s (%s)", watch->target.name, message, code);
    uv_timer_start(&watch->retry, on_retry, (uint64_t)backoff_next_ms(&watch->backoff),
                   0);
    give_failure(watch, &ended);
}

static int interval_of(const struct settings *settings)
{
    long long interval_ms = settings->sample_ms;
    if (interval_ms < INTERVAL_LEAST_MS)
        return INTERVAL_LEAST_MS;
    return interval_ms > INTERVAL_MOST_MS ? INTERVAL_MOST_MS : (int)interval_ms;
}

static void stream_begin(struct balancer_watch *watch)
{
    char buffer[256];
    struct helper_request request;
    int interval_ms = interval_of(watch->settings);
    const struct helper_question question = {
        .name = watch->target.name,
        .command = watch->command,
        .request = &request,
        .is_stream = true,
        .silence_ms = SILENCE_MS,
    };
    const struct helper_taker taker = {on_item, on_end, watch, NULL};

    watch->length = 0;
    watch->disk_share = SHARE_UNKNOWN;
    helper_request_begin(&request, buffer, sizeof buffer, "watch", watch->env);
    helper_request_number(&request, "interval_ms", interval_ms);
    helper_call(&watch->calls, watch->ssh, &question, &taker);
}

/* ---- the face ---- */

struct balancer_watch *balancer_watch_new(uv_loop_t *loop, struct fair_queue *queue,
                                          const struct balancer_options *options,
                                          const struct settings *settings)
{
    struct balancer_watch *watch = memory_new(sizeof *watch);
    watch->ssh = ssh_new(loop, queue, options->target, options->identity);
    helper_calls_init(&watch->calls, queue);
    watch->target = *options->target;
    watch->env = options->env;
    watch->command = balancer_command(options->become);
    watch->host = options->host;
    watch->sink = options->sink;
    watch->settings = settings;
    watch->rows = memory_new(ROWS_MAX * sizeof *watch->rows);
    backoff_init(&watch->backoff, RETRY_FIRST_MS, RETRY_CAP_MS, uv_hrtime());
    uv_timer_init(loop, &watch->retry);
    watch->retry.data = watch;
    return watch;
}

void balancer_watch_begin(struct balancer_watch *watch, struct ticket ticket)
{
    watch->ticket = ticket;
    if (watch->begun)
        return;
    watch->begun = true;
    stream_begin(watch);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void balancer_watch_free(struct balancer_watch *watch)
{
    ssh_free(watch->ssh);
    helper_calls_free(&watch->calls);
    free(watch->text);
    free(watch->rows);
    uv_close((uv_handle_t *)&watch->retry, on_closed);
}
