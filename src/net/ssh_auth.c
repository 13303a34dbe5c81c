#include "net/ssh_auth.h"

#include "net/key_file.h"
#include "net/ssh_session.h"

#include <stdlib.h>
#include <string.h>

void ssh_auth_init(struct ssh_auth *auth, uv_loop_t *loop,
                   const struct ssh_identity *identity, const char *user,
                   void (*on_agent)(void *context), void *context)
{
    *auth = (struct ssh_auth){
        .identity = identity,
        .user = user,
        .loop = loop,
        .on_agent = on_agent,
        .context = context,
        .phase = AUTH_BEGIN,
    };
    auth->tried = str_on(auth->tried_buffer, sizeof auth->tried_buffer);
}

static void tried_add(struct ssh_auth *auth, const char *what, const char *outcome)
{
    str_addf(&auth->tried, "%s%s%s%s", auth->tried.length ? "; " : "", what,
             *outcome ? ": " : "", outcome);
}

/* Whether libssh2's answer is only about this key, so that another may be offered. */
static bool is_refusal(int status)
{
    return status == LIBSSH2_ERROR_AUTHENTICATION_FAILED ||
           status == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED ||
           status == LIBSSH2_ERROR_FILE || status == LIBSSH2_ERROR_METHOD_NONE;
}

static enum ssh_step all_tried(struct ssh_auth *auth, struct err *err)
{
    if (!auth->tried.length)
        str_add(&auth->tried, "no key file is set and the agent is not to be asked");
    err_set(err, ERR_AUTH, "no key was accepted (%s)", auth->tried.at);
    return SSH_STEP_FAILED;
}

static enum ssh_step step_begin(struct ssh_auth *auth, struct err *err)
{
    const char *path = auth->identity->key_file;

    auth->phase = AUTH_AGENT_BEGIN;
    if (!*path)
        return SSH_STEP_AGAIN;
    if (key_file_look(path, auth->key_file_type, err)) {
        auth->phase = AUTH_KEY_FILE;
    } else {
        auth->unable = !key_type_usable(auth->key_file_type);
        tried_add(auth, err->text, "");
    }
    return SSH_STEP_AGAIN;
}

static enum ssh_step step_key_file(struct ssh_auth *auth, LIBSSH2_SESSION *session,
                                   struct err *err)
{
    const char *path = auth->identity->key_file;
    char what[ERR_TEXT_MAX];
    struct str words = str_on(what, sizeof what);

    /* The passphrase is empty, not NULL: OpenSSL would ask the terminal for one. */
    int status = libssh2_userauth_publickey_fromfile_ex(
        session, auth->user, (unsigned)strlen(auth->user), NULL, path, "");
    if (status == 0)
        return SSH_STEP_DONE;
    if (status == LIBSSH2_ERROR_EAGAIN)
        return SSH_STEP_SOCKET;
    if (!is_refusal(status))
        return ssh_session_fail(session, status, "login", err);
    str_addf(&words, "key %s%s%s", path, *auth->key_file_type ? ", " : "",
             auth->key_file_type);
    tried_add(auth, what,
              status == LIBSSH2_ERROR_FILE ? "cannot be read as a private key"
                                           : "the host refused it");
    auth->tries++;
    auth->phase = AUTH_AGENT_BEGIN;
    return SSH_STEP_AGAIN;
}

static enum ssh_step step_agent_begin(struct ssh_auth *auth, struct err *err)
{
    const char *path = getenv("SSH_AUTH_SOCK");

    if (!auth->identity->agent)
        return all_tried(auth, err);
    if (!path || !*path) {
        tried_add(auth, "agent", "SSH_AUTH_SOCK is not set");
        return all_tried(auth, err);
    }
    auth->agent = ssh_agent_new(auth->loop, path, auth->on_agent, auth->context);
    auth->phase = AUTH_AGENT_KEYS;
    return SSH_STEP_AGAIN;
}

static enum ssh_step agent_all_tried(struct ssh_auth *auth, struct err *err)
{
    int left_out = ssh_agent_keys(auth->agent)->left_out;
    int count = ssh_agent_keys(auth->agent)->count;

