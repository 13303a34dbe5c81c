#include "net/ssh.h"

#include "base/memory.h"
#include "net/ssh_channel.h"
#include "net/ssh_patience.h"
#include "net/ssh_session.h"
#include "net/ssh_waiting.h"

#include <stdlib.h>
#include <string.h>

struct ssh {
    struct fair_entry entry; /* first: serve() casts */
    uv_loop_t *loop;
    struct fair_queue *queue;
    struct ssh_target target;
    struct ssh_identity identity;

    struct ssh_session *session; /* NULL: no connection */
    struct ssh_channel channel;
    struct ssh_waiting waiting; /* its first command runs when `running` */
    bool running;

    struct ssh_patience patience;

    bool dropped; /* ssh_drop(): serve() ends everything */
    bool freed;   /* ssh_free(): no callback any more */
    bool serving;
};

static void wake(void *context)
{
    struct ssh *ssh = context;
    fair_queue_put(ssh->queue, &ssh->entry);
}

static bool is_made(const struct ssh *ssh)
{
    return ssh->session && ssh->session->phase == SESSION_READY;
}

/* All output of the command was given; only its status is missing. */
static bool is_closing(const struct ssh *ssh)
{
    return ssh->patience.wait == SSH_WAIT_CLOSING;
}

/* ---- the end of commands and connections: true when another command waits ---- */

static void session_end(struct ssh *ssh, bool polite)
{
    if (ssh->session)
        ssh_session_free(ssh->session, polite);
    ssh->session = NULL;
    ssh->channel = (struct ssh_channel){0};
    ssh_patience_end(&ssh->patience);
}

static void command_end(struct ssh *ssh, int exit_status, const struct err *err)
{
    ssh->running = false;
    ssh_patience_end(&ssh->patience);
    ssh_waiting_end(&ssh->waiting, exit_status, err);
}

/* Ends the first `count` commands; those which their takers add begin anew. */
static bool commands_fail(struct ssh *ssh, int count, const struct err *err)
{
    const struct ssh_target *target = &ssh->target;
    bool v6 = strchr(target->address, ':') != NULL;
    struct err named = *err;
    err_wrap(&named, "%s: ssh %s%s%s:%d as %s", target->name, v6 ? "[" : "",
             target->address, v6 ? "]" : "", target->port, target->user);
    for (int i = 0; i < count && !ssh->freed; i++)
        command_end(ssh, -1, &named);
    return ssh->waiting.count > 0;
}

/* The connection failed or ended: the command that runs ends with it; where none could
 * even be made, all that wait would meet the same. */
static bool connection_failed(struct ssh *ssh, const struct err *err)
{
    int count = !is_made(ssh) ? ssh->waiting.count : ssh->running ? 1 : 0;
    struct err copy = *err;
    session_end(ssh, false);
    return commands_fail(ssh, count, &copy);
}

/* The command ended by itself, as far as anybody can tell: only its status is missing.
 */
static bool connection_failed_closing(struct ssh *ssh)
{
    session_end(ssh, false);
    command_end(ssh, -1, &(struct err){0});
    return ssh->waiting.count > 0;
}

static bool drop_all(struct ssh *ssh)
{
    struct err err;
    ssh->dropped = false;
    session_end(ssh, !ssh->running);
    err_set(&err, ERR_LOST, "the connection was dropped by us");
    return commands_fail(ssh, ssh->waiting.count, &err);
}

/* ---- serving: true when there is more to do at once ---- */

static bool connection_begin(struct ssh *ssh)
{
    ssh->session = ssh_session_new(ssh->loop, &ssh->target, &ssh->identity, wake, ssh);
    ssh_patience_login(&ssh->patience, ssh->identity.connect_timeout_ms);
    return true;
}

static bool step_result(struct ssh *ssh, enum ssh_step step, const struct err *err)
{
    switch (step) {
    case SSH_STEP_SOCKET:
        ssh_session_wait(ssh->session);
        return false;
    case SSH_STEP_AGENT:
        return false;
    case SSH_STEP_FAILED:
        return connection_failed(ssh, err);
    case SSH_STEP_AGAIN:
    case SSH_STEP_DONE:
        break;
    }
    return true;
}

