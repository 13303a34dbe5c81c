#include "lib/http_server.h"

#include "lib/test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_connection {
    struct http_connection *next;
    struct http_server *server;
    uv_tcp_t tcp;
    uv_write_t write;
    struct http_reply reply;
    char request[HTTP_SERVER_REQUEST_MAX];
    size_t length;
};

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void connection_end(struct http_connection *connection, bool reset)
{
    struct http_connection **link = &connection->server->open;

    if (uv_is_closing((uv_handle_t *)&connection->tcp))
        return;
    while (*link != connection)
        link = &(*link)->next;
    *link = connection->next;
    if (!reset || uv_tcp_close_reset(&connection->tcp, on_closed) != 0)
        uv_close((uv_handle_t *)&connection->tcp, on_closed);
}

static void on_written(uv_write_t *write, int status)
{
    struct http_connection *connection = write->handle->data;

    if (status < 0 || connection->reply.end == END_CLOSE)
        connection_end(connection, false);
    else if (connection->reply.end == END_RESET)
        connection_end(connection, true);
}

static void reply(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    struct http_reply *reply = &connection->reply;

    server->requests++;
    memcpy(server->request, connection->request, sizeof server->request);
    server->answer(server->context, connection->request, reply);
    if (reply->length == 0)
        reply->length = strlen(reply->text);
    uv_buf_t bytes = {.base = (char *)(uintptr_t)reply->text, .len = reply->length};
    uv_write(&connection->write, (uv_stream_t *)&connection->tcp, &bytes, 1,
             on_written);
}

static void on_room_wanted(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct http_connection *connection = handle->data;

    buffer->base = connection->request + connection->length;
    buffer->len = sizeof connection->request - 1 - connection->length;
}

static void on_bytes(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    (void)buffer;
    struct http_connection *connection = stream->data;

    if (count < 0) {
        connection_end(connection, false);
        return;
    }
    connection->length += (size_t)count;
    connection->request[connection->length] = '\0';
    if (count > 0 && strstr(connection->request, "\r\n\r\n") != NULL)
        reply(connection);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct http_server *server = listener->data;
    struct http_connection *connection = calloc(1, sizeof *connection);

    assert_int_equal(status, 0);
    assert_non_null(connection);
    connection->server = server;
    connection->next = server->open;
    server->open = connection;
    uv_tcp_init(listener->loop, &connection->tcp);
    connection->tcp.data = connection;
    assert_int_equal(uv_accept(listener, (uv_stream_t *)&connection->tcp), 0);
    uv_read_start((uv_stream_t *)&connection->tcp, on_room_wanted, on_bytes);
}

void http_server_open(struct http_server *server, uv_loop_t *loop,
                      void (*answer)(void *context, const char *request,
                                     struct http_reply *reply),
                      void *context)
{
    struct sockaddr_in address;
    int length = sizeof address;

    *server = (struct http_server){.answer = answer, .context = context};
    uv_tcp_init(loop, &server->listener);
    server->listener.data = server;
    uv_ip4_addr("127.0.0.1", 0, &address);
    assert_int_equal(
        uv_tcp_bind(&server->listener, (const struct sockaddr *)&address, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&server->listener, 64, on_connection), 0);
    uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &length);
    server->port = ntohs(address.sin_port);
}

void http_server_close(struct http_server *server)
{
    while (server->open != NULL)
        connection_end(server->open, false);
    uv_close((uv_handle_t *)&server->listener, NULL);
}

const char *http_text(char *buffer, size_t size, const char *status,
                      const char *headers, const char *body)
{
    int length = snprintf(buffer, size,
                          "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n"
                          "Connection: close\r\n\r\n%s",
                          status, headers, strlen(body), body);

    assert_in_range(length, 1, size - 1);
    return buffer;
}
