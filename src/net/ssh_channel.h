#ifndef BGC_NET_SSH_CHANNEL_H
#define BGC_NET_SSH_CHANNEL_H

/*
 * One command on a connection: its channel, from opening to its exit status.
 *
 *   closed → opening → open → starting → running → closing → closed
 *
 * The channel for the next command is opened ahead: that saves a round trip, and
 * reading from an open channel is how libssh2 answers the host's keepalives and
 * how we learn that an idle connection ended.
 *
 * Both streams are read in each round, because an unread one fills the window
 * and stops the command. A call that stopped in the middle of sending is
 * repeated before any other: libssh2 1.10 loses the session otherwise.
 */

#include "base/err.h"
#include "net/ssh.h"
#include "net/ssh_step.h"

#include <libssh2.h>
#include <stdbool.h>
#include <stddef.h>

/* The window bounds what one call of libssh2 may have to decode; the read size bounds
 * what the taker of the output is given in one turn. */
enum { SSH_WINDOW = 256 * 1024, SSH_PACKET = 32 * 1024, SSH_READ_MAX = 4 * 1024 };

enum ssh_channel_phase {
    CHANNEL_CLOSED,
    CHANNEL_OPEN,
    CHANNEL_STARTING,
    CHANNEL_RUNNING, /* until both streams have ended */
    CHANNEL_CLOSING, /* all output was given; only the status is missing */
    CHANNEL_CLOSING_WAIT,
    CHANNEL_FREEING,
};

/* What is tried next in a round of a running command. */
enum ssh_channel_turn { TURN_OUTPUT, TURN_ERROR, TURN_INPUT, TURN_COUNT };

struct ssh_channel {
    enum ssh_channel_phase phase;
    LIBSSH2_CHANNEL *libssh2; /* freed by ssh_session_free() where it is left */
    enum ssh_channel_turn turn;
    int waiting; /* how many turns in a row had nothing to do */
    const struct ssh_command *command;
    size_t input_sent;
    bool input_ended;
    int exit_status; /* -1: killed by a signal, or not told */
    bool heard;      /* bytes came in the newest step */
};

/* A step towards CHANNEL_OPEN, and then of watching the idle channel. SOCKET: nothing
 * to do. FAILED: the connection ended. */
enum ssh_step ssh_channel_idle_step(struct ssh_channel *channel,
                                    LIBSSH2_SESSION *session, struct err *err);

/* Begins `command` (kept) on the channel. */
void ssh_channel_begin(struct ssh_channel *channel, const struct ssh_command *command);

/* A step of the command; output is given to it from here. DONE: it ended, and
 * `exit_status` is set. FAILED: ERR_LOST, ERR_REFUSED, ERR_PROTOCOL. */
enum ssh_step ssh_channel_step(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                               struct err *err);

/* Whether all output has been given and only the closing is under way. */
bool ssh_channel_is_closing(const struct ssh_channel *channel);

#endif
