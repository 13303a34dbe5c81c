#ifndef BGC_NET_CURL_LOOP_H
#define BGC_NET_CURL_LOOP_H

/*
 * libcurl's transfers on libuv's loop (curl's multi_socket interface).
 *
 *     curl wants a descriptor watched   →  a uv_poll for it
 *     curl wants to be woken            →  one uv_timer
 *     either speaks                     →  curl_multi_socket_action()
 *
 * Two rules keep it right. curl closes a descriptor right after its REMOVE, and the
 * next one may get the same number, which uv_poll_init() refuses while the old
 * handle is open: so the handle is stopped and closed within REMOVE. And curl's
 * timer callback only arms the timer, since curl must not be entered twice.
 */

#include "base/err.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <uv.h>

struct curl_loop {
    uv_loop_t *loop;
    CURLM *multi;
    uv_timer_t timer;
    /* A transfer has ended; it is taken out already and belongs to the owner again. */
    void (*on_done)(void *context, CURL *easy, CURLcode result);
    void *context;
};

bool curl_loop_init(struct curl_loop *curl, uv_loop_t *loop,
                    void (*on_done)(void *context, CURL *easy, CURLcode result),
                    void *context, struct err *err);

/* Begins a transfer. on_done() comes on a later turn, never from within. */
bool curl_loop_add(struct curl_loop *curl, CURL *easy);

/* Ends a transfer without on_done(). Not from within a callback of curl's. */
void curl_loop_remove(struct curl_loop *curl, CURL *easy);

/* All transfers must be removed. The memory must stay until the loop has run. */
void curl_loop_close(struct curl_loop *curl);

#endif
