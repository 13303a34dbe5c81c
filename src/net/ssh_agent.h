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
 * Protocol: draft-miller-ssh-agent, sections 4.4 (list) and 4.5 (sign). Keys of
 * a type that the linked libssh2 cannot use are counted and left out.
 */

#include "base/err.h"
#include "net/ssh_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { SSH_AGENT_KEYS_MAX = 16, SSH_AGENT_ANSWER_MAX = 64 * 1024 };

struct ssh_agent_key {
    char type[SSH_KEY_TYPE_MAX];
    char fingerprint[SSH_FINGERPRINT_SIZE];
    unsigned char blob[SSH_KEY_BLOB_MAX];
    size_t length;
};

enum ssh_agent_state {
    SSH_AGENT_BUSY,   /* connecting, listing or signing: on_change will be called */
    SSH_AGENT_READY,  /* the keys are listed; it may be asked to sign */
    SSH_AGENT_SIGNED, /* the signature is there */
    SSH_AGENT_REFUSED, /* it would not sign; it may be asked for another key */
    SSH_AGENT_FAILED, /* no agent, or no sense in what it says */
};

struct ssh_agent;

/* Connects to the agent at `path` and asks for its keys. `on_change` is called on the
 * loop whenever the state has left BUSY, never from within a function of this room. */
struct ssh_agent *ssh_agent_new(uv_loop_t *loop, const char *path,
                                void (*on_change)(void *context), void *context);

enum ssh_agent_state ssh_agent_state(const struct ssh_agent *agent);

/* Why it FAILED. */
const struct err *ssh_agent_error(const struct ssh_agent *agent);

/* How many usable keys it holds, and how many were left out because of their type. */
int ssh_agent_count(const struct ssh_agent *agent);
int ssh_agent_left_out(const struct ssh_agent *agent);
const struct ssh_agent_key *ssh_agent_key(const struct ssh_agent *agent, int index);

/* Asks for a signature of `data` by the key at `index`. BUSY from now on. */
void ssh_agent_sign(struct ssh_agent *agent, int index, const unsigned char *data,
                    size_t length);

/* The bare signature, when SIGNED; READY from now on. Valid until the next call. */
void ssh_agent_take(struct ssh_agent *agent, const unsigned char **ret_signature,
                    size_t *ret_length);

/* Closes the pipe, and frees when the loop has let go. No callback comes after. */
void ssh_agent_free(struct ssh_agent *agent);

#endif
