#ifndef BGC_NET_SSH_PATIENCE_H
#define BGC_NET_SSH_PATIENCE_H

/*
 * How long a connection may wait for what it waits for now: for the next try, for
 * the login, for a command that speaks, for one that has only to close.
 *
 * One timer. Bytes that come only move the deadline; the timer itself is set
 * again when it fires, not with each byte.
 */

#include "base/err.h"
#include "net/ssh.h"

#include <stdint.h>
#include <uv.h>

/* A host that never closes its side must not keep the next command waiting: the output
 * is whole by then, only the status is missing. */
enum { SSH_CLOSING_MS = 5000 };

enum ssh_wait {
    SSH_WAIT_NOTHING,
    SSH_WAIT_PAUSE, /* before the next try */
    SSH_WAIT_LOGIN,
    SSH_WAIT_COMMAND,
    SSH_WAIT_CLOSING,
};

struct ssh_patience {
    uv_timer_t timer;
    enum ssh_wait wait;
    int limit_ms, silence_ms; /* of this wait, 0: none */
    const char *command;      /* SSH_WAIT_COMMAND: for the error */
    uint64_t begun_ms;        /* loop time */
    uint64_t heard_ms;        /* the newest byte of the command's output */
    struct err late;          /* the wait is over: why. ERR_NONE: it is not */
    void (*on_late)(void *context);
    void *context;
};

/* `on_late` is called by the timer, when `late` was set. */
void ssh_patience_init(struct ssh_patience *patience, uv_loop_t *loop,
                       void (*on_late)(void *context), void *context);

/* A new wait begins, and the one before is over. */
void ssh_patience_pause(struct ssh_patience *patience, int pause_ms);
void ssh_patience_login(struct ssh_patience *patience, int limit_ms);
void ssh_patience_command(struct ssh_patience *patience,
                          const struct ssh_command *command);
void ssh_patience_closing(struct ssh_patience *patience);
void ssh_patience_end(struct ssh_patience *patience);

/* The command has said something. */
void ssh_patience_heard(struct ssh_patience *patience);

void ssh_patience_close(struct ssh_patience *patience, uv_close_cb on_closed);

#endif
