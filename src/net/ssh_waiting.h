#ifndef BGC_NET_SSH_WAITING_H
#define BGC_NET_SSH_WAITING_H

/*
 * The commands of one connection, in the order in which they were asked: the first
 * one runs or is next. Their inputs are copies.
 */

#include "net/ssh.h"

#include <stdbool.h>

enum { SSH_WAITING_MAX = 16 };

struct ssh_waiting_command;

struct ssh_waiting {
    struct ssh_waiting_command *head, *tail;
    int count;
};

/* False: there are SSH_WAITING_MAX, or the input is larger than SSH_INPUT_MAX. */
bool ssh_waiting_add(struct ssh_waiting *waiting, const struct ssh_command *command);

/* The first one; NULL: there is none. */
const struct ssh_command *ssh_waiting_first(const struct ssh_waiting *waiting);

/* Takes the first one away and calls its on_end. */
void ssh_waiting_end(struct ssh_waiting *waiting, int exit_status,
                     const struct err *err);

/* Forgets all; nobody is called. */
void ssh_waiting_clear(struct ssh_waiting *waiting);

#endif
