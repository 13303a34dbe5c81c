#include "base/str.h"
#include "net/known_hosts.h"
#include "net/known_line.h"
#include "net/openssh_argv.h"
#include "net/openssh_control.h"
#include "net/openssh_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Our own reader has the first word: ssh would let an entry for port 22 vouch for every
 * port. */
static bool is_anybody(const struct openssh_line *it, struct err *err)
{
    const struct ssh_target *target = it->target;
    struct known_hosts known = {0};
    struct known_types types = {0};
    char name[KNOWN_NAME_MAX];

    bool read = known_hosts_add(&known, it->identity->known_hosts, err) &&
                known_hosts_add(&known, it->identity->trusted_hosts, err);
    if (read)
        known_hosts_types(&known, target->address, target->port, &types);
    bool named =
        read && (types.count > 0 ||
                 known_hosts_has_authority(&known, target->address, target->port));
    known_hosts_close(&known);
    if (!read || named)
        return named;
    known_name(target->address, target->port, name);
    return openssh_verdict_unknown(name, it->identity, err);
}

static enum ssh_step master_begin(struct openssh_line *it, struct err *err)
{
    struct openssh_argv argv;

    if (!is_anybody(it, err))
        return SSH_STEP_FAILED;
    if (!ssh_shared_control_path(it->identity->shared, it->control, err))
        return SSH_STEP_FAILED;
    snprintf(it->said_path, sizeof it->said_path, "%s.said", it->control);
    if (!openssh_argv_master(&argv, it->target, it->identity, it->control,
                             it->said_path, err))
        return SSH_STEP_FAILED;
    it->child = child_new(it->loop, argv.words, openssh_line_wake, it, err);
    if (!it->child) {
        err_wrap(err, "transport openssh (the package openssh-client)");
        return SSH_STEP_FAILED;
    }
    child_input(it->child, "", 0, false);
    return SSH_STEP_CALL;
}

static void on_leash(uv_poll_t *poll, int status, int events)
{
    struct openssh_line *it = poll->data;
    (void)status;
    (void)events;
    if (openssh_control_listen(it->leash, &it->received)) {
        if (it->is_asking)
            openssh_line_wake(it);
        return;
    }
    uv_poll_stop(poll);
    it->leash_ended = true;
    openssh_line_wake(it);
}

static enum ssh_step leash_take(struct openssh_line *it, struct err *err)
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

static void said_take(struct openssh_line *it)
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

enum ssh_step openssh_master_step(struct openssh_line *it, struct err *err)
{
    int status;

    it->line.fault = SSH_FAULT_FINAL;
    if (!it->child)
        return master_begin(it, err);
    said_take(it);
    if (!child_has_ended(it->child, &status))
        return SSH_STEP_CALL;
    child_free(it->child);
    it->child = NULL;
    if (status == 0)
        return leash_take(it, err);
    openssh_line_said(it);
    openssh_verdict(it->said, it->identity, it->target, &it->line.fault, err);
    return SSH_STEP_FAILED;
}

static void on_closed(uv_handle_t *poll)
{
    struct openssh_line *it = poll->data;
    close(it->leash);
    free(it);
}

void openssh_master_free(struct openssh_line *it)
{
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
