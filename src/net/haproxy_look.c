#include "net/haproxy_look.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    LIMIT_MS = 2000,
    ANSWER_FIRST_SIZE = 64 * 1024,
    ANSWER_MAX = 16 * 1024 * 1024,
};

struct haproxy_look {
    uv_pipe_t pipe;
    uv_timer_t deadline;
    uv_connect_t connect;
    uv_write_t write;
    int open_handles;
    const char *question;
    haproxy_look_fn *on_end; /* NULL: it has ended */
    void *context;
    char *answer;
    size_t length;
    size_t size;
};

static void on_closed(uv_handle_t *handle)
{
    struct haproxy_look *look = handle->data;

    if (--look->open_handles > 0)
        return;
    free(look->answer);
    free(look);
}

void haproxy_look_drop(struct haproxy_look *look)
{
    look->on_end = NULL;
    uv_close((uv_handle_t *)&look->pipe, on_closed);
    uv_close((uv_handle_t *)&look->deadline, on_closed);
}

static void end(struct haproxy_look *look, const struct err *err)
{
    haproxy_look_fn *on_end = look->on_end;

    haproxy_look_drop(look);
    on_end(look->context, look->answer, look->length, err);
}

static void fail_system(struct haproxy_look *look, int uv_error)
{
    struct err err;

    switch (uv_error) {
    case UV_ENOENT:
        err_set(&err, ERR_CONNECT,
                "there is no such socket; does HAProxy run, and does its configuration "
                "have this `stats socket`?");
        break;
    case UV_EACCES:
        err_set(&err, ERR_AUTH,
                "no permission; add this user to the socket's group, most often by "
                "`usermod -aG haproxy USER`, and log in again");
        break;
    case UV_ECONNREFUSED:
        err_set(&err, ERR_CONNECT, "nobody listens; HAProxy has stopped");
        break;
    case UV_EAGAIN:
        err_set(&err, ERR_BUSY, "too many connections wait already");
        break;
    default:
        err_set(&err, ERR_LOST, "%s", uv_strerror(uv_error));
    }
    end(look, &err);
}

static void on_deadline(uv_timer_t *timer)
{
    struct err err;

    err_set(&err, ERR_TIMEOUT,
            "no whole answer within %d s; perhaps all connections of this socket are "
            "taken (`stats maxconn`, 10 by default)",
            LIMIT_MS / 1000);
    end(timer->data, &err);
}

static void on_room_wanted(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct haproxy_look *look = handle->data;

    if (look->length == look->size && look->size < ANSWER_MAX) {
        look->size = look->size == 0 ? ANSWER_FIRST_SIZE : look->size * 2;
        look->answer = memory_resize(look->answer, look->size);
    }
    *buffer = uv_buf_init(look->answer + look->length,
                          (unsigned int)(look->size - look->length));
}

static void on_bytes(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    (void)buffer;
    struct haproxy_look *look = stream->data;
    struct err err = {.code = ERR_NONE};

    if (count > 0) {
        look->length += (size_t)count;
    } else if (count == UV_EOF) {
        end(look, &err);
    } else if (count == UV_ENOBUFS) {
        err_set(&err, ERR_LIMIT, "the answer is larger than %d bytes", ANSWER_MAX);
        end(look, &err);
    } else if (count < 0) {
        fail_system(look, (int)count);
    }
}

static void on_written(uv_write_t *write, int status)
{
    struct haproxy_look *look = write->handle->data;

    if (status < 0 && look->on_end != NULL)
        fail_system(look, status);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct haproxy_look *look = connect->handle->data;

    if (look->on_end == NULL)
        return;
    if (status < 0) {
        fail_system(look, status);
        return;
    }
    uv_buf_t bytes = {.base = (char *)(uintptr_t)look->question,
                      .len = strlen(look->question)};
    uv_write(&look->write, (uv_stream_t *)&look->pipe, &bytes, 1, on_written);
    uv_read_start((uv_stream_t *)&look->pipe, on_room_wanted, on_bytes);
}

struct haproxy_look *haproxy_look_begin(uv_loop_t *loop, const char *path,
                                        const char *question, haproxy_look_fn *on_end,
                                        void *context)
{
    struct haproxy_look *look = memory_new(sizeof *look);

    look->question = question;
    look->on_end = on_end;
    look->context = context;
    look->open_handles = 2;
    uv_pipe_init(loop, &look->pipe, 0);
    uv_timer_init(loop, &look->deadline);
    look->pipe.data = look;
    look->deadline.data = look;
    uv_timer_start(&look->deadline, on_deadline, LIMIT_MS, 0);
    uv_pipe_connect(&look->connect, &look->pipe, path, on_connected);
    return look;
}
