#include "net/ssh.h"

#include "base/memory.h"
#include "net/ssh_channel.h"
#include "net/ssh_session.h"

#include <stdlib.h>
#include <string.h>

enum {
    WAITING_MAX = 16,
    /* A host that never closes its side must not keep the next command waiting: the
     * output is whole by then, only the status is missing. */
    CLOSING_MS = 5000,
};

/* A command that runs or waits; its input stands behind it. */
struct job {
    struct job *next;
    struct ssh_command command;
    char input[];
};

struct ssh {
    struct fair_entry entry; /* first: serve() casts */
    uv_loop_t *loop;
    struct fair_queue *queue;
    struct ssh_target target;
    struct ssh_identity identity;

    struct ssh_session *session; /* NULL: no connection */
    struct ssh_channel channel;
    struct job *first, *last; /* the first one runs when `running` */
    int count;
    bool running;

    uv_timer_t timer;
    uint64_t begun_ms;  /* loop time: the connecting, or the command */
    uint64_t heard_ms;  /* the newest byte of the command's output */
    uint64_t closing_ms; /* all its output was there, 0: not yet */
    struct err late;    /* a deadline passed: what serve() must report */

    bool dropped; /* ssh_drop(): serve() ends everything */
    bool freed;   /* ssh_free(): no callback any more */
    bool serving;
};

static void wake(void *context)
{
    struct ssh *ssh = context;
    fair_queue_put(ssh->queue, &ssh->entry);
}

/* ---- deadlines ---- */

static void earlier(uint64_t *deadline, uint64_t since, int span_ms)
{
    if (span_ms > 0 && since + (uint64_t)span_ms < *deadline)
        *deadline = since + (uint64_t)span_ms;
}

/* When the present wait is over, in loop time. UINT64_MAX: never. */
static uint64_t deadline(const struct ssh *ssh)
{
    uint64_t until = UINT64_MAX;
    if (!ssh->session)
        return until;
    if (ssh->session->phase != SESSION_READY) {
        earlier(&until, ssh->begun_ms, ssh->identity.connect_timeout_ms);
    } else if (ssh->running && ssh->closing_ms) {
        earlier(&until, ssh->closing_ms, CLOSING_MS);
    } else if (ssh->running) {
        earlier(&until, ssh->begun_ms, ssh->first->command.limit_ms);
        earlier(&until, ssh->heard_ms, ssh->first->command.silence_ms);
    }
    return until;
}

static void late_set(struct ssh *ssh)
{
    const struct ssh_command *command = &ssh->first->command;
    uint64_t now = uv_now(ssh->loop);
    if (ssh->session->phase != SESSION_READY)
        err_set(&ssh->late, ERR_TIMEOUT, "no connection and login within %d ms",
                ssh->identity.connect_timeout_ms);
    else if (command->limit_ms &&
             now >= ssh->begun_ms + (uint64_t)command->limit_ms)
        err_set(&ssh->late, ERR_TIMEOUT, "%s: did not end within %d ms",
                command->command, command->limit_ms);
    else
        err_set(&ssh->late, ERR_TIMEOUT, "%s: silent for %d ms", command->command,
                command->silence_ms);
}

/* Bytes that came meanwhile have moved the deadline: the timer is only set again when it
 * fires, not with each byte. */
static void on_timer(uv_timer_t *timer)
{
    struct ssh *ssh = timer->data;
    uint64_t until = deadline(ssh), now = uv_now(ssh->loop);
    if (until == UINT64_MAX)
        return;
    if (now < until) {
        uv_timer_start(timer, on_timer, until - now, 0);
        return;
    }
    late_set(ssh);
    wake(ssh);
}

static void timer_set(struct ssh *ssh)
{
    uint64_t until = deadline(ssh), now = uv_now(ssh->loop);
    uv_timer_stop(&ssh->timer);
    if (until != UINT64_MAX)
        uv_timer_start(&ssh->timer, on_timer, until > now ? until - now : 0, 0);
}

/* ---- the end of commands and connections ---- */

static void session_end(struct ssh *ssh, bool polite)
{
    if (ssh->session)
        ssh_session_free(ssh->session, polite);
    ssh->session = NULL;
    ssh->channel = (struct ssh_channel){0};
    ssh->late = (struct err){0};
    uv_timer_stop(&ssh->timer);
}

static void command_end(struct ssh *ssh, int exit_status, const struct err *err)
{
    struct job *job = ssh->first;
    ssh->first = job->next;
    if (!ssh->first)
        ssh->last = NULL;
    ssh->count--;
    ssh->running = false;
    ssh->closing_ms = 0;
    job->command.on_end(job->command.context, exit_status, err);
    free(job);
}

/* Ends the commands that are there now; those which their takers add begin anew. */
static void commands_fail(struct ssh *ssh, int count, const struct err *err)
{
    for (int i = 0; i < count && ssh->first && !ssh->freed; i++)
        command_end(ssh, -1, err);
}

static void say_who(const struct ssh *ssh, struct err *err)
{
    const struct ssh_target *target = &ssh->target;
    bool v6 = strchr(target->address, ':') != NULL;
    err_wrap(err, "%s: ssh %s%s%s:%d as %s", target->name, v6 ? "[" : "",
             target->address, v6 ? "]" : "", target->port, target->user);
}

/* The connection failed or ended: the command that runs ends with it; where none could
 * even be made, all that wait would meet the same. */
