#include "tunnel.h"

#include <stdio.h>
#include <string.h>

static const char request[] = "GET /echo HTTP/1.1\r\nHost: www.example.com\r\n"
                              "Connection: Upgrade\r\nUpgrade: echo\r\n\r\n";

static void pause_over(uv_timer_t *timer);
static void deadline_passed(uv_timer_t *timer);

void tunnel_init(struct tunnel *t, uv_loop_t *loop, const struct sockaddr_in *address,
                 struct report *report)
{
    memset(t, 0, sizeof(*t));
    t->loop = loop;
    t->address = *address;
    t->report = report;
    uv_timer_init(loop, &t->timer);
    t->timer.data = t;
}

bool tunnel_is_over(const struct tunnel *t)
{
    return t->over && t->state == TUNNEL_CLOSED;
}

static void closed(uv_handle_t *handle)
{
    struct tunnel *t = handle->data;

    t->state = TUNNEL_CLOSED;
    if (!t->over)
        uv_timer_start(&t->timer, pause_over, TUNNEL_AGAIN_MS, 0);
}

static void close_connection(struct tunnel *t)
{
    uv_timer_stop(&t->timer);
    t->state = TUNNEL_CLOSING;
    uv_close((uv_handle_t *)&t->tcp, closed);
}

static void fail(struct tunnel *t, enum failure failure)
{
    report_failure(t->report, KIND_UPGRADE, failure);
    close_connection(t);
}

static void written(uv_write_t *write, int status)
{
    struct tunnel *t = write->data;

    if (status < 0 && t->state == TUNNEL_ASKED)
        fail(t, FAILURE_RESET);
    else if (status < 0 && t->state == TUNNEL_ECHOING)
        fail(t, FAILURE_TUNNEL);
}

static void send_text(struct tunnel *t, const char *text)
{
    uv_buf_t bytes = uv_buf_init((char *)(uintptr_t)text, (unsigned)strlen(text));

    t->write.data = t;
    uv_timer_start(&t->timer, deadline_passed, TUNNEL_TIMEOUT_MS, 0);
    if (uv_write(&t->write, (uv_stream_t *)&t->tcp, &bytes, 1, written) != 0)
        fail(t, t->state == TUNNEL_ASKED ? FAILURE_RESET : FAILURE_TUNNEL);
}

static void line_send(struct tunnel *t)
{
    snprintf(t->line, sizeof(t->line), "line %u\n", ++t->lines);
    t->line_back = 0;
    send_text(t, t->line);
}

static void shut(uv_shutdown_t *shutdown, int status)
{
    (void)shutdown;
    (void)status; /* the end of the other side, or the deadline, tells */
}

static void end_connection(struct tunnel *t)
{
    t->state = TUNNEL_ENDING;
    uv_timer_start(&t->timer, deadline_passed, TUNNEL_TIMEOUT_MS, 0);
    if (uv_shutdown(&t->shutdown, (uv_stream_t *)&t->tcp, shut) != 0)
        fail(t, FAILURE_TUNNEL);
}

static void pause_over(uv_timer_t *timer)
{
    struct tunnel *t = timer->data;

    if (t->state == TUNNEL_CLOSED)
        tunnel_open(t);
    else
        line_send(t);
}

static void deadline_passed(uv_timer_t *timer)
{
    struct tunnel *t = timer->data;

    if (t->state == TUNNEL_CONNECTING)
        fail(t, FAILURE_CONNECT);
    else
        fail(t, t->state == TUNNEL_ASKED ? FAILURE_TIMEOUT : FAILURE_TUNNEL);
}

static void asked_feed(struct tunnel *t, const char *bytes, size_t length)
{
    answer_feed(&t->answer, bytes, length);
    if (t->answer.state == ANSWER_BROKEN) {
        fail(t, FAILURE_WRONG_BODY);
    } else if (t->answer.state == ANSWER_DONE) {
        if (!report_answer(t->report, KIND_UPGRADE, &t->answer)) {
            close_connection(t);
            return;
        }
        t->state = TUNNEL_ECHOING;
        if (t->over)
            end_connection(t);
        else
            line_send(t);
    }
}

/* Only what is on its way may come back, in its order. */
static void echo_feed(struct tunnel *t, const char *bytes, size_t length)
{
    size_t wanted = strlen(t->line) - t->line_back;

    if (length > wanted || memcmp(t->line + t->line_back, bytes, length) != 0) {
        fail(t, FAILURE_TUNNEL);
        return;
    }
    t->line_back += length;
    if (length < wanted)
        return;
    t->line[0] = '\0';
    t->line_back = 0;
    t->report->echoes++;
    if (t->over)
        end_connection(t);
    else
        uv_timer_start(&t->timer, pause_over, TUNNEL_EVERY_MS, 0);
}

static void connection_ended(struct tunnel *t, bool in_order)
{
    if (t->state == TUNNEL_ASKED) {
        fail(t, FAILURE_RESET);
    } else if (t->state == TUNNEL_ENDING && in_order) {
        report_good(t->report, KIND_UPGRADE);
        close_connection(t);
    } else {
        fail(t, FAILURE_TUNNEL);
    }
}

static void room_for_bytes(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct tunnel *t = handle->data;
    (void)suggested;
    *buffer = uv_buf_init(t->buffer, sizeof(t->buffer));
}

static void bytes_came(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct tunnel *t = stream->data;

    if (length == 0 || t->state == TUNNEL_CLOSING)
        return;
    if (length < 0)
        connection_ended(t, length == UV_EOF);
    else if (t->state == TUNNEL_ASKED)
        asked_feed(t, buffer->base, (size_t)length);
    else
        echo_feed(t, buffer->base, (size_t)length);
}

static void connected(uv_connect_t *connect, int status)
{
    struct tunnel *t = connect->data;

    if (t->state != TUNNEL_CONNECTING)
        return;
    if (status < 0) {
        fail(t, FAILURE_CONNECT);
        return;
    }
    t->state = TUNNEL_ASKED;
    answer_init(&t->answer);
    uv_read_start((uv_stream_t *)&t->tcp, room_for_bytes, bytes_came);
    send_text(t, request);
}

void tunnel_open(struct tunnel *t)
{
    t->state = TUNNEL_CONNECTING;
    t->line[0] = '\0';
    t->line_back = 0;
    report_sent(t->report, KIND_UPGRADE);
    uv_timer_start(&t->timer, deadline_passed, TUNNEL_TIMEOUT_MS, 0);
    uv_tcp_init(t->loop, &t->tcp);
    t->tcp.data = t;
    t->connect.data = t;
    if (uv_tcp_connect(&t->connect, &t->tcp, (const struct sockaddr *)&t->address,
                       connected) != 0)
        fail(t, FAILURE_CONNECT);
}

void tunnel_end(struct tunnel *t)
{
    t->over = true;
    if (t->state == TUNNEL_CLOSED)
        uv_timer_stop(&t->timer);
    else if (t->state == TUNNEL_ECHOING && !t->line[0])
        end_connection(t);
}

void tunnel_close(struct tunnel *t)
{
    bool open = t->state != TUNNEL_CLOSED && t->state != TUNNEL_CLOSING;

    t->state = TUNNEL_CLOSING;
    t->over = true;
    if (open)
        uv_close((uv_handle_t *)&t->tcp, NULL);
    uv_close((uv_handle_t *)&t->timer, NULL);
}
