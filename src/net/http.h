#ifndef BGC_NET_HTTP_H
#define BGC_NET_HTTP_H

/*
 * HTTP requests on the loop: a request value in, an answer value out.
 *
 * Every request has a deadline for its connection and one for the whole of it,
 * and a greatest size for its body. TLS is always verified, 1.2 at least; there
 * is no way to go on without. No redirect is followed: a token goes where the
 * settings say and nowhere else. An environment's proxy is used (https_proxy),
 * but never towards this machine itself.
 *
 * A look-up of a name runs in a thread of libcurl's. Neither a deadline nor
 * http_close() waits for it (CURLOPT_QUICK_EXIT): a resolver that hangs never
 * stops the loop.
 */

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { HTTP_HEADERS_MAX = 6, HTTP_HEADER_VALUE_MAX = 256, HTTP_HEADER_LINE_MAX = 512 };

enum http_method { HTTP_GET, HTTP_HEAD };

struct http_answer {
    struct err err;   /* ERR_NONE: an answer came, whatever its status */
    int system_error; /* errno of the connection that failed, 0: none */
    int status;
    int elapsed_ms; /* of the whole request */
    /* By the index in request.headers; "" where it did not come. Printable. */
    char headers[HTTP_HEADERS_MAX][HTTP_HEADER_VALUE_MAX];
    const char *body; /* raw bytes with a NUL behind; never NULL */
    size_t length;
    bool cut; /* there was more of it */
};

struct http_request {
    enum http_method method;
    const char *url;    /* copied */
    const char *bearer; /* copied; NULL: none */
    const char *host;   /* copied; the Host header; NULL or "": the URL's */
    const char *header; /* copied; one more to send, "Name: value"; NULL or "": none */
    int connect_timeout_ms; /* look-up, connection and TLS */
    int timeout_ms;         /* all of it */
    size_t body_max;
    bool body_may_be_cut; /* what is over body_max is left; else it is ERR_LIMIT */
    bool direct;          /* never by a proxy */
    bool fresh;           /* a connection of its own, closed after the answer */
    const char *headers[HTTP_HEADERS_MAX]; /* names wanted, in any case; kept */

    /* Once, on a later turn; `answer` is borrowed. Not called after http_close(). */
    void (*on_answer)(void *context, const struct http_answer *answer);
    void *context;
};

struct http;

/* `user_agent` is copied. NULL on failure. */
struct http *http_new(uv_loop_t *loop, const char *user_agent, struct err *err);

void http_ask(struct http *http, const struct http_request *request);

const char *http_method_name(enum http_method method); /* "GET" */

/* Whether the URL names this machine by localhost, 127.0.0.0/8 or ::1. */
bool http_url_is_loopback(const char *url);

/* Ends all requests without an answer. Not from within on_answer. */
void http_close(struct http *http);

/* After http_close(), when the loop has run empty. */
void http_free(struct http *http);

#endif
