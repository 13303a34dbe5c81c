/* One client of the load: a connection that asks for one page, one request at a time,
 * and counts what came of each. It connects when it has something to ask, keeps the
 * connection (or not, as it was told), and never asks again for a request that failed.
 */
#ifndef LAB_LOAD_CLIENT_H
#define LAB_LOAD_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "answer.h"
#include "report.h"

enum {
    CLIENT_TIMEOUT_MS = 10000, /* beyond what the page takes by itself */
    CLIENT_LONG_S = 3,         /* how long the long page takes */
    CLIENT_READ_SIZE = 4096,
    CLIENT_REQUEST_MAX = 128,
};

enum client_state {
    CLIENT_CLOSED,     /* no connection */
    CLIENT_IDLE,       /* connected, nothing asked */
    CLIENT_CONNECTING, /* on the way to its request */
    CLIENT_WAITING,    /* asked */
    CLIENT_CLOSING,    /* the handle is going; not to be used until CLOSED */
};

struct client {
    enum client_state state;
    uv_loop_t *loop;
    struct sockaddr_in address;
    struct report *report;             /* not owned */
    void (*on_free)(struct client *c); /* called when it can take a request again */
    void *owner;                       /* for on_free */
    enum kind kind;                    /* KIND_PAGE or KIND_LONG */
    bool connection_per_request;
    char request[CLIENT_REQUEST_MAX];
    uint64_t due_us; /* when the request in hand should have begun */
    bool kept;       /* its connection has served a request before it */
    uv_tcp_t tcp;
    uv_timer_t deadline;
    uv_connect_t connect;
    uv_write_t write;
    struct answer answer;
    char buffer[CLIENT_READ_SIZE];
};

/* LOOP and REPORT must outlive the client; ADDRESS is copied. */
void client_init(struct client *c, uv_loop_t *loop, const struct sockaddr_in *address,
                 struct report *report, enum kind kind, bool connection_per_request);

/* True where client_ask() may be called. */
bool client_is_free(const struct client *c);

/* Sends the request that was due at DUE_US. */
void client_ask(struct client *c, uint64_t due_us);

/* Closes all handles; the client is not to be used again, and its memory is free once
 * the loop has nothing more to do. A request in hand is not counted. */
void client_close(struct client *c);

/* The monotonic clock of all reports, in us. */
uint64_t clock_us(void);

#endif