    auth->unable = auth->unable || left_out > 0;
    str_add(&auth->tried, auth->tried.length ? "; " : "");
    if (ssh_agent_state(auth->agent) == SSH_AGENT_FAILED)
        str_add(&auth->tried, ssh_agent_error(auth->agent)->text);
    else if (!count && !left_out)
        str_add(&auth->tried, "agent: it holds no key (ssh-add)");
    else if (!count)
        str_addf(&auth->tried,
                 "your agent has only RSA or foreign keys; libssh2 %s cannot use them "
                 "with this server; add an ed25519 key",
                 key_library_version());
    else
        str_addf(&auth->tried, "agent: the host refused %d of its %d keys",
                 auth->refused, count);
    if (auth->unwilling)
        str_addf(&auth->tried, ", the agent would not sign with %d", auth->unwilling);
    if (count && left_out)
        str_addf(&auth->tried, ", %d RSA or foreign ones were left out", left_out);
    if (auth->tries == SSH_AUTH_TRIES && auth->key < count)
        str_add(&auth->tried, ", a host takes no more tries: set key_file");
    return all_tried(auth, err);
}

/* Called by libssh2 within libssh2_userauth_publickey(). EAGAIN makes it return and be
 * called again in the same state, when the agent has answered. */
static int sign_by_agent(LIBSSH2_SESSION *session, unsigned char **ret_signature,
                         size_t *ret_length, const unsigned char *data, size_t length,
                         void **abstract)
{
    struct ssh_auth *auth = *abstract;
    const unsigned char *signature;
    size_t signature_length;
    (void)session;

    if (!auth->asked)
        ssh_agent_sign(auth->agent, auth->key, data, length);
    auth->asked = true;
    if (ssh_agent_state(auth->agent) == SSH_AGENT_BUSY)
        return LIBSSH2_ERROR_EAGAIN;
    auth->asked = false;
    if (ssh_agent_state(auth->agent) != SSH_AGENT_SIGNED)
        return -1;
    ssh_agent_take(auth->agent, &signature, &signature_length);
    /* libssh2 frees it; its allocator is malloc, since none other was given. */
    *ret_signature = malloc(signature_length ? signature_length : 1);
    if (!*ret_signature)
        return LIBSSH2_ERROR_ALLOC;
    memcpy(*ret_signature, signature, signature_length);
    *ret_length = signature_length;
    return 0;
}

static enum ssh_step step_agent_keys(struct ssh_auth *auth, LIBSSH2_SESSION *session,
                                     struct err *err)
{
    enum ssh_agent_state state = ssh_agent_state(auth->agent);

    if (state == SSH_AGENT_BUSY)
        return SSH_STEP_CALL;
    if (state == SSH_AGENT_FAILED || auth->tries == SSH_AUTH_TRIES ||
        auth->key == ssh_agent_keys(auth->agent)->count)
        return agent_all_tried(auth, err);

    const struct ssh_agent_key *key = &ssh_agent_keys(auth->agent)->keys[auth->key];
    void *abstract = auth;
    int status = libssh2_userauth_publickey(session, auth->user, key->blob, key->length,
                                            sign_by_agent, &abstract);
    if (status == 0)
        return SSH_STEP_DONE;
    if (status == LIBSSH2_ERROR_EAGAIN)
        return ssh_agent_state(auth->agent) == SSH_AGENT_BUSY ? SSH_STEP_CALL
                                                              : SSH_STEP_SOCKET;
    if (!is_refusal(status))
        return ssh_session_fail(session, status, "login", err);
    if (ssh_agent_state(auth->agent) == SSH_AGENT_REFUSED)
        auth->unwilling++;
    else
        auth->refused++;
    auth->tries++;
    auth->key++;
    return SSH_STEP_AGAIN;
}

enum ssh_step ssh_auth_step(struct ssh_auth *auth, LIBSSH2_SESSION *session,
                            struct err *err)
{
    switch (auth->phase) {
    case AUTH_BEGIN:
        return step_begin(auth, err);
    case AUTH_KEY_FILE:
        return step_key_file(auth, session, err);
    case AUTH_AGENT_BEGIN:
        return step_agent_begin(auth, err);
    case AUTH_AGENT_KEYS:
        break;
    }
    return step_agent_keys(auth, session, err);
}

void ssh_auth_close(struct ssh_auth *auth)
{
    if (auth->agent)
        ssh_agent_free(auth->agent);
    auth->agent = NULL;
}
