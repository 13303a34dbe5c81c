#ifndef BGC_NET_API_PAGE_H
#define BGC_NET_API_PAGE_H

/*
 * One page of the DigitalOcean API, asked for until it comes or there is no hope.
 *
 * Answers 429 and 5xx, and connections that fail, are tried again a few times, later
 * each time and never before what `retry-after` says. Where the API wants a longer
 * rest than one waits for, it is left alone until then: pages fail at once.
 */

#include "core/backoff.h"
#include "net/digitalocean_json.h"
#include "net/http.h"

#include <stdint.h>
#include <uv.h>

enum { API_TOKEN_MAX = 1024 };

/* What all pages have in common. */
struct api_access {
    uv_loop_t *loop;
    struct http *http;
    const char *url;        /* digitalocean.api_url; kept */
    uint64_t rest_until_ms; /* loop time before which the API wants no request */
    char token[API_TOKEN_MAX];
};

struct api_page {
    struct api_access *access;
    uv_timer_t timer; /* begins the next try */
    struct backoff backoff;
    int tries; /* so far */
    uint64_t deadline_ms;
    enum host_role role;
    char request[API_PATH_MAX]; /* "GET /v2/droplets?..." */

    struct droplet_page droplets; /* the answer */
    int limit_total;              /* of the token's rate limit, -1: not told */
    int limit_remaining;

    /* On a later turn, once for each api_page_ask(). `err` ERR_NONE: it came. */
    void (*on_end)(void *context, const struct err *err);
    void *context;
};

void api_page_init(struct api_page *page, struct api_access *access,
                   void (*on_end)(void *context, const struct err *err), void *context);

/* Asks for page `number` (from 1) of the Droplets with `tag`. No try begins that could
 * end after `deadline_ms` (loop time). */
void api_page_ask(struct api_page *page, enum host_role role, const char *tag,
                  int number, uint64_t deadline_ms);

/* Nothing more comes, once the request on its way is ended by http_close(). `on_closed`
 * is called when the memory may go; handle->data is `context`. */
void api_page_close(struct api_page *page, uv_close_cb on_closed);

#endif
