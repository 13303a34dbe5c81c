#ifndef BGC_NET_SSH_STEP_H
#define BGC_NET_SSH_STEP_H

/*
 * What one step of an SSH state machine came to.
 *
 * A step of libssh2 makes at most one call of it, and a call that would block is
 * made again, the same, when the socket speaks.
 */

enum ssh_step {
    SSH_STEP_AGAIN,  /* made progress: wants another step in its next turn */
    SSH_STEP_SOCKET, /* waits for the socket */
    SSH_STEP_CALL,   /* waits for somebody who will call: the agent, a child */
    SSH_STEP_DONE,
    SSH_STEP_FAILED, /* the error says why */
};

#endif
