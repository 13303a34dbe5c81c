#include "net/curl_loop.h"

#include "base/memory.h"

#include <stdlib.h>

/* A descriptor that curl wants watched. */
struct curl_socket {
    uv_poll_t poll;
    struct curl_loop *curl;
    curl_socket_t descriptor;
};

static void take_done(struct curl_loop *curl)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(curl->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *easy = message->easy_handle;
        CURLcode result = message->data.result; /* gone after the removal */
        curl_multi_remove_handle(curl->multi, easy);
        curl->on_done(curl->context, easy, result);
    }
}

static void act(struct curl_loop *curl, curl_socket_t descriptor, int flags)
{
    int running;

    curl_multi_socket_action(curl->multi, descriptor, flags, &running);
    take_done(curl);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct curl_socket *watched = poll->data;
    int flags = 0;

    if (status < 0)
        flags |= CURL_CSELECT_ERR;
    if (events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    act(watched->curl, watched->descriptor, flags);
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static struct curl_socket *watch(struct curl_loop *curl, curl_socket_t descriptor)
{
    struct curl_socket *watched = memory_new(sizeof *watched);

    watched->curl = curl;
    watched->descriptor = descriptor;
    if (uv_poll_init_socket(curl->loop, &watched->poll, descriptor) != 0) {
        free(watched);
        return NULL;
    }
    watched->poll.data = watched;
    curl_multi_assign(curl->multi, descriptor, watched);
    return watched;
}

/* CURLMOPT_SOCKETFUNCTION. An error of ours aborts all transfers of the multi handle,
 * which is what a loop without descriptors to spare deserves. */
static int on_socket(CURL *easy, curl_socket_t descriptor, int what, void *context,
                     void *assigned)
{
    (void)easy;
    struct curl_loop *curl = context;
    struct curl_socket *watched = assigned;
    int events = 0;

    if (what == CURL_POLL_REMOVE) {
        if (watched != NULL) {
            curl_multi_assign(curl->multi, descriptor, NULL);
            uv_close((uv_handle_t *)&watched->poll, on_poll_closed);
        }
        return 0;
    }
    if (watched == NULL && (watched = watch(curl, descriptor)) == NULL)
        return -1;
    if (what & CURL_POLL_IN)
        events |= UV_READABLE;
    if (what & CURL_POLL_OUT)
        events |= UV_WRITABLE;
    return uv_poll_start(&watched->poll, events, on_ready) == 0 ? 0 : -1;
}

static void on_time(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* CURLMOPT_TIMERFUNCTION. */
static int on_timer_wanted(CURLM *multi, long timeout_ms, void *context)
{
    (void)multi;
    struct curl_loop *curl = context;

    if (timeout_ms < 0)
        return uv_timer_stop(&curl->timer) == 0 ? 0 : -1;
    return uv_timer_start(&curl->timer, on_time, (uint64_t)timeout_ms, 0) == 0 ? 0 : -1;
}

bool curl_loop_init(struct curl_loop *curl, uv_loop_t *loop,
                    void (*on_done)(void *context, CURL *easy, CURLcode result),
                    void *context, struct err *err)
{
    *curl = (struct curl_loop){.loop = loop, .on_done = on_done, .context = context};
    curl->multi = curl_multi_init();
    if (curl->multi == NULL)
        return err_set(err, ERR_IO, "libcurl could not be started");
    curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl);
    curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
    curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl);
    uv_timer_init(loop, &curl->timer);
    curl->timer.data = curl;
    return true;
}

bool curl_loop_add(struct curl_loop *curl, CURL *easy)
{
    return curl_multi_add_handle(curl->multi, easy) == CURLM_OK;
}

void curl_loop_remove(struct curl_loop *curl, CURL *easy)
{
    curl_multi_remove_handle(curl->multi, easy);
}

void curl_loop_close(struct curl_loop *curl)
{
    curl_multi_cleanup(
        curl->multi); /* ends kept connections: REMOVE closes the polls */
    curl->multi = NULL;
    uv_close((uv_handle_t *)&curl->timer, NULL);
}
