#include "net/ssh.h"

#include "base/memory.h"
#include "core/backoff.h"
#include "net/ssh_patience.h"
#include "net/ssh_shared.h"
#include "net/ssh_transport.h"
#include "net/ssh_waiting.h"

#include <stdlib.h>
#include <string.h>

/* A host that hung up before a word is asked again: 4 times, within about 8 s. */
enum { RETRIES = 4, RETRY_FIRST_MS = 500, RETRY_CAP_MS = 4000 };

struct ssh {
    struct fair_entry entry; /* first: serve() casts */
    uv_loop_t *loop;
    struct fair_queue *queue;
    struct ssh_target target;
    struct ssh_identity identity;

    const struct ssh_transport *transport; /* of `line` */
    struct ssh_line *line;                 /* NULL: no connection */
    bool is_made;                          /* logged in */
    struct ssh_visitor visitor;            /* at the door */
    struct backoff retry;
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

/* All output of the command was given; only its status is missing. */
static bool is_closing(const struct ssh *ssh)
{
    return ssh->patience.wait == SSH_WAIT_CLOSING;
}

/* ---- the end of commands and connections: true when another command waits ---- */

static void line_end(struct ssh *ssh, bool polite)
{
    if (ssh->line)
        ssh->transport->close(ssh->line, polite);
    ssh->line = NULL;
    ssh->is_made = false;
    ssh_door_leave(&ssh->identity.shared->door, &ssh->visitor);
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
    int count = !ssh->is_made ? ssh->waiting.count : ssh->running ? 1 : 0;
    struct err copy = *err;
    line_end(ssh, false);
    return commands_fail(ssh, count, &copy);
}

/* No command has begun, so nothing is repeated that the host may have seen. */
static bool connection_refused(struct ssh *ssh, const struct err *err)
{
    const struct ssh_target *target = &ssh->target;
    enum ssh_fault fault = ssh->line->fault;

    if (fault == SSH_FAULT_UNABLE && ssh->transport == &ssh_libssh2 &&
        ssh->identity.transport == TRANSPORT_AUTO) {
        ssh_shared_learn(ssh->identity.shared, target->name, target->address,
                         err->text);
        line_end(ssh, false);
        return true;
    }
    if (fault == SSH_FAULT_BUSY && ssh->retry.failures < RETRIES) {
        line_end(ssh, false);
        ssh_patience_pause(&ssh->patience, backoff_next_ms(&ssh->retry));
        return false;
    }
    backoff_reset(&ssh->retry);
    return connection_failed(ssh, err);
}

/* The command ended by itself, as far as anybody can tell: only its status is missing.
 */
static bool connection_failed_closing(struct ssh *ssh)
{
    line_end(ssh, false);
    command_end(ssh, -1, &(struct err){0});
    return ssh->waiting.count > 0;
}

static bool drop_all(struct ssh *ssh)
{
    struct err err;
    ssh->dropped = false;
    line_end(ssh, !ssh->running);
    err_set(&err, ERR_LOST, "the connection was dropped by us");
    return commands_fail(ssh, ssh->waiting.count, &err);
}

/* ---- serving: true when there is more to do at once ---- */

static const struct ssh_transport *choose(const struct ssh *ssh)
{
    const struct ssh_identity *identity = &ssh->identity;
    bool learned = identity->transport == TRANSPORT_AUTO &&
                   ssh_shared_has_learned(identity->shared, ssh->target.address);
    return learned || identity->transport == TRANSPORT_OPENSSH ? &ssh_openssh
                                                               : &ssh_libssh2;
}

static bool connection_begin(struct ssh *ssh)
{
    if (ssh->patience.wait == SSH_WAIT_PAUSE && ssh->patience.late.code == ERR_NONE)
        return false;
    if (!ssh_door_enter(&ssh->identity.shared->door, &ssh->visitor))
        return false;
    ssh->transport = choose(ssh);
    ssh->line =
        ssh->transport->open(ssh->loop, &ssh->target, &ssh->identity, wake, ssh);
    ssh_patience_login(&ssh->patience, ssh->identity.connect_timeout_ms);
    return true;
}

static bool step_result(struct ssh *ssh, enum ssh_step step, const struct err *err)
{
    switch (step) {
    case SSH_STEP_SOCKET:
        ssh->transport->wait(ssh->line);
        return false;
    case SSH_STEP_CALL:
        return false;
    case SSH_STEP_FAILED:
        return ssh->is_made ? connection_failed(ssh, err)
                            : connection_refused(ssh, err);
    case SSH_STEP_AGAIN:
    case SSH_STEP_DONE:
        break;
    }
    return true;
}

static bool serve_login(struct ssh *ssh)
{
    struct err err;
    enum ssh_step step = ssh->transport->connect(ssh->line, &err);
    if (step == SSH_STEP_DONE) {
        ssh->is_made = true;
        ssh_door_leave(&ssh->identity.shared->door, &ssh->visitor);
        ssh_patience_end(&ssh->patience);
        backoff_reset(&ssh->retry);
    }
    return step_result(ssh, step, &err);
}

static bool serve_idle(struct ssh *ssh)
{
    struct err err;
    return step_result(ssh, ssh->transport->idle(ssh->line, &err), &err);
}

static void command_begin(struct ssh *ssh)
{
    const struct ssh_command *command = ssh_waiting_first(&ssh->waiting);
    ssh->running = true;
    ssh->transport->begin(ssh->line, command);
    ssh_patience_command(&ssh->patience, command);
}

static bool serve_command(struct ssh *ssh)
{
    struct err err;
    enum ssh_step step = ssh->transport->step(ssh->line, &err);

    if (ssh->freed || ssh->dropped) /* by the taker of the output */
        return true;
    if (ssh->line->heard)
        ssh_patience_heard(&ssh->patience);
    if (!is_closing(ssh) && ssh->line->is_closing)
        ssh_patience_closing(&ssh->patience);
    if (step == SSH_STEP_FAILED && is_closing(ssh))
        return connection_failed_closing(ssh);
    if (step == SSH_STEP_DONE)
        command_end(ssh, ssh->line->exit_status, &(struct err){0});
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
    if (!ssh->line)
        return ssh->waiting.count > 0 && connection_begin(ssh);
    if (ssh->patience.late.code != ERR_NONE)
        return serve_late(ssh);
    if (!ssh->is_made)
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
    line_end(ssh, !ssh->running);
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
    ssh->visitor = (struct ssh_visitor){.on_turn = wake, .context = ssh};
    backoff_init(&ssh->retry, RETRY_FIRST_MS, RETRY_CAP_MS, uv_hrtime());
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
