#include "net/ssh_session.h"

#include "base/memory.h"
#include "base/printable.h"
#include "net/ssh_ability.h"
#include "net/ssh_methods.h"
#include "net/ssh_socket.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Freeing sends what channels have left to say; on a socket that was shut down each
 * try fails at once. */
enum { FREE_TRIES = 100 };

static void on_agent(void *context)
{
    struct ssh_session *session = context;
    if (session->on_ready)
        session->on_ready(session->context);
}

struct ssh_session *ssh_session_new(uv_loop_t *loop, const struct ssh_target *target,
                                    const struct ssh_identity *identity,
                                    void (*on_ready)(void *context), void *context)
{
    struct ssh_session *session = memory_new(sizeof *session);
    session->socket = -1;
    session->phase = SESSION_BEGIN;
    session->target = target;
    session->identity = identity;
    session->loop = loop;
    session->on_ready = on_ready;
    session->context = context;
    ssh_auth_init(&session->auth, loop, identity, target->user, on_agent, session);
    return session;
}

static enum err_code code_of(int status)
{
    switch (status) {
    case LIBSSH2_ERROR_SOCKET_SEND:
    case LIBSSH2_ERROR_SOCKET_RECV:
    case LIBSSH2_ERROR_SOCKET_DISCONNECT:
    case LIBSSH2_ERROR_SOCKET_NONE:
    case LIBSSH2_ERROR_CHANNEL_CLOSED:
        return ERR_LOST;
    case LIBSSH2_ERROR_CHANNEL_FAILURE:
    case LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED:
        return ERR_REFUSED;
    case LIBSSH2_ERROR_TIMEOUT:
        return ERR_TIMEOUT;
    default:
        return ERR_PROTOCOL;
    }
}

enum ssh_step ssh_session_fail(LIBSSH2_SESSION *session, int status, const char *doing,
                               struct err *err)
{
    char words[200];
    char *last = NULL;
    int length = 0;

    libssh2_session_last_error(session, &last, &length, 0);
    printable_text(last ? last : "", last ? (size_t)length : 0, words, sizeof words);
    if (code_of(status) == ERR_LOST)
        err_set(err, ERR_LOST, "%s: the connection ended (%s)", doing, words);
    else
        err_set(err, code_of(status), "%s: %s (libssh2 %d)", doing, words, status);
    return SSH_STEP_FAILED;
}

static enum ssh_step step_begin(struct ssh_session *session, struct err *err)
{
    if (!ssh_library_may(session->identity, err)) {
        session->fault = SSH_FAULT_UNABLE;
        return SSH_STEP_FAILED;
    }
    if (!known_hosts_add(&session->known, session->identity->known_hosts, err) ||
        !known_hosts_add(&session->known, session->identity->trusted_hosts, err) ||
        !ssh_socket_connect(session->target->address, session->target->port,
                            &session->socket, err))
        return SSH_STEP_FAILED;
    int status = uv_poll_init(session->loop, &session->poll, session->socket);
    if (status < 0) {
        close(session->socket);
        session->socket = -1;
        err_set(err, ERR_IO, "socket: %s", uv_strerror(status));
        return SSH_STEP_FAILED;
    }
    session->poll.data = session;
    session->phase = SESSION_CONNECTING;
    return SSH_STEP_SOCKET;
}

static enum ssh_step step_connecting(struct ssh_session *session, struct err *err)
{
    struct known_types types;
    bool made;

    if (!ssh_socket_connected(session->socket, &made, err))
        return SSH_STEP_FAILED;
    if (!made)
        return SSH_STEP_SOCKET;
    session->libssh2 = libssh2_session_init_ex(NULL, NULL, NULL, NULL);
    if (!session->libssh2) {
        err_set(err, ERR_PROTOCOL, "libssh2 gave no session");
        return SSH_STEP_FAILED;
    }
    libssh2_session_set_blocking(session->libssh2, 0);
    known_hosts_types(&session->known, session->target->address, session->target->port,
                      &types);
    if (!ssh_methods_set(session->libssh2, &types, err)) {
        session->fault = SSH_FAULT_UNABLE;
        return SSH_STEP_FAILED;
    }
    session->phase = SESSION_HANDSHAKE;
    return SSH_STEP_AGAIN;
}

static bool host_key_accept(struct ssh_session *session, struct err *err)
{
    const struct ssh_target *target = session->target;
    struct known_answer answer;
    size_t length = 0;
    int type;

    const char *key = libssh2_session_hostkey(session->libssh2, &length, &type);
    if (!key)
        return err_set(err, ERR_HOST_KEY, "the host showed no key");
    known_hosts_judge(&session->known, target->address, target->port,
                      (const unsigned char *)key, length, &answer);
    /* A certificate may vouch for it, which libssh2 has no way to ask for. */
    if (answer.authority_line && answer.verdict != KNOWN_REVOKED)
        session->fault = SSH_FAULT_UNABLE;
    return known_answer_accept(&answer, &session->known, target->address, err);
}

