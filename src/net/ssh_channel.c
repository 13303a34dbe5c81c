#include "net/ssh_channel.h"

#include "net/ssh_session.h"

#include <string.h>

static enum ssh_step step_open(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                               struct err *err)
{
    static const char kind[] = "session";
    channel->libssh2 = libssh2_channel_open_ex(session, kind, sizeof kind - 1,
                                               SSH_WINDOW, SSH_PACKET, NULL, 0);
    if (channel->libssh2) {
        channel->phase = CHANNEL_OPEN;
        return SSH_STEP_AGAIN;
    }
    int status = libssh2_session_last_errno(session);
    if (status == LIBSSH2_ERROR_EAGAIN)
        return SSH_STEP_SOCKET;
    return ssh_session_fail(session, status, "open a channel", err);
}

static enum ssh_step step_watch(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                                struct err *err)
{
    char byte;
    ssize_t got = libssh2_channel_read(channel->libssh2, &byte, sizeof byte);
    if (got == LIBSSH2_ERROR_EAGAIN)
        return SSH_STEP_SOCKET;
    if (got < 0)
        return ssh_session_fail(session, (int)got, "idle", err);
    /* Nobody may speak or end on a channel on which nothing runs. */
    err_set(err, ERR_LOST, "idle: the host closed the channel");
    return SSH_STEP_FAILED;
}

enum ssh_step ssh_channel_idle_step(struct ssh_channel *channel,
                                    LIBSSH2_SESSION *session, struct err *err)
{
    if (channel->phase == CHANNEL_CLOSED)
        return step_open(channel, session, err);
    return step_watch(channel, session, err);
}

void ssh_channel_begin(struct ssh_channel *channel, const struct ssh_command *command)
{
    channel->command = command;
    channel->input_sent = 0;
    channel->input_ended = false;
    channel->turn = TURN_INPUT;
    channel->waiting = 0;
    channel->exit_status = -1;
    if (channel->phase == CHANNEL_OPEN)
        channel->phase = CHANNEL_STARTING;
}

static enum ssh_step step_start(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                                struct err *err)
{
    static const char request[] = "exec";
    const char *command = channel->command->command;
    int status =
        libssh2_channel_process_startup(channel->libssh2, request, sizeof request - 1,
                                        command, (unsigned)strlen(command));
    if (status == LIBSSH2_ERROR_EAGAIN)
        return SSH_STEP_SOCKET;
    if (status != 0)
        return ssh_session_fail(session, status, command, err);
    channel->phase = CHANNEL_RUNNING;
    return SSH_STEP_AGAIN;
}

/* Whether libssh2 holds something that the socket will not announce again: each call
 * takes all that has come from the socket, also what belongs to the other turns. */
static bool something_is_held(const struct ssh_channel *channel)
{
    bool input_left = channel->input_sent < channel->command->input_length;
    return libssh2_poll_channel_read(channel->libssh2, SSH_EXTENDED_DATA_STDERR) > 0 ||
           libssh2_channel_eof(channel->libssh2) ||
           (input_left && libssh2_channel_window_write(channel->libssh2) > 0);
}

/* The turn had nothing to do. When each had nothing, the socket must speak first. */
static enum ssh_step turn_waits(struct ssh_channel *channel, LIBSSH2_SESSION *session)
{
    if (libssh2_session_block_directions(session) & LIBSSH2_SESSION_BLOCK_OUTBOUND)
        return SSH_STEP_SOCKET; /* half sent: the same call must be next */
    channel->turn = (channel->turn + 1) % TURN_COUNT;
    if (++channel->waiting < TURN_COUNT)
        return SSH_STEP_AGAIN;
    channel->waiting = 0;
    return something_is_held(channel) ? SSH_STEP_AGAIN : SSH_STEP_SOCKET;
}

static enum ssh_step turn_moved(struct ssh_channel *channel)
{
    channel->turn = (channel->turn + 1) % TURN_COUNT;
    channel->waiting = 0;
    return SSH_STEP_AGAIN;
}

static enum ssh_step turn_read(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                               struct err *err)
{
    const struct ssh_command *command = channel->command;
    bool is_error = channel->turn == TURN_ERROR;
    char bytes[SSH_READ_MAX];

