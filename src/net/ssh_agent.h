#ifndef BGC_NET_SSH_AGENT_H
#define BGC_NET_SSH_AGENT_H

/*
 * The operator's agent: lists its keys and lets it sign, without ever waiting.
 *
 * libssh2's own client of the agent blocks the loop for as long as the agent
 * thinks (a key that wants a touch, a forwarded agent, a stopped one), reads
 * short answers wrongly, and cannot be called off. This one is a pipe of the
 * loop: a deadline simply closes it.
 *
 * Who uses it ignores SIGPIPE, as the whole program does.
 */

#include "base/err.h"
#include "net/ssh_agent_text.h"

#include <stddef.h>
#include <uv.h>

enum { SSH_AGENT_ANSWER_MAX = 64 * 1024 };

enum ssh_agent_state {
    SSH_AGENT_BUSY,    /* connecting, listing or signing: on_change will be called */
    SSH_AGENT_READY,   /* the keys are listed; it may be asked to sign */
    SSH_AGENT_SIGNED,  /* the signature is there */
    SSH_AGENT_REFUSED, /* it would not; it may be asked to sign with another key */
    SSH_AGENT_FAILED,  /* no agent, or no sense in what it says */
};

struct ssh_agent;

/* Connects to the agent at `path` and asks for its keys. `on_change` is called on the
 * loop whenever the state has left BUSY, never from within a function of this room; it
 * may free the agent. */
struct ssh_agent *ssh_agent_new(uv_loop_t *loop, const char *path,
                                void (*on_change)(void *context), void *context);

enum ssh_agent_state ssh_agent_state(const struct ssh_agent *agent);

/* Why it FAILED. */
const struct err *ssh_agent_error(const struct ssh_agent *agent);

/* The keys that can be used. */
const struct ssh_agent_keys *ssh_agent_keys(const struct ssh_agent *agent);

/* Asks for a signature of `data` by the key at `index`. BUSY from now on, unless that
 * cannot even be asked. */
void ssh_agent_sign(struct ssh_agent *agent, int index, const unsigned char *data,
                    size_t length);

/* The bare signature, when SIGNED; READY from now on. Valid until the next call. */
void ssh_agent_take(struct ssh_agent *agent, const unsigned char **ret_signature,
                    size_t *ret_length);

/* Closes the pipe, and frees when the loop has let go. No callback comes after. */
void ssh_agent_free(struct ssh_agent *agent);

#endif