/* Before the key exchange nobody has anything against us in particular. */
static enum ssh_step handshake_failed(struct ssh_session *session, int status,
                                      struct err *err)
{
    ssh_session_fail(session->libssh2, status, "handshake", err);
    if (err->code == ERR_LOST && !libssh2_session_banner_get(session->libssh2)) {
        session->fault = SSH_FAULT_BUSY;
        err_wrap(err, "it hung up before a word (too many log in there at once: see "
                      "MaxStartups in its sshd_config; or it is not an sshd)");
    }
    return SSH_STEP_FAILED;
}

static enum ssh_step step_handshake(struct ssh_session *session, struct err *err)
{
    struct known_types types;

    int status = libssh2_session_handshake(session->libssh2, session->socket);
    if (status == LIBSSH2_ERROR_EAGAIN)
        return SSH_STEP_SOCKET;
    if (status == LIBSSH2_ERROR_KEX_FAILURE || status == LIBSSH2_ERROR_METHOD_NONE) {
        known_hosts_types(&session->known, session->target->address,
                          session->target->port, &types);
        ssh_methods_refused(&types, err);
        session->fault = SSH_FAULT_UNABLE;
        return SSH_STEP_FAILED;
    }
    if (status != 0)
        return handshake_failed(session, status, err);
    if (!host_key_accept(session, err))
        return SSH_STEP_FAILED;
    known_hosts_close(&session->known);
    session->phase = SESSION_LOGIN;
    return SSH_STEP_AGAIN;
}

static enum ssh_step step_login(struct ssh_session *session, struct err *err)
{
    enum ssh_step step = ssh_auth_step(&session->auth, session->libssh2, err);
    if (step == SSH_STEP_FAILED && session->auth.unable)
        session->fault = SSH_FAULT_UNABLE;
    if (step == SSH_STEP_DONE) {
        ssh_auth_close(&session->auth);
        session->phase = SESSION_READY;
    }
    return step;
}

enum ssh_step ssh_session_step(struct ssh_session *session, struct err *err)
{
    switch (session->phase) {
    case SESSION_BEGIN:
        return step_begin(session, err);
    case SESSION_CONNECTING:
        return step_connecting(session, err);
    case SESSION_HANDSHAKE:
        return step_handshake(session, err);
    case SESSION_LOGIN:
        return step_login(session, err);
    case SESSION_READY:
        break;
    }
    return SSH_STEP_DONE;
}

/* Only queues its owner: a hundred sockets ready in one instant must not be served in
 * one turn (net/fair_queue.h). */
static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct ssh_session *session = poll->data;
    (void)status; /* the next call of libssh2 meets the same error, with words */
    (void)events;
    uv_poll_stop(poll);
    if (session->on_ready)
        session->on_ready(session->context);
}

void ssh_session_wait(struct ssh_session *session)
{
    int events = 0;
    if (session->phase == SESSION_CONNECTING) {
        events = UV_WRITABLE;
    } else {
        int directions = libssh2_session_block_directions(session->libssh2);
        if (directions & LIBSSH2_SESSION_BLOCK_OUTBOUND)
            events |= UV_WRITABLE;
        if ((directions & LIBSSH2_SESSION_BLOCK_INBOUND) || events == 0)
            events |= UV_READABLE;
    }
    uv_poll_start(&session->poll, events, on_poll);
}

static void on_closed(uv_handle_t *handle)
{
    struct ssh_session *session = handle->data;
    close(session->socket);
    free(session);
}

static void library_free(struct ssh_session *session, bool polite)
{
    if (!session->libssh2)
        return;
    if (polite)
        libssh2_session_disconnect(session->libssh2, "done");
    shutdown(session->socket, SHUT_RDWR);
    for (int i = 0; i < FREE_TRIES; i++) {
        if (libssh2_session_free(session->libssh2) != LIBSSH2_ERROR_EAGAIN)
            break;
    }
    session->libssh2 = NULL;
}

void ssh_session_free(struct ssh_session *session, bool polite)
{
    session->on_ready = NULL;
    ssh_auth_close(&session->auth);
    known_hosts_close(&session->known);
    library_free(session, polite);
    if (session->socket < 0) {
        free(session);
        return;
    }
    uv_poll_stop(&session->poll);
    uv_close((uv_handle_t *)&session->poll, on_closed);
}