static bool serve_login(struct ssh *ssh)
{
    struct err err;
    enum ssh_step step = ssh_session_step(ssh->session, &err);
    if (step == SSH_STEP_DONE)
        ssh_patience_end(&ssh->patience);
    return step_result(ssh, step, &err);
}

static bool serve_idle(struct ssh *ssh)
{
    struct err err;
    enum ssh_step step =
        ssh_channel_idle_step(&ssh->channel, ssh->session->libssh2, &err);
    return step_result(ssh, step, &err);
}

static void command_begin(struct ssh *ssh)
{
    const struct ssh_command *command = ssh_waiting_first(&ssh->waiting);
    ssh->running = true;
    ssh_channel_begin(&ssh->channel, command);
    ssh_patience_command(&ssh->patience, command);
}

static bool serve_command(struct ssh *ssh)
{
    struct err err;
    enum ssh_step step = ssh_channel_step(&ssh->channel, ssh->session->libssh2, &err);

    if (ssh->freed || ssh->dropped) /* by the taker of the output */
        return true;
    if (ssh->channel.heard)
        ssh_patience_heard(&ssh->patience);
    if (!is_closing(ssh) && ssh_channel_is_closing(&ssh->channel))
        ssh_patience_closing(&ssh->patience);
    if (step == SSH_STEP_FAILED && is_closing(ssh))
        return connection_failed_closing(ssh);
    if (step == SSH_STEP_DONE)
        command_end(ssh, ssh->channel.exit_status, &(struct err){0});
    return step_result(ssh, step, &err);
}

static bool serve_late(struct ssh *ssh)
{
    if (is_closing(ssh))
        return connection_failed_closing(ssh);
    return connection_failed(ssh, &ssh->patience.late);
}

static bool serve_one(struct ssh *ssh)
{
    if (ssh->dropped)
        return drop_all(ssh);
    if (!ssh->session)
        return ssh->waiting.count > 0 && connection_begin(ssh);
    if (ssh->patience.late.code != ERR_NONE)
        return serve_late(ssh);
    if (!is_made(ssh))
        return serve_login(ssh);
    if (!ssh->running && ssh->waiting.count == 0)
        return serve_idle(ssh);
    if (!ssh->running)
        command_begin(ssh);
    return serve_command(ssh);
}

/* ---- the face ---- */

static void on_closed(uv_handle_t *timer)
{
    struct ssh_patience *patience = timer->data;
    free(patience->context);
}

static void release(struct ssh *ssh)
{
    fair_queue_remove(ssh->queue, &ssh->entry);
    session_end(ssh, !ssh->running);
    ssh_waiting_clear(&ssh->waiting);
    ssh_patience_close(&ssh->patience, on_closed);
}

static bool serve(struct fair_entry *entry)
{
    struct ssh *ssh = (struct ssh *)entry;
    ssh->serving = true;
    bool again = serve_one(ssh);
    ssh->serving = false;
    if (!ssh->freed)
        return again;
    release(ssh);
    return false;
}

struct ssh *ssh_new(uv_loop_t *loop, struct fair_queue *queue,
                    const struct ssh_target *target,
                    const struct ssh_identity *identity)
{
    struct ssh *ssh = memory_new(sizeof *ssh);
    ssh->entry.serve = serve;
    ssh->loop = loop;
    ssh->queue = queue;
    ssh->target = *target;
    ssh->identity = *identity;
    ssh_patience_init(&ssh->patience, loop, wake, ssh);
    return ssh;
}

bool ssh_run(struct ssh *ssh, const struct ssh_command *command)
{
    if (!ssh_waiting_add(&ssh->waiting, command))
        return false;
    wake(ssh);
    return true;
}

void ssh_drop(struct ssh *ssh)
{
    ssh->dropped = true;
    wake(ssh);
}

void ssh_free(struct ssh *ssh)
{
    ssh->freed = true;
    if (!ssh->serving)
        release(ssh);
}