static bool connection_failed(struct ssh *ssh, struct err *err)
{
    bool made = ssh->session && ssh->session->phase == SESSION_READY;
    int count = !made ? ssh->count : ssh->running ? 1 : 0;
    struct err copy = *err;
    session_end(ssh, false);
    say_who(ssh, &copy);
    commands_fail(ssh, count, &copy);
    return ssh->first != NULL;
}

static bool drop_all(struct ssh *ssh)
{
    struct err err;
    int count = ssh->count;
    ssh->dropped = false;
    session_end(ssh, !ssh->running);
    err_set(&err, ERR_LOST, "the connection was dropped by us");
    say_who(ssh, &err);
    commands_fail(ssh, count, &err);
    return ssh->first != NULL;
}

/* ---- serving ---- */

static bool connection_begin(struct ssh *ssh)
{
    ssh->session = ssh_session_new(ssh->loop, &ssh->target, &ssh->identity, wake, ssh);
    ssh->begun_ms = uv_now(ssh->loop);
    timer_set(ssh);
    return true;
}

static bool step_result(struct ssh *ssh, enum ssh_step step, struct err *err)
{
    if (ssh->freed || ssh->dropped)
        return !ssh->freed;
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
        uv_timer_stop(&ssh->timer);
    return step_result(ssh, step, &err);
}

static void command_begin(struct ssh *ssh)
{
    ssh->running = true;
    ssh->begun_ms = ssh->heard_ms = uv_now(ssh->loop);
    ssh->closing_ms = 0;
    ssh_channel_begin(&ssh->channel, &ssh->first->command);
    timer_set(ssh);
}

static bool serve_command(struct ssh *ssh)
{
    struct err err;
    bool was_closing = ssh_channel_is_closing(&ssh->channel);
    enum ssh_step step =
        ssh_channel_step(&ssh->channel, ssh->session->libssh2, &err);

    if (ssh->channel.heard)
        ssh->heard_ms = uv_now(ssh->loop);
    if (!was_closing && ssh_channel_is_closing(&ssh->channel)) {
        ssh->closing_ms = uv_now(ssh->loop);
        timer_set(ssh);
    }
    if (step == SSH_STEP_DONE && !ssh->freed && !ssh->dropped) {
        uv_timer_stop(&ssh->timer);
        command_end(ssh, ssh->channel.exit_status, &(struct err){0});
    } else if (step == SSH_STEP_FAILED && ssh->closing_ms && !ssh->freed &&
               !ssh->dropped) {
        /* It ended by itself, as far as anybody can tell. */
        session_end(ssh, false);
        command_end(ssh, -1, &(struct err){0});
        return ssh->first != NULL;
    }
    return step_result(ssh, step, &err);
}

static bool serve_idle(struct ssh *ssh)
{
    struct err err;
    enum ssh_step step =
        ssh_channel_idle_step(&ssh->channel, ssh->session->libssh2, &err);
    return step_result(ssh, step, &err);
}

static bool serve_late(struct ssh *ssh)
{
    struct err late = ssh->late;
    if (!ssh->running || !ssh->closing_ms)
        return connection_failed(ssh, &late);
    session_end(ssh, false);
    command_end(ssh, -1, &(struct err){0});
    return ssh->first != NULL;
}

static bool serve_one(struct ssh *ssh)
{
    if (ssh->dropped)
        return drop_all(ssh);
    if (!ssh->session)
        return ssh->first && connection_begin(ssh);
    if (ssh->late.code != ERR_NONE)
        return serve_late(ssh);
    if (ssh->session->phase != SESSION_READY)
        return serve_login(ssh);
    if (!ssh->running && !ssh->first)
        return serve_idle(ssh);
    if (!ssh->running)
        command_begin(ssh);
    return serve_command(ssh);
}

static void release(struct ssh *ssh);

static bool serve(struct fair_entry *entry)
{
    struct ssh *ssh = (struct ssh *)entry;
    ssh->serving = true;
    bool again = serve_one(ssh);
    ssh->serving = false;
    if (ssh->freed) {
        release(ssh);
        return false;
    }
    return again;
}

/* ---- the face ---- */

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
    uv_timer_init(loop, &ssh->timer);
    ssh->timer.data = ssh;
    return ssh;
}

bool ssh_run(struct ssh *ssh, const struct ssh_command *command)
{
    if (ssh->count == WAITING_MAX || command->input_length > SSH_INPUT_MAX)
        return false;
    struct job *job = memory_new(sizeof *job + command->input_length);
    job->command = *command;
    job->command.input = job->input;
    if (command->input_length)
        memcpy(job->input, command->input, command->input_length);
    if (ssh->last)
        ssh->last->next = job;
    else
        ssh->first = job;
    ssh->last = job;
    ssh->count++;
    wake(ssh);
    return true;
}

void ssh_drop(struct ssh *ssh)
{
    ssh->dropped = true;
    wake(ssh);
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void release(struct ssh *ssh)
{
    fair_queue_remove(ssh->queue, &ssh->entry);
    session_end(ssh, !ssh->running);
    while (ssh->first) {
        struct job *next = ssh->first->next;
        free(ssh->first);
        ssh->first = next;
    }
    uv_close((uv_handle_t *)&ssh->timer, on_timer_closed);
}

void ssh_free(struct ssh *ssh)
{
    ssh->freed = true;
    if (!ssh->serving)
        release(ssh);
}
