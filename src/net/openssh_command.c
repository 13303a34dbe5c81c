#include "net/openssh_argv.h"
#include "net/openssh_control.h"
#include "net/openssh_line.h"

#include <string.h>

enum { STATUS_OF_SSH = 255 };

static enum ssh_step command_begin(struct openssh_line *it, struct err *err)
{
    const struct ssh_command *command = it->command;
    struct openssh_argv argv;

    if (!openssh_argv_command(&argv, it->target, it->control, it->said_path,
                              command->command, err))
        return SSH_STEP_FAILED;
    it->child = child_new(it->loop, argv.words, openssh_line_wake, it, err);
    if (!it->child)
        return SSH_STEP_FAILED;
    child_input(it->child, command->input, command->input_length, command->hold_input);
    return SSH_STEP_CALL;
}

static enum ssh_step command_lost(struct openssh_line *it, struct err *err)
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
static enum ssh_step command_judge(struct openssh_line *it, int status, struct err *err)
{
    it->said_length = 0;
    openssh_line_said(it);
    it->line.exit_status = status;
    if (status >= 0 && status != STATUS_OF_SSH)
        return SSH_STEP_DONE;
    if (status < 0 || *it->said || it->leash_ended)
        return command_lost(it, err);
    openssh_control_ask(it->leash, it->asked++ == 0);
    it->is_asking = true;
    return SSH_STEP_CALL;
}

static enum ssh_step master_hear(struct openssh_line *it, struct err *err)
{
    size_t wanted = OPENSSH_HELLO + OPENSSH_ALIVE * (size_t)it->asked;

    if (!it->leash_ended && it->received < wanted)
        return SSH_STEP_CALL;
    it->is_asking = false;
    return it->leash_ended ? command_lost(it, err) : SSH_STEP_DONE;
}

enum ssh_step openssh_command_step(struct openssh_line *it, struct err *err)
{
    const char *bytes;
    size_t length;
    int status;

    it->line.heard = false;
    if (it->is_asking)
        return master_hear(it, err);
    if (!it->child)
        return command_begin(it, err);
    for (int is_error = 0; is_error < 2; is_error++) {
        if (!child_output(it->child, is_error, &bytes, &length))
            continue;
        it->line.heard = true;
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