    ssize_t got = libssh2_channel_read_ex(
        channel->libssh2, is_error ? SSH_EXTENDED_DATA_STDERR : 0, bytes, sizeof bytes);
    if (got > 0) {
        channel->heard = true;
        enum ssh_step step = turn_moved(channel);
        command->on_output(command->context, is_error, bytes, (size_t)got);
        return step;
    }
    if (got < 0 && got != LIBSSH2_ERROR_EAGAIN)
        return ssh_session_fail(session, (int)got, command->command, err);
    if (libssh2_channel_eof(channel->libssh2)) {
        channel->phase = CHANNEL_CLOSING;
        return SSH_STEP_AGAIN;
    }
    return turn_waits(channel, session);
}

static enum ssh_step turn_input(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                                struct err *err)
{
    const struct ssh_command *command = channel->command;
    size_t left = command->input_length - channel->input_sent;

    if (left > 0) {
        ssize_t sent = libssh2_channel_write(
            channel->libssh2, command->input + channel->input_sent, left);
        if (sent > 0) {
            channel->input_sent += (size_t)sent;
            return turn_moved(channel);
        }
        /* A command that has ended reads no more, and says its reasons itself. */
        if (sent == LIBSSH2_ERROR_CHANNEL_CLOSED ||
            sent == LIBSSH2_ERROR_CHANNEL_EOF_SENT)
            channel->input_sent = command->input_length;
        else if (sent < 0 && sent != LIBSSH2_ERROR_EAGAIN)
            return ssh_session_fail(session, (int)sent, command->command, err);
    } else if (!channel->input_ended && !command->hold_input) {
        int status = libssh2_channel_send_eof(channel->libssh2);
        channel->input_ended = status != LIBSSH2_ERROR_EAGAIN;
        if (channel->input_ended)
            return turn_moved(channel);
    }
    return turn_waits(channel, session);
}

static enum ssh_step step_run(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                              struct err *err)
{
    return channel->turn == TURN_INPUT ? turn_input(channel, session, err)
                                       : turn_read(channel, session, err);
}

/* The status that the host told; a signal's name instead of one means -1. */
static int status_read(LIBSSH2_SESSION *session, LIBSSH2_CHANNEL *libssh2)
{
    char *signal = NULL;
    size_t length = 0;
    libssh2_channel_get_exit_signal(libssh2, &signal, &length, NULL, NULL, NULL, NULL);
    int status = signal ? -1 : libssh2_channel_get_exit_status(libssh2);
    if (signal)
        libssh2_free(session, signal);
    return status;
}

static enum ssh_step step_close(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                                struct err *err)
{
    int status;
    switch (channel->phase) {
    case CHANNEL_CLOSING:
        status = libssh2_channel_close(channel->libssh2);
        break;
    case CHANNEL_CLOSING_WAIT:
        status = libssh2_channel_wait_closed(channel->libssh2);
        break;
    default:
        status = libssh2_channel_free(channel->libssh2);
    }
    if (status == LIBSSH2_ERROR_EAGAIN)
        return SSH_STEP_SOCKET;
    if (status != 0)
        return ssh_session_fail(session, status, channel->command->command, err);
    if (channel->phase == CHANNEL_CLOSING_WAIT)
        channel->exit_status = status_read(session, channel->libssh2);
    if (channel->phase != CHANNEL_FREEING) {
        channel->phase++;
        return SSH_STEP_AGAIN;
    }
    channel->libssh2 = NULL;
    channel->phase = CHANNEL_CLOSED;
    return SSH_STEP_DONE;
}

enum ssh_step ssh_channel_step(struct ssh_channel *channel, LIBSSH2_SESSION *session,
                               struct err *err)
{
    channel->heard = false;
    switch (channel->phase) {
    case CHANNEL_CLOSED: {
        enum ssh_step step = step_open(channel, session, err);
        if (step == SSH_STEP_AGAIN)
            channel->phase = CHANNEL_STARTING;
        return step;
    }
    case CHANNEL_OPEN:
    case CHANNEL_STARTING:
        return step_start(channel, session, err);
    case CHANNEL_RUNNING:
        return step_run(channel, session, err);
    case CHANNEL_CLOSING:
    case CHANNEL_CLOSING_WAIT:
    case CHANNEL_FREEING:
        break;
    }
    return step_close(channel, session, err);
}

bool ssh_channel_is_closing(const struct ssh_channel *channel)
{
    return channel->phase >= CHANNEL_CLOSING;
}
