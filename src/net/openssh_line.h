#ifndef BGC_NET_OPENSSH_LINE_H
#define BGC_NET_OPENSSH_LINE_H

/*
 * One connection of the transport `openssh`: for its rooms alone.
 *
 * openssh_master makes it and knows whether it lives, openssh_command runs a command
 * through it, ssh_openssh is what ssh.c sees of both.
 */

#include "net/child.h"
#include "net/openssh_verdict.h"
#include "net/ssh_shared.h"
#include "net/ssh_transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { SAID_PATH_MAX = SSH_CONTROL_PATH_MAX + 8 };

struct openssh_line {
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

/* Wakes the owner: what a child or the leash calls. */
void openssh_line_wake(void *context);

/* Reads what an ssh said to its file behind what `said` has: that of the jump host, or
 * of a command, whose own words stay apart in that way from all that it printed. */
void openssh_line_said(struct openssh_line *it);

/* A step towards the login, as ssh_transport.connect. */
enum ssh_step openssh_master_step(struct openssh_line *it, struct err *err);

/* Ends the master where there is one, and frees the line when the loop has let go. */
void openssh_master_free(struct openssh_line *it);

/* A step of `it->command`, as ssh_transport.step. */
enum ssh_step openssh_command_step(struct openssh_line *it, struct err *err);

#endif
