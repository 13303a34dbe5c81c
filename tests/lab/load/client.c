#include "client.h"

#include <stdio.h>
#include <string.h>

static void deadline_passed(uv_timer_t *timer);

uint64_t clock_us(void)
{
    return uv_hrtime() / 1000;
}

static void request_write(struct client *c)
{
    char path[32] = "/";
    if (c->kind == KIND_LONG)
        snprintf(path, sizeof(path), "/slow?s=%d", CLIENT_LONG_S);
    snprintf(c->request, sizeof(c->request),
             "GET %s HTTP/1.1\r\nHost: www.example.com\r\n%s\r\n", path,
             c->connection_per_request ? "Connection: close\r\n" : "");
}

void client_init(struct client *c, uv_loop_t *loop, const struct sockaddr_in *address,
                 struct report *report, enum kind kind, bool connection_per_request)
{
    memset(c, 0, sizeof(*c));
    c->loop = loop;
    c->address = *address;
    c->report = report;
    c->kind = kind;
    c->connection_per_request = connection_per_request;
    request_write(c);
    uv_timer_init(loop, &c->deadline);
    c->deadline.data = c;
}

bool client_is_free(const struct client *c)
{
    return c->state == CLIENT_CLOSED || c->state == CLIENT_IDLE;
}

static void closed(uv_handle_t *handle)
{
    struct client *c = handle->data;
    c->state = CLIENT_CLOSED;
    c->on_free(c);
}

static void close_connection(struct client *c)
{
    uv_timer_stop(&c->deadline);
    c->state = CLIENT_CLOSING;
    uv_close((uv_handle_t *)&c->tcp, closed);
}

static void fail(struct client *c, enum failure failure)
{
    if (failure == FAILURE_RESET && c->kept && c->answer.head_length == 0)
        failure = FAILURE_KEPT;
    report_failure(c->report, c->kind, failure);
    close_connection(c);
}

static void deadline_passed(uv_timer_t *timer)
{
    struct client *c = timer->data;
    fail(c, c->state == CLIENT_CONNECTING ? FAILURE_CONNECT : FAILURE_TIMEOUT);
}

static void answered(struct client *c)
{
    bool good = report_answer(c->report, c->kind, &c->answer);

    if (good)
        report_good(c->report, c->kind);
    if (c->kind == KIND_PAGE)
        report_page_took(c->report, c->due_us, clock_us(), good);
    if (c->connection_per_request || c->answer.last || !c->answer.has_length) {
        close_connection(c);
        return;
    }
    uv_timer_stop(&c->deadline);
    c->state = CLIENT_IDLE;
    c->on_free(c);
}

static void room_for_bytes(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct client *c = handle->data;
    (void)suggested;
    *buffer = uv_buf_init(c->buffer, sizeof(c->buffer));
}

static void bytes_came(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct client *c = stream->data;

    if (length == 0 || c->state == CLIENT_CLOSING)
        return;
    if (c->state == CLIENT_IDLE) {
        /* The other side ended an idle connection, as it may: nothing was lost. */
        close_connection(c);
        return;
    }
    if (length > 0)
        answer_feed(&c->answer, buffer->base, (size_t)length);
    else if (length == UV_EOF)
        answer_end(&c->answer);
    else
        c->answer.state = ANSWER_BROKEN;

    if (c->answer.state == ANSWER_DONE)
        answered(c);
    else if (c->answer.state == ANSWER_BROKEN)
        fail(c, length > 0 ? FAILURE_WRONG_BODY : FAILURE_RESET);
}

static void written(uv_write_t *write, int status)
{
    struct client *c = write->data;
    if (status < 0 && c->state == CLIENT_WAITING)
        fail(c, FAILURE_RESET);
}

static void request_send(struct client *c)
{
    uv_buf_t bytes = uv_buf_init(c->request, (unsigned)strlen(c->request));

    c->state = CLIENT_WAITING;
    answer_init(&c->answer);
    c->write.data = c;
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, &bytes, 1, written) != 0)
        fail(c, FAILURE_RESET);
}

static void connected(uv_connect_t *connect, int status)
{
    struct client *c = connect->data;

    if (c->state != CLIENT_CONNECTING)
        return;
    if (status < 0) {
        fail(c, FAILURE_CONNECT);
        return;
    }
    uv_read_start((uv_stream_t *)&c->tcp, room_for_bytes, bytes_came);
    request_send(c);
}

void client_ask(struct client *c, uint64_t due_us)
{
    uint64_t timeout_ms = CLIENT_TIMEOUT_MS;

    if (c->kind == KIND_LONG)
        timeout_ms += CLIENT_LONG_S * 1000;
    c->due_us = due_us;
    report_sent(c->report, c->kind);
    uv_timer_start(&c->deadline, deadline_passed, timeout_ms, 0);
    c->kept = c->state == CLIENT_IDLE;
    if (c->kept) {
        request_send(c);
        return;
    }
    c->state = CLIENT_CONNECTING;
    uv_tcp_init(c->loop, &c->tcp);
    c->tcp.data = c;
    c->connect.data = c;
    if (uv_tcp_connect(&c->connect, &c->tcp, (const struct sockaddr *)&c->address,
                       connected) != 0)
        fail(c, FAILURE_CONNECT);
}

void client_close(struct client *c)
{
    bool open = c->state != CLIENT_CLOSED && c->state != CLIENT_CLOSING;

    c->state = CLIENT_CLOSING;
    if (open)
        uv_close((uv_handle_t *)&c->tcp, NULL);
    uv_close((uv_handle_t *)&c->deadline, NULL);
}
