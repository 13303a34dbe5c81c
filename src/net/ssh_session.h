#ifndef BGC_NET_SSH_SESSION_H
#define BGC_NET_SSH_SESSION_H

/*
 * One connection, from the socket to the login.
 *
 *   connect → handshake → is it the right host? → login → ready
 *
 * A step is made when the owner is called back by on_ready; each makes at most
 * one call of libssh2. Known keys decide which types of host key are asked for,
 * so that a host known by one type cannot be taken for an unknown one.
 *
 * The socket is closed by the loop: the session frees itself when that is done.
 * libssh2's keepalive is never used (1.10 loses half-sent packets of it); the
 * kernel watches the line by TCP_USER_TIMEOUT and SO_KEEPALIVE.
 */

#include "base/err.h"
#include "net/known_hosts.h"
#include "net/ssh.h"
#include "net/ssh_auth.h"
#include "net/ssh_transport.h"

#include <libssh2.h>
#include <stdbool.h>
#include <uv.h>

enum ssh_session_phase {
    SESSION_BEGIN,
    SESSION_CONNECTING,
    SESSION_HANDSHAKE,
    SESSION_LOGIN,
    SESSION_READY,
};

struct ssh_session {
    uv_poll_t poll;
    int socket;               /* -1: none yet */
    LIBSSH2_SESSION *libssh2; /* NULL before the handshake */
    enum ssh_session_phase phase;
    enum ssh_fault fault;                /* of the step that failed */
    const struct ssh_target *target;     /* kept */
    const struct ssh_identity *identity; /* kept */
    uv_loop_t *loop;
    struct known_hosts known;
    struct ssh_auth auth;
    void (*on_ready)(void *context); /* NULL: being closed */
    void *context;
};

/* `on_ready` is called on the loop when a step is worth making. */
struct ssh_session *ssh_session_new(uv_loop_t *loop, const struct ssh_target *target,
                                    const struct ssh_identity *identity,
                                    void (*on_ready)(void *context), void *context);

/* One step towards SESSION_READY. DONE: it is ready. FAILED: ERR_IO, ERR_CONNECT,
 * ERR_LOST, ERR_HOST_KEY, ERR_AUTH, ERR_PROTOCOL. */
enum ssh_step ssh_session_step(struct ssh_session *session, struct err *err);

/* Calls on_ready once, when the socket is ready for what libssh2 waits for. */
void ssh_session_wait(struct ssh_session *session);

/* Says goodbye where `polite`, and lets go of everything. Its channels must be freed or
 * forgotten: libssh2 frees them here. */
void ssh_session_free(struct ssh_session *session, bool polite);

/* Makes the error of a failed libssh2 call: what we did, and its words. FAILED, always.
 */
enum ssh_step ssh_session_fail(LIBSSH2_SESSION *session, int status, const char *doing,
                               struct err *err);

#endif
