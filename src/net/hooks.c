#include "net/hooks.h"

#include "base/memory.h"
#include "base/printable.h"
#include "base/str.h"
#include "core/hook_json.h"
#include "net/hook_environment.h"
#include "net/paths.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TAIL_MAX = 4096,      /* bytes of its output that are kept, the last ones */
    LINES_SHOWN = 8,      /* of them */
    KILL_AFTER_MS = 2000, /* TERM was not enough */
    LINGER_MS = 300,      /* for its last words, when it has ended */
    HANDLES = 3,          /* and that of the process, where one was begun */
};

struct hook_process {
    struct hooks *hooks;
    struct hook_process *next;
    struct ticket ticket;
    enum stage stage;
    enum hook_when when;

    uv_process_t process;
    uv_pipe_t in, out;
    uv_timer_t timer;
    uv_write_t write;
    int handles; /* still to be closed */
    bool begun;  /* `process` is one of them */

    char json[HOOK_JSON_MAX];
    char tail[TAIL_MAX];
    size_t tail_length;
    char piece[1024]; /* of its output, while it is read */

    int pid; /* of its group too; 0: it does not run */
    bool ended, out_ended;
    bool late; /* its limit has passed */
    int64_t rc;
    int signal;
    char trouble[ERR_TEXT_MAX]; /* why it could not be started */
};

struct hooks {
    uv_loop_t *loop;
    const struct settings *settings;
    struct sink sink;
    struct hook_process *first;
    bool closing;
};

struct hooks *hooks_new(uv_loop_t *loop, const struct settings *settings,
                        struct sink sink)
{
    struct hooks *hooks = memory_new(sizeof *hooks);

    hooks->loop = loop;
    hooks->settings = settings;
    hooks->sink = sink;
    return hooks;
}

/* ---- what it printed ---- */

/* The newest bytes stay. */
static void keep_tail(struct hook_process *it, const char *bytes, size_t length)
{
    if (length > TAIL_MAX) {
        bytes += length - TAIL_MAX;
        length = TAIL_MAX;
    }
    size_t spare = TAIL_MAX - it->tail_length;
    if (length > spare) {
        size_t gone = length - spare;
        memmove(it->tail, it->tail + gone, it->tail_length - gone);
        it->tail_length -= gone;
    }
    memcpy(it->tail + it->tail_length, bytes, length);
    it->tail_length += length;
}

/* Where the last lines begin. */
static size_t first_shown(const struct hook_process *it, size_t end)
{
    int lines = 0;
    size_t at = end;

    while (at > 0 && (it->tail[at - 1] != '\n' || ++lines < LINES_SHOWN))
        at--;
    return at;
}

static void write_lines(const struct hook_process *it, struct str *out)
{
    char line[256];
    size_t end = it->tail_length;

    while (end > 0 && it->tail[end - 1] == '\n')
        end--;
    for (size_t at = first_shown(it, end); at < end;) {
        const char *newline = memchr(it->tail + at, '\n', end - at);
        size_t length = newline != NULL ? (size_t)(newline - it->tail) - at : end - at;
        printable_text(it->tail + at, length, line, sizeof line);
        str_addf(out, "%s%s", out->length > 0 ? "\n" : "", line);
        at += length + 1;
    }
}

/* ---- its end ---- */

static void unlink_process(struct hook_process *it)
{
    struct hook_process **place = &it->hooks->first;

    while (*place != it)
        place = &(*place)->next;
    *place = it->next;
}

