#ifndef BGC_NET_SSH_TRANSPORT_H
#define BGC_NET_SSH_TRANSPORT_H

/*
 * What a way to speak SSH must be able to do: the transport interface.
 *
 * A line is one connection of a transport, from nothing to the login, and the
 * commands that run on it one after another. It is a state machine: a step is
 * short and never waits. All else is the same for every transport and stands in
 * ssh.c: the order of commands, deadlines, and what becomes of failures.
 */

#include "base/err.h"
#include "net/ssh.h"
#include "net/ssh_step.h"

#include <stdbool.h>
#include <uv.h>

/* Why a connection could not be made, as far as it matters for what is tried next. */
enum ssh_fault {
    SSH_FAULT_FINAL,  /* nothing else would help */
    SSH_FAULT_UNABLE, /* this transport cannot do what the host or the key needs */
    SSH_FAULT_BUSY, /* hung up on before a word: too many log in there (MaxStartups) */
};

/* How each transport's own line begins. */
struct ssh_line {
    enum ssh_fault fault; /* of a connect() that failed */
    bool heard;           /* the command spoke in the newest step */
    bool is_closing;      /* all its output was given; only its status is missing */
    int exit_status;      /* -1: killed by a signal, or not told */
};

struct ssh_transport {
    const char *name;

    /* A line that has not begun to connect. Pointers are kept. `on_ready` is called on
     * the loop when a step is worth making. */
    struct ssh_line *(*open)(uv_loop_t *loop, const struct ssh_target *target,
                             const struct ssh_identity *identity,
                             void (*on_ready)(void *context), void *context);

    /* A step towards the login. DONE: commands may run. FAILED: ERR_CONFIG, ERR_IO,
     * ERR_CONNECT, ERR_LOST, ERR_HOST_KEY, ERR_AUTH, ERR_PROTOCOL, and `fault`. */
    enum ssh_step (*connect)(struct ssh_line *line, struct err *err);

    /* A step while no command runs. FAILED: the connection ended. */
    enum ssh_step (*idle)(struct ssh_line *line, struct err *err);

    /* Begins `command` (kept until its end). */
    void (*begin)(struct ssh_line *line, const struct ssh_command *command);

    /* A step of the command; output is given to it from here. DONE: it ended by itself,
     * and `exit_status` is set. FAILED: ERR_LOST, ERR_REFUSED, ERR_PROTOCOL. */
    enum ssh_step (*step)(struct ssh_line *line, struct err *err);

    /* After SSH_STEP_SOCKET: on_ready once, when the socket is ready. NULL: never
     * needed. */
    void (*wait)(struct ssh_line *line);

    /* Says goodbye where `polite`, and lets go of everything. */
    void (*close)(struct ssh_line *line, bool polite);
};

extern const struct ssh_transport ssh_libssh2; /* in this process, by the library */
extern const struct ssh_transport
    ssh_openssh; /* the system's ssh, as child processes */

#endif
