#ifndef BGC_NET_SSH_AUTH_H
#define BGC_NET_SSH_AUTH_H

/*
 * Proves to a host who we are: first the key file, then the agent's keys.
 *
 * Begins only after the host's key was verified. Public keys are the only
 * method. At most SSH_AUTH_TRIES are offered, because a server hangs up after
 * six failures (sshd_config, MaxAuthTries). What was tried, and what each came
 * to, stands in the error.
 */

#include "base/err.h"
#include "base/str.h"
#include "net/ssh.h"
#include "net/ssh_agent.h"
#include "net/ssh_step.h"

#include <libssh2.h>
#include <stdbool.h>
#include <uv.h>

enum { SSH_AUTH_TRIES = 5 };

enum ssh_auth_phase { AUTH_BEGIN, AUTH_KEY_FILE, AUTH_AGENT_BEGIN, AUTH_AGENT_KEYS };

struct ssh_auth {
    const struct ssh_identity *identity; /* kept */
    const char *user;                    /* kept */
    uv_loop_t *loop;
    void (*on_agent)(void *context); /* the agent has changed: step again */
    void *context;

    enum ssh_auth_phase phase;
    char key_file_type[SSH_KEY_TYPE_MAX];
    struct ssh_agent *agent; /* NULL: not asked yet */
    int key;                 /* of the agent, the one being offered */
    bool asked;              /* the agent was asked to sign with it */
    int tries;
    int refused, unwilling; /* keys of the agent: by the host, by the agent */
    bool unable;            /* a key was left out that libssh2 cannot use */
    struct str tried;       /* in words, for the error */
    char tried_buffer[ERR_TEXT_MAX];
};

/* All pointers are kept. */
void ssh_auth_init(struct ssh_auth *auth, uv_loop_t *loop,
                   const struct ssh_identity *identity, const char *user,
                   void (*on_agent)(void *context), void *context);

/* DONE: the host took us in. FAILED: ERR_AUTH, ERR_LOST. */
enum ssh_step ssh_auth_step(struct ssh_auth *auth, LIBSSH2_SESSION *session,
                            struct err *err);

/* Before libssh2's session is freed no more step is made. */
void ssh_auth_close(struct ssh_auth *auth);

#endif
