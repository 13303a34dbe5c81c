/* An upgraded connection of the load: it asks for /echo by HTTP Upgrade, and from then
 * on sends a numbered line again and again, each of which must come back as it was. It
 * is held until the load ends; one that breaks has failed, and another is opened.
 *
 *     CLOSED --open--> CONNECTING --> ASKED --101--> ECHOING --end--> ENDING --> CLOSED
 */
#ifndef LAB_LOAD_TUNNEL_H
#define LAB_LOAD_TUNNEL_H

#include <stdbool.h>
#include <uv.h>

#include "answer.h"
#include "report.h"

enum {
    TUNNEL_TIMEOUT_MS = 10000, /* for the 101, for an echo, and for the end */
    TUNNEL_EVERY_MS = 500,     /* from an echo to the next line */
    TUNNEL_AGAIN_MS = 200,     /* from a failure to the next connection */
    TUNNEL_LINE_MAX = 32,
    TUNNEL_READ_SIZE = 1024,
};

enum tunnel_state {
    TUNNEL_CLOSED,
    TUNNEL_CONNECTING,
    TUNNEL_ASKED,
    TUNNEL_ECHOING,
    TUNNEL_ENDING,  /* our side is shut; the other must follow */
    TUNNEL_CLOSING, /* the handle is going */
};

struct tunnel {
    enum tunnel_state state;
    uv_loop_t *loop;
    struct sockaddr_in address;
    struct report *report; /* not owned */
    bool over;             /* no further connection is opened */
    uv_tcp_t tcp;
    uv_timer_t
        timer; /* the deadline of what is awaited, or the pause before the next */
    uv_connect_t connect;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct answer answer;
    unsigned lines;             /* sent so far */
    char line[TUNNEL_LINE_MAX]; /* on its way; "" where none is */
    size_t line_back;           /* how many of its bytes have come back */
    char buffer[TUNNEL_READ_SIZE];
};

/* LOOP and REPORT must outlive the tunnel; ADDRESS is copied. */
void tunnel_init(struct tunnel *t, uv_loop_t *loop, const struct sockaddr_in *address,
                 struct report *report);

void tunnel_open(struct tunnel *t);

/* The load ends: waits for the echo that is on its way, then ends the connection. */
void tunnel_end(struct tunnel *t);

/* True once nothing is to come any more after tunnel_end(). */
bool tunnel_is_over(const struct tunnel *t);

/* Closes all handles; the memory is free once the loop has nothing more to do. */
void tunnel_close(struct tunnel *t);

#endif
