/* The transport `openssh`: a control master, and each command as a child through it. */

#include "net/ssh_transport.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/child.h"
#include "net/openssh_argv.h"
#include "net/openssh_control.h"
#include "net/openssh_verdict.h"
#include "net/ssh_shared.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_OF_SSH = 255, SAID_PATH_MAX = SSH_CONTROL_PATH_MAX + 8 };

struct child_line {
    struct ssh_line line; /* first */
    uv_loop_t *loop;
    const struct ssh_target *target;
    const struct ssh_identity *identity;
    void (*on_ready)(void *context); /* NULL: being closed */
    void *context;

    char control[SSH_CONTROL_PATH_MAX]; /* "" : no master was asked for yet */
    char said_path[SAID_PATH_MAX];      /* what the ssh of a command says itself */
    struct child *child;         /* the master's beginning, then each command's */
    char said[OPENSSH_SAID_MAX]; /* by the master's beginning */
    size_t said_length;

    uv_poll_t poll;
    int leash; /* on the master (net/openssh_control.h); -1: none */
    bool leash_ended;
    size_t received; /* on the leash */
    int asked;       /* how often the master was asked whether it lives */
    bool is_asking;  /* and has not answered */
    const struct ssh_command *command;
};

static void on_change(void *context)
{
    struct child_line *it = context;
    if (it->on_ready)
        it->on_ready(it->context);
}

static struct ssh_line *line_open(uv_loop_t *loop, const struct ssh_target *target,
                                  const struct ssh_identity *identity,
                                  void (*on_ready)(void *context), void *context)
{
    struct child_line *it = memory_new(sizeof *it);
    it->loop = loop;
    it->target = target;
    it->identity = identity;
    it->on_ready = on_ready;
    it->context = context;
    it->leash = -1;
    return &it->line;
}

/* ---- the master ---- */

static enum ssh_step master_begin(struct child_line *it, struct err *err)
{
    struct openssh_argv argv;

    if (!ssh_shared_control_path(it->identity->shared, it->control, err))
        return SSH_STEP_FAILED;
    snprintf(it->said_path, sizeof it->said_path, "%s.said", it->control);
    if (!openssh_argv_master(&argv, it->target, it->identity, it->control,
                             it->said_path, err))
        return SSH_STEP_FAILED;
    it->child = child_new(it->loop, argv.words, on_change, it, err);
    if (!it->child) {
        err_wrap(err, "transport openssh (the package openssh-client)");
        return SSH_STEP_FAILED;
    }
    child_input(it->child, "", 0, false);
    return SSH_STEP_CALL;
}

static void on_leash(uv_poll_t *poll, int status, int events)
{
    struct child_line *it = poll->data;
    (void)status;
    (void)events;
    if (openssh_control_listen(it->leash, &it->received)) {
        if (it->is_asking)
            on_change(it);
        return;
    }
    uv_poll_stop(poll);
    it->leash_ended = true;
    on_change(it);
}

static enum ssh_step leash_take(struct child_line *it, struct err *err)
{
    it->leash = openssh_control_connect(it->control, err);
    if (it->leash < 0)
        return SSH_STEP_FAILED;
    int status = uv_poll_init(it->loop, &it->poll, it->leash);
    if (status < 0) {
        close(it->leash);
        it->leash = -1;
        err_set(err, ERR_IO, "control socket: %s", uv_strerror(status));
        return SSH_STEP_FAILED;
    }
    it->poll.data = it;
    uv_poll_start(&it->poll, UV_READABLE, on_leash);
    return SSH_STEP_DONE;
}

static void said_take(struct child_line *it)
{
    const char *bytes;
    size_t length;

    for (int is_error = 0; is_error < 2; is_error++) {
        if (!child_output(it->child, is_error, &bytes, &length))
            continue;
        size_t room = sizeof it->said - 1 - it->said_length;
        size_t kept = length < room ? length : room;
        memcpy(it->said + it->said_length, bytes, kept);
        it->said_length += kept;
        child_took(it->child, is_error);
    }
}

/* What an ssh said to its file: that of the jump host, or of a command, whose own words
 * stay apart in that way from all that the command printed. */
