/* The transport `openssh`: a control master, and each command as a child through it. */

#include "base/memory.h"
#include "net/openssh_line.h"

#include <fcntl.h>
#include <unistd.h>

void openssh_line_wake(void *context)
{
    struct openssh_line *it = context;
    if (it->on_ready)
        it->on_ready(it->context);
}

void openssh_line_said(struct openssh_line *it)
{
    char *at = it->said + it->said_length;
    int fd = open(it->said_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = fd < 0 ? 0 : read(fd, at, sizeof it->said - 1 - it->said_length);
    at[got > 0 ? got : 0] = '\0';
    if (fd >= 0)
        close(fd);
    unlink(it->said_path);
}

static struct ssh_line *line_open(uv_loop_t *loop, const struct ssh_target *target,
                                  const struct ssh_identity *identity,
                                  void (*on_ready)(void *context), void *context)
{
    struct openssh_line *it = memory_new(sizeof *it);
    it->loop = loop;
    it->target = target;
    it->identity = identity;
    it->on_ready = on_ready;
    it->context = context;
    it->leash = -1;
    return &it->line;
}

static enum ssh_step line_connect(struct ssh_line *line, struct err *err)
{
    return openssh_master_step((struct openssh_line *)line, err);
}

static enum ssh_step line_idle(struct ssh_line *line, struct err *err)
{
    struct openssh_line *it = (struct openssh_line *)line;
    if (!it->leash_ended)
        return SSH_STEP_CALL;
    err_set(err, ERR_LOST, "idle: the connection ended");
    return SSH_STEP_FAILED;
}

static void line_begin(struct ssh_line *line, const struct ssh_command *command)
{
    struct openssh_line *it = (struct openssh_line *)line;
    it->command = command;
    line->is_closing = false;
    line->exit_status = -1;
}

static enum ssh_step line_step(struct ssh_line *line, struct err *err)
{
    return openssh_command_step((struct openssh_line *)line, err);
}

static void line_close(struct ssh_line *line, bool polite)
{
    struct openssh_line *it = (struct openssh_line *)line;
    (void)polite;
    it->on_ready = NULL;
    if (it->child)
        child_free(it->child);
    openssh_master_free(it);
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
