#ifndef BGC_TESTS_LIB_HTTP_SERVER_H
#define BGC_TESTS_LIB_HTTP_SERVER_H

/*
 * An HTTP server on loopback that says what a test wants, byte for byte, and can
 * stall or break off. It runs on the test's own loop; each connection has one request.
 */

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { HTTP_SERVER_REQUEST_MAX = 4096 };

enum http_server_end {
    END_CLOSE, /* after the reply the connection is closed in order */
    END_STALL, /* it stays open and nothing more comes */
    END_RESET, /* it is reset */
};

struct http_reply {
    const char *text; /* sent as it is; must stay until the server is closed */
    size_t length;    /* 0: strlen(text) */
    enum http_server_end end;
};

struct http_server {
    uv_tcp_t listener;
    int port;
    int requests;                          /* that came whole */
    char request[HTTP_SERVER_REQUEST_MAX]; /* the newest, line and headers */
    struct http_connection *open;
    void (*answer)(void *context, const char *request, struct http_reply *reply);
    void *context;
};

/* Listens at 127.0.0.1 on a free port. */
void http_server_open(struct http_server *server, uv_loop_t *loop,
                      void (*answer)(void *context, const char *request,
                                     struct http_reply *reply),
                      void *context);

void http_server_close(struct http_server *server);

/* "HTTP/1.1 200 OK" with these headers ("Name: value\r\n" each) and body, in a buffer
 * of the caller's. */
const char *http_text(char *buffer, size_t size, const char *status,
                      const char *headers, const char *body);

#endif
