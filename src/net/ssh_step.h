#ifndef BGC_NET_SSH_STEP_H
#define BGC_NET_SSH_STEP_H

/*
 * What one step of an SSH state machine came to.
 *
 * A step makes at most one call of libssh2, and a call that would block is made
 * again, the same, when the socket speaks.
 */

enum ssh_step {
    SSH_STEP_AGAIN,  /* made progress: wants another step in its next turn */
    SSH_STEP_SOCKET, /* waits for the socket */
    SSH_STEP_AGENT,  /* waits for the agent, which will call */
    SSH_STEP_DONE,
    SSH_STEP_FAILED, /* the error says why */
};

#endif
