#include "net/haproxy.h"

#include "base/clock.h"
#include "base/memory.h"
#include "core/backoff.h"
#include "net/haproxy_look.h"
#include "net/haproxy_text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    ROWS_MAX = 8192,
    COST_SHARE = 20, /* we take one part in so many of HAProxy's time */
    RETRY_CAP_MS = 5000,
    MAP_FILE_MAX = 64 * 1024,
};

struct haproxy {
    uv_loop_t *loop;
    const struct settings *settings;
    struct sink sink;
    struct haproxy_names names;
    char question[HAPROXY_QUESTION_MAX];
    uv_timer_t next;
    struct haproxy_look *look; /* under way, NULL: none */
    int64_t asked_ms;          /* when it began */
    struct backoff backoff;
    struct ticket ticket;
    int host;
    struct server_row *rows; /* ROWS_MAX of them */
};

static void ask(uv_timer_t *timer);

static void send_event(struct haproxy *haproxy, struct event *event, int wait_ms)
{
    event->ticket = haproxy->ticket;
    event->host = haproxy->host;
    uv_timer_start(&haproxy->next, ask, (uint64_t)wait_ms, 0);
    haproxy->sink.take(haproxy->sink.context, event);
}

static void send_failure(struct haproxy *haproxy, struct err *err)
{
    err_wrap(err, "HAProxy's socket %s", haproxy->settings->socket);
    struct event event = {.type = EV_SAMPLE_FAILED,
                          .failure = {.code = err->code, .text = err->text}};
    send_event(haproxy, &event, backoff_next_ms(&haproxy->backoff));
}

static void send_sample(struct haproxy *haproxy, const struct balancer_sample *sample)
{
    struct event event = {.type = EV_SAMPLE, .sample = sample};
    int wait_ms = (int)haproxy->settings->sample_ms;

    if (sample->took_ms * COST_SHARE > wait_ms)
        wait_ms = (int)sample->took_ms * COST_SHARE;
    backoff_reset(&haproxy->backoff);
    send_event(haproxy, &event, wait_ms);
}

/* What a reload would make of the map: the share in the file on this machine. */
static int disk_share(const struct settings *settings)
{
    int share = SHARE_UNKNOWN;
    int fd = open(settings->map_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return share;
    char *text = memory_new(MAP_FILE_MAX);
    ssize_t length = read(fd, text, MAP_FILE_MAX);
    if (length > 0 && length < MAP_FILE_MAX)
        share = haproxy_text_map_file(text, (size_t)length, settings->map_key);
    free(text);
    close(fd);
    return share;
}

static void on_look(void *context, const char *text, size_t length,
                    const struct err *failure)
{
    struct haproxy *haproxy = context;
    struct balancer_sample sample;
    struct err err = *failure;

    haproxy->look = NULL;
    if (err.code != ERR_NONE ||
        !haproxy_text_sample(text, length, &haproxy->names, &sample, haproxy->rows,
                             ROWS_MAX, &err)) {
        send_failure(haproxy, &err);
        return;
    }
    sample.at_ms = clock_now().mono_ms;
    sample.took_ms = sample.at_ms - haproxy->asked_ms;
    sample.disk_share = disk_share(haproxy->settings);
    send_sample(haproxy, &sample);
}

static void ask(uv_timer_t *timer)
{
    struct haproxy *haproxy = timer->data;

    haproxy->asked_ms = clock_now().mono_ms;
    haproxy->look = haproxy_look_begin(haproxy->loop, haproxy->settings->socket,
                                       haproxy->question, on_look, haproxy);
}

struct haproxy *haproxy_new(uv_loop_t *loop, const struct settings *settings,
                            struct sink sink, struct err *err)
{
    struct haproxy_names names = {
        .map = settings->map_file,
        .key = settings->map_key,
        .frontend = settings->frontend,
        .backend = {settings->backend[COLOUR_BLUE], settings->backend[COLOUR_GREEN]},
    };
    char question[HAPROXY_QUESTION_MAX];

    if (!haproxy_question(&names, question, err))
        return NULL;
    if (strlen(settings->socket) >= sizeof((struct sockaddr_un *)NULL)->sun_path) {
        err_set(err, ERR_CONFIG, "%s: too long for the path of a socket",
                settings->socket);
        return NULL;
    }

    struct haproxy *haproxy = memory_new(sizeof *haproxy);
    haproxy->loop = loop;
    haproxy->settings = settings;
    haproxy->sink = sink;
    haproxy->names = names;
    memcpy(haproxy->question, question, sizeof question);
    haproxy->rows = memory_new(ROWS_MAX * sizeof *haproxy->rows);
    backoff_init(&haproxy->backoff, (int)settings->sample_ms, RETRY_CAP_MS,
                 uv_hrtime());
    uv_timer_init(loop, &haproxy->next);
    haproxy->next.data = haproxy;
    return haproxy;
}

void haproxy_watch(struct haproxy *haproxy, struct ticket ticket, int host)
{
    haproxy->ticket = ticket;
    haproxy->host = host;
    if (haproxy->look == NULL)
        uv_timer_start(&haproxy->next, ask, 0, 0);
}

void haproxy_close(struct haproxy *haproxy)
{
    if (haproxy->look != NULL)
        haproxy_look_drop(haproxy->look);
    uv_close((uv_handle_t *)&haproxy->next, NULL);
}

void haproxy_free(struct haproxy *haproxy)
{
    if (haproxy == NULL)
        return;
    free(haproxy->rows);
    free(haproxy);
}