static void on_closed(uv_handle_t *handle)
{
    struct hook_process *it = handle->data;

    if (--it->handles > 0)
        return;
    unlink_process(it);
    free(it);
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

static void close_process(struct hook_process *it)
{
    if (it->begun)
        close_handle((uv_handle_t *)&it->process);
    close_handle((uv_handle_t *)&it->in);
    close_handle((uv_handle_t *)&it->out);
    close_handle((uv_handle_t *)&it->timer);
}

static void write_end(const struct hook_process *it, struct str *out)
{
    if (it->trouble[0] != '\0')
        str_addf(out, "cannot be started: %s", it->trouble);
    else if (it->late)
        str_addf(out, "took longer than %lld s ([hooks] limit) and was ended",
                 it->hooks->settings->hook_limit_s);
    else if (it->signal != 0)
        str_addf(out, "was ended by signal %d", it->signal);
    else if (it->rc != 0)
        str_addf(out, "ended with %d", (int)it->rc);
}

static void give_end(struct hook_process *it)
{
    struct hooks *hooks = it->hooks;
    char words[ERR_TEXT_MAX + 64], lines[TAIL_MAX];
    struct str text = str_on(words, sizeof words);
    struct str last = str_on(lines, sizeof lines);

    write_end(it, &text);
    write_lines(it, &last);
    struct event event = {
        .type = EV_HOOK_ENDED, .ticket = it->ticket, .host = -1, .step = -1};
    event.hook.stage = it->stage;
    event.hook.when = it->when;
    event.hook.ok = text.length == 0;
    event.hook.rc =
        it->trouble[0] != '\0' || it->late || it->signal != 0 ? -1 : (int)it->rc;
    event.hook.text = words;
    event.hook.lines = lines;
    close_process(it);
    hooks->sink.take(hooks->sink.context, &event);
}

static void on_lingered(uv_timer_t *timer)
{
    give_end(timer->data);
}

/* Over when it has ended and said its last word; a child of its own that holds the
 * output open is not waited for. */
static void look_at_end(struct hook_process *it)
{
    if (it->hooks->closing || !it->ended)
        return;
    uv_timer_stop(&it->timer);
    if (it->out_ended)
        give_end(it);
    else
        uv_timer_start(&it->timer, on_lingered, LINGER_MS, 0);
}

static void on_exit_of_process(uv_process_t *process, int64_t rc, int number)
{
    struct hook_process *it = process->data;

    it->ended = true;
    it->rc = rc;
    it->signal = number;
    if (it->late) /* what it has left behind ends with it */
        kill(-it->pid, SIGKILL);
    look_at_end(it);
}

static void on_kill(uv_timer_t *timer)
{
    const struct hook_process *it = timer->data;
    kill(-it->pid, SIGKILL);
}

static void on_limit(uv_timer_t *timer)
{
    struct hook_process *it = timer->data;

    it->late = true;
    kill(-it->pid, SIGTERM);
    uv_timer_start(&it->timer, on_kill, KILL_AFTER_MS, 0);
}

/* ---- its life ---- */

static void lend_piece(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    struct hook_process *it = handle->data;

    (void)wanted;
    *buffer = uv_buf_init(it->piece, sizeof it->piece);
}

static void on_output(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct hook_process *it = stream->data;

    if (length > 0) {
        keep_tail(it, buffer->base, (size_t)length);
    } else if (length < 0) {
        uv_read_stop(stream);
        it->out_ended = true;
        look_at_end(it);
    }
}

/* Whether it reads its input is its own business. */
static void on_written(uv_write_t *write, int status)
{
    struct hook_process *it = write->data;

    (void)status;
    close_handle((uv_handle_t *)&it->in);
}

static int spawn(struct hook_process *it, const char *path,
                 const struct hook_environment *environment, int output)
{
    char *words[] = {(char *)path, NULL};
    uv_stdio_container_t streams[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
         .data.stream = (uv_stream_t *)&it->in},
        {.flags = UV_INHERIT_FD, .data.fd = output},
        {.flags = UV_INHERIT_FD, .data.fd = output},
    };
    const uv_process_options_t options = {
        .exit_cb = on_exit_of_process,
        .file = path,
        .args = words,
        .env = (char **)environment->lines,
        .cwd = it->hooks->settings->hook_directory,
        .flags = UV_PROCESS_DETACHED,
        .stdio_count = 3,
        .stdio = streams,
    };
    it->begun = true; /* its handle must be closed, also where this fails */
    it->handles++;
    return uv_spawn(it->hooks->loop, &it->process, &options);
}

static void begin(struct hook_process *it)
{
    uv_buf_t json = uv_buf_init(it->json, (unsigned)strlen(it->json));

    it->pid = it->process.pid;
    uv_read_start((uv_stream_t *)&it->out, lend_piece, on_output);
    uv_write(&it->write, (uv_stream_t *)&it->in, &json, 1, on_written);
    uv_timer_start(&it->timer, on_limit,
                   (uint64_t)it->hooks->settings->hook_limit_s * 1000, 0);
}

/* An answer belongs to a later turn, that it could not be started too. */
static void fail_later(struct hook_process *it, int error)
{
    str_copy(it->trouble, sizeof it->trouble, uv_strerror(error));
    uv_timer_start(&it->timer, on_lingered, 0, 0);
}

static void open_handles(struct hook_process *it)
{
    uv_loop_t *loop = it->hooks->loop;

    uv_pipe_init(loop, &it->in, 0);
    uv_pipe_init(loop, &it->out, 0);
    uv_timer_init(loop, &it->timer);
    it->process.data = it->in.data = it->out.data = it->timer.data = it->write.data =
        it;
    it->handles = HANDLES;
}

static void start(struct hook_process *it, const char *path,
                  const struct hook_environment *environment)
{
    uv_file ends[2];
    int error = uv_pipe(ends, UV_NONBLOCK_PIPE, 0);

    if (error == 0) {
        uv_pipe_open(&it->out, ends[0]);
        error = spawn(it, path, environment, ends[1]);
        close(ends[1]);
    }
    if (error == 0)
        begin(it);
    else
        fail_later(it, error);
}

void hooks_run(struct hooks *hooks, struct ticket ticket, enum stage stage,
               enum hook_when when, const struct model *model)
{
    struct hook_process *it = memory_new(sizeof *it);
    struct hook_environment *environment = memory_new(sizeof *environment);
    char name[HOOK_NAME_MAX], path[PATH_TEXT_MAX];
    struct str json = str_on(it->json, sizeof it->json);

    it->hooks = hooks;
    it->next = hooks->first;
    hooks->first = it;
    it->ticket = ticket;
    it->stage = stage;
    it->when = when;
    hook_name(stage, when, name);
    snprintf(path, sizeof path, "%s/%s", hooks->settings->hook_directory, name);
    hook_write_json(model, stage, when, &json);
    hook_environment_fill(environment, model, stage, when);
    open_handles(it);
    start(it, path, environment);
    free(environment);
}

void hooks_close(struct hooks *hooks)
{
    hooks->closing = true;
    for (struct hook_process *it = hooks->first; it != NULL; it = it->next) {
        if (it->pid > 0 && !it->ended)
            kill(-it->pid, SIGKILL);
        close_process(it);
    }
}

void hooks_free(struct hooks *hooks)
{
    free(hooks);
}
