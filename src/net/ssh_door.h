#ifndef BGC_NET_SSH_DOOR_H
#define BGC_NET_SSH_DOOR_H

/*
 * How many may log in at once.
 *
 * An sshd drops new connections at random from the eleventh that has not logged in
 * yet (sshd_config, MaxStartups 10:30:100), and a jump host sees those of all hosts
 * behind it. So at most SSH_DOOR_WIDTH connections are between their beginning and
 * their login; the others stand in line, in order.
 */

#include <stdbool.h>

enum { SSH_DOOR_WIDTH = 8 };

/* One who wants to log in. Zero at first. */
struct ssh_visitor {
    struct ssh_visitor *next;
    bool waits, inside;
    void (*on_turn)(void *context); /* it waited, and is inside now */
    void *context;
};

/* Zero at first. */
struct ssh_door {
    int inside;
    struct ssh_visitor *first;
};

/* True: `visitor` is inside. Else it waits and will be called. */
bool ssh_door_enter(struct ssh_door *door, struct ssh_visitor *visitor);

/* Leaves, or gives its place in the line up; also where it was neither. The next one is
 * called from here. */
void ssh_door_leave(struct ssh_door *door, struct ssh_visitor *visitor);

#endif
