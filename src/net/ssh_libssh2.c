/* The transport `libssh2`: a session from the socket to the login, and its channel. */

#include "net/ssh_transport.h"

#include "base/memory.h"
#include "net/ssh_channel.h"
#include "net/ssh_session.h"

#include <stdlib.h>

struct library_line {
    struct ssh_line line; /* first */
    struct ssh_session *session;
    struct ssh_channel channel;
};

static struct ssh_line *line_open(uv_loop_t *loop, const struct ssh_target *target,
                                  const struct ssh_identity *identity,
                                  void (*on_ready)(void *context), void *context)
{
    struct library_line *it = memory_new(sizeof *it);
    it->session = ssh_session_new(loop, target, identity, on_ready, context);
    return &it->line;
}

static enum ssh_step line_connect(struct ssh_line *line, struct err *err)
{
    struct library_line *it = (struct library_line *)line;
    enum ssh_step step = ssh_session_step(it->session, err);
    line->fault = it->session->fault;
    return step;
}

static enum ssh_step line_idle(struct ssh_line *line, struct err *err)
{
    struct library_line *it = (struct library_line *)line;
    return ssh_channel_idle_step(&it->channel, it->session->libssh2, err);
}

static void line_begin(struct ssh_line *line, const struct ssh_command *command)
{
    struct library_line *it = (struct library_line *)line;
    line->is_closing = false;
    ssh_channel_begin(&it->channel, command);
}

static enum ssh_step line_step(struct ssh_line *line, struct err *err)
{
    struct library_line *it = (struct library_line *)line;
    enum ssh_step step = ssh_channel_step(&it->channel, it->session->libssh2, err);
    line->heard = it->channel.heard;
    line->is_closing = ssh_channel_is_closing(&it->channel);
    line->exit_status = it->channel.exit_status;
    return step;
}

static void line_wait(struct ssh_line *line)
{
    struct library_line *it = (struct library_line *)line;
    ssh_session_wait(it->session);
}

static void line_close(struct ssh_line *line, bool polite)
{
    struct library_line *it = (struct library_line *)line;
    ssh_session_free(it->session, polite);
    free(it);
}

const struct ssh_transport ssh_libssh2 = {
    .name = "libssh2",
    .open = line_open,
    .connect = line_connect,
    .idle = line_idle,
    .begin = line_begin,
    .step = line_step,
    .wait = line_wait,
    .close = line_close,
};