static void said_read(struct child_line *it)
{
    char *at = it->said + it->said_length;
    int fd = open(it->said_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = fd < 0 ? 0 : read(fd, at, sizeof it->said - 1 - it->said_length);
    at[got > 0 ? got : 0] = '\0';
    if (fd >= 0)
        close(fd);
    unlink(it->said_path);
}

static enum ssh_step line_connect(struct ssh_line *line, struct err *err)
{
    struct child_line *it = (struct child_line *)line;
    int status;

    line->fault = SSH_FAULT_FINAL;
    if (!it->child)
        return master_begin(it, err);
    said_take(it);
    if (!child_has_ended(it->child, &status))
        return SSH_STEP_CALL;
    child_free(it->child);
    it->child = NULL;
    if (status == 0)
        return leash_take(it, err);
    said_read(it);
    openssh_verdict(it->said, it->identity, it->target, &line->fault, err);
    return SSH_STEP_FAILED;
}

static enum ssh_step line_idle(struct ssh_line *line, struct err *err)
{
    struct child_line *it = (struct child_line *)line;
    if (!it->leash_ended)
        return SSH_STEP_CALL;
    err_set(err, ERR_LOST, "idle: the connection ended");
    return SSH_STEP_FAILED;
}

/* ---- a command ---- */

static void line_begin(struct ssh_line *line, const struct ssh_command *command)
{
    struct child_line *it = (struct child_line *)line;
    it->command = command;
    line->is_closing = false;
    line->exit_status = -1;
}

static enum ssh_step command_begin(struct child_line *it, struct err *err)
{
    const struct ssh_command *command = it->command;
    struct openssh_argv argv;

    if (!openssh_argv_command(&argv, it->target, it->control, it->said_path,
                              command->command, err))
        return SSH_STEP_FAILED;
    it->child = child_new(it->loop, argv.words, on_change, it, err);
    if (!it->child)
        return SSH_STEP_FAILED;
    child_input(it->child, command->input, command->input_length, command->hold_input);
    return SSH_STEP_CALL;
}

static enum ssh_step command_lost(struct child_line *it, struct err *err)
{
    const char *command = it->command->command;

    if (strstr(it->said, "ession open refused"))
        err_set(err, ERR_REFUSED,
                "%s: the host opens no more sessions (MaxSessions in its sshd_config)",
                command);
    else
        err_set(err, ERR_LOST, "%s: the connection ended%s%.120s", command,
                *it->said ? ": " : "", it->said);
    return SSH_STEP_FAILED;
}

/* 255 is ssh's own as well as any command's: it is the command's where ssh had nothing
 * to say and its master goes on. */
static enum ssh_step command_judge(struct child_line *it, int status, struct err *err)
{
    it->said_length = 0;
    said_read(it);
    it->line.exit_status = status;
    if (status >= 0 && status != STATUS_OF_SSH)
        return SSH_STEP_DONE;
    if (status < 0 || *it->said || it->leash_ended)
        return command_lost(it, err);
    openssh_control_ask(it->leash, it->asked++ == 0);
    it->is_asking = true;
    return SSH_STEP_CALL;
}

static enum ssh_step master_hear(struct child_line *it, struct err *err)
{
    size_t wanted = OPENSSH_HELLO + OPENSSH_ALIVE * (size_t)it->asked;

    if (!it->leash_ended && it->received < wanted)
        return SSH_STEP_CALL;
    it->is_asking = false;
    return it->leash_ended ? command_lost(it, err) : SSH_STEP_DONE;
}

static enum ssh_step line_step(struct ssh_line *line, struct err *err)
{
    struct child_line *it = (struct child_line *)line;
    const char *bytes;
    size_t length;
    int status;

    line->heard = false;
    if (it->is_asking)
        return master_hear(it, err);
    if (!it->child)
        return command_begin(it, err);
    for (int is_error = 0; is_error < 2; is_error++) {
        if (!child_output(it->child, is_error, &bytes, &length))
            continue;
        line->heard = true;
        it->command->on_output(it->command->context, is_error, bytes, length);
        child_took(it->child, is_error);
        return SSH_STEP_AGAIN;
    }
    if (!child_has_ended(it->child, &status))
        return SSH_STEP_CALL;
    child_free(it->child); /* before the command's input goes */
    it->child = NULL;
    return command_judge(it, status, err);
}

/* ---- the end ---- */

static void on_closed(uv_handle_t *poll)
{
    struct child_line *it = poll->data;
    close(it->leash);
    free(it);
}

static void line_close(struct ssh_line *line, bool polite)
{
    struct child_line *it = (struct child_line *)line;
    (void)polite;
    it->on_ready = NULL;
    if (it->child)
        child_free(it->child);
    if (it->leash >= 0)
        openssh_control_end(it->leash, it->asked == 0);
    if (it->control[0] != '\0') {
        unlink(it->control);
        unlink(it->said_path);
    }
    if (it->leash < 0)
        free(it);
    else
        uv_close((uv_handle_t *)&it->poll, on_closed);
}

const struct ssh_transport ssh_openssh = {
    .name = "openssh",
    .open = line_open,
    .connect = line_connect,
    .idle = line_idle,
    .begin = line_begin,
    .step = line_step,
    .close = line_close,
};
