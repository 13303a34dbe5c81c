#include "net/child.h"

#include "base/memory.h"

#include <signal.h>
#include <stdlib.h>

enum { INPUT, OUTPUT, ERROR, STREAMS };

struct stream {
    uv_pipe_t pipe;
    bool is_open;
    size_t length; /* of what was read and not yet taken */
    char bytes[CHILD_READ_MAX];
};

struct child {
    uv_process_t process;
    struct stream streams[STREAMS];
    uv_write_t write;
    bool has_ended;
    int status;
    int handles; /* that the loop still holds */
    bool freed;
    void (*on_change)(void *context);
    void *context;
};

static void on_closed(uv_handle_t *handle)
{
    struct child *child = handle->data;
    if (--child->handles == 0 && child->freed)
        free(child);
}

static void stream_close(struct stream *stream)
{
    if (stream->is_open)
        uv_close((uv_handle_t *)&stream->pipe, on_closed);
    stream->is_open = false;
}

static void tell(struct child *child)
{
    if (!child->freed)
        child->on_change(child->context);
}

static void on_process_end(uv_process_t *process, int64_t status, int signal_number)
{
    struct child *child = process->data;
    child->has_ended = true;
    child->status = signal_number ? -1 : (int)status;
    uv_close((uv_handle_t *)process, on_closed);
    tell(child);
}

static struct stream *stream_of(uv_stream_t *pipe)
{
    struct child *child = pipe->data;
    return (uv_stream_t *)&child->streams[OUTPUT].pipe == pipe ? &child->streams[OUTPUT]
                                                               : &child->streams[ERROR];
}

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    struct stream *stream = stream_of((uv_stream_t *)handle);
    (void)wanted;
    *buffer = uv_buf_init(stream->bytes, sizeof stream->bytes);
}

static void on_read(uv_stream_t *pipe, ssize_t got, const uv_buf_t *buffer)
{
    struct stream *stream = stream_of(pipe);
    (void)buffer;
    if (got == 0)
        return;
    if (got > 0) {
        stream->length = (size_t)got;
        uv_read_stop(pipe);
    } else {
        stream_close(stream);
    }
    tell(pipe->data);
}

static void pipe_init(struct child *child, uv_loop_t *loop, struct stream *stream,
                      uv_stdio_container_t *stdio, unsigned way)
{
    uv_pipe_init(loop, &stream->pipe, 0);
    stream->pipe.data = child;
    stream->is_open = true;
    child->handles++;
    stdio->flags = (uv_stdio_flags)(UV_CREATE_PIPE | way);
    stdio->data.stream = (uv_stream_t *)&stream->pipe;
}

struct child *child_new(uv_loop_t *loop, const char *const *words,
                        void (*on_change)(void *context), void *context,
                        struct err *err)
{
    struct child *child = memory_new(sizeof *child);
    uv_stdio_container_t stdio[STREAMS];
    uv_process_options_t options = {
        .exit_cb = on_process_end,
        .file = words[0],
        .args = (char **)words,
        .flags = UV_PROCESS_DETACHED,
        .stdio_count = STREAMS,
        .stdio = stdio,
    };

    child->on_change = on_change;
    child->context = context;
    child->process.data = child;
    pipe_init(child, loop, &child->streams[INPUT], &stdio[INPUT], UV_READABLE_PIPE);
    pipe_init(child, loop, &child->streams[OUTPUT], &stdio[OUTPUT], UV_WRITABLE_PIPE);
    pipe_init(child, loop, &child->streams[ERROR], &stdio[ERROR], UV_WRITABLE_PIPE);
    int status = uv_spawn(loop, &child->process, &options);
    child->handles++;
    if (status < 0) {
        err_set(err, ERR_CONFIG, "%s cannot be run: %s", words[0], uv_strerror(status));
        child->has_ended = true;
        uv_close((uv_handle_t *)&child->process, on_closed);
        child_free(child);
        return NULL;
    }
    uv_read_start((uv_stream_t *)&child->streams[OUTPUT].pipe, on_room, on_read);
    uv_read_start((uv_stream_t *)&child->streams[ERROR].pipe, on_room, on_read);
    return child;
}

static void on_written(uv_write_t *write, int status)
{
    struct child *child = write->handle->data;
    (void)status; /* a program that reads no more says its reasons itself */
    stream_close(&child->streams[INPUT]);
}

static void on_written_held(uv_write_t *write, int status)
{
    (void)write;
    (void)status;
}

void child_input(struct child *child, const char *bytes, size_t length, bool hold)
{
    uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)length);
    uv_stream_t *pipe = (uv_stream_t *)&child->streams[INPUT].pipe;

    if (length > 0)
        uv_write(&child->write, pipe, &buffer, 1, hold ? on_written_held : on_written);
    else if (!hold)
        stream_close(&child->streams[INPUT]);
}

bool child_output(struct child *child, bool is_error, const char **ret_bytes,
                  size_t *ret_length)
{
    struct stream *stream = &child->streams[is_error ? ERROR : OUTPUT];
    *ret_bytes = stream->bytes;
    *ret_length = stream->length;
    return stream->length > 0;
}

void child_took(struct child *child, bool is_error)
{
    struct stream *stream = &child->streams[is_error ? ERROR : OUTPUT];
    stream->length = 0;
    if (stream->is_open)
        uv_read_start((uv_stream_t *)&stream->pipe, on_room, on_read);
}

static bool is_silent(const struct child *child)
{
    const struct stream *output = &child->streams[OUTPUT];
    const struct stream *error = &child->streams[ERROR];
    return !output->is_open && !output->length && !error->is_open && !error->length;
}

bool child_has_ended(const struct child *child, int *ret_status)
{
    *ret_status = child->status;
    return child->has_ended && is_silent(child);
}

void child_free(struct child *child)
{
    child->freed = true;
    if (!child->has_ended)
        uv_process_kill(&child->process, SIGKILL); /* on_process_end() closes it */
    for (int i = 0; i < STREAMS; i++)
        stream_close(&child->streams[i]);
    if (child->handles == 0)
        free(child);
}
