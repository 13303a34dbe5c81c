#include "net/ssh_agent.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/key_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/* draft-miller-ssh-agent, section 7.1 */
enum {
    AGENT_FAILURE = 5,
    AGENTC_REQUEST_IDENTITIES = 11,
    AGENT_IDENTITIES_ANSWER = 12,
    AGENTC_SIGN_REQUEST = 13,
    AGENT_SIGN_RESPONSE = 14,
};

enum { SIGN_DATA_MAX = 16 * 1024, LENGTH_BYTES = 4 };

struct ssh_agent {
    uv_pipe_t pipe;
    uv_connect_t connect;
    uv_write_t write;
    enum ssh_agent_state state;
    bool writing; /* `question` belongs to the loop */
    struct err err;
    void (*on_change)(void *context);
    void *context;

    struct ssh_agent_key keys[SSH_AGENT_KEYS_MAX];
    int count, left_out;

    unsigned char question[SIGN_DATA_MAX + SSH_KEY_BLOB_MAX + 32];
    unsigned char answer[SSH_AGENT_ANSWER_MAX];
    size_t answer_length; /* bytes so far, the length in front included */
    size_t signature_at, signature_length; /* in `answer` */
};

static void change(struct ssh_agent *agent, enum ssh_agent_state state)
{
    agent->state = state;
    if (agent->on_change)
        agent->on_change(agent->context);
}

static void fail(struct ssh_agent *agent, const char *words)
{
    err_set(&agent->err, ERR_AUTH, "agent: %s", words);
    change(agent, SSH_AGENT_FAILED);
}

static uint32_t number_at(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static size_t number_put(unsigned char *at, size_t number)
{
    for (int i = 0; i < LENGTH_BYTES; i++)
        at[i] = (unsigned char)(number >> (24 - 8 * i));
    return LENGTH_BYTES;
}

static size_t string_put(unsigned char *at, const unsigned char *bytes, size_t length)
{
    number_put(at, length);
    memcpy(at + LENGTH_BYTES, bytes, length);
    return LENGTH_BYTES + length;
}

static void on_written(uv_write_t *write, int status)
{
    struct ssh_agent *agent = write->data;
    agent->writing = false;
    if (status < 0 && agent->state == SSH_AGENT_BUSY && agent->on_change)
        fail(agent, uv_strerror(status));
}

/* Sends `length` bytes that stand in `question` behind the room for their length. */
static void question_send(struct ssh_agent *agent, size_t length)
{
    number_put(agent->question, length);
    uv_buf_t buffer = uv_buf_init((char *)agent->question, (unsigned)(LENGTH_BYTES + length));
    agent->write.data = agent;
    agent->answer_length = 0;
    int status =
        uv_write(&agent->write, (uv_stream_t *)&agent->pipe, &buffer, 1, on_written);
    agent->writing = status == 0;
    if (status < 0) {
        /* The reader meets the same broken pipe and reports it. */
        err_set(&agent->err, ERR_AUTH, "agent: %s", uv_strerror(status));
        agent->state = SSH_AGENT_FAILED;
    }
}

static void key_take(struct ssh_agent *agent, const unsigned char *blob, size_t length)
{
    char type[SSH_KEY_TYPE_MAX];
    if (!ssh_key_type(blob, length, type) || length > SSH_KEY_BLOB_MAX ||
        !key_type_usable(type) || agent->count == SSH_AGENT_KEYS_MAX) {
        agent->left_out++;
        return;
    }
    struct ssh_agent_key *key = &agent->keys[agent->count++];
    str_copy(key->type, sizeof key->type, type);
    memcpy(key->blob, blob, length);
    key->length = length;
    ssh_key_fingerprint(blob, length, key->fingerprint);
}

static void listing_take(struct ssh_agent *agent, const unsigned char *bytes,
                         size_t length)
{
    if (length < LENGTH_BYTES) {
        fail(agent, "its list of keys is cut");
        return;
    }
    uint32_t announced = number_at(bytes);
    size_t position = LENGTH_BYTES;
    for (uint32_t i = 0; i < announced; i++) {
        const unsigned char *blob, *comment;
        size_t blob_length, comment_length;
        if (!ssh_key_string(bytes, length, &position, &blob, &blob_length) ||
            !ssh_key_string(bytes, length, &position, &comment, &comment_length)) {
            fail(agent, "its list of keys is cut");
            return;
        }
        key_take(agent, blob, blob_length);
    }
    change(agent, SSH_AGENT_READY);
}

/* A signature is a string that holds the name of the method and the bare signature. */
static void signature_take(struct ssh_agent *agent, const unsigned char *bytes,
                           size_t length)
{
    const unsigned char *whole, *method, *bare;
    size_t whole_length, method_length, bare_length, position = 0;
    if (!ssh_key_string(bytes, length, &position, &whole, &whole_length))
        goto cut;
    position = 0;
    if (!ssh_key_string(whole, whole_length, &position, &method, &method_length) ||
        !ssh_key_string(whole, whole_length, &position, &bare, &bare_length))
        goto cut;
    agent->signature_at = (size_t)(bare - agent->answer);
    agent->signature_length = bare_length;
    change(agent, SSH_AGENT_SIGNED);
    return;
cut:
    fail(agent, "its signature is cut");
}

static void answer_take(struct ssh_agent *agent, unsigned char type,
                        const unsigned char *bytes, size_t length)
{
    switch (type) {
    case AGENT_IDENTITIES_ANSWER:
        listing_take(agent, bytes, length);
        break;
    case AGENT_SIGN_RESPONSE:
        signature_take(agent, bytes, length);
        break;
    case AGENT_FAILURE:
        change(agent, SSH_AGENT_REFUSED);
        break;
    default:
        fail(agent, "its answer is not of the agent's protocol");
    }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct ssh_agent *agent = handle->data;
    (void)suggested;
    *buffer = uv_buf_init((char *)agent->answer + agent->answer_length,
                          (unsigned)(sizeof agent->answer - agent->answer_length));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct ssh_agent *agent = stream->data;
    (void)buffer;
    if (count < 0) {
        uv_read_stop(stream);
        if (agent->state != SSH_AGENT_FAILED)
            fail(agent, count == UV_EOF ? "it closed the connection"
                                        : uv_strerror((int)count));
        return;
    }
    if (agent->state != SSH_AGENT_BUSY)
        return; /* nothing was asked */
    agent->answer_length += (size_t)count;
    if (agent->answer_length < LENGTH_BYTES)
        return;
    size_t length = number_at(agent->answer);
    if (length == 0 || length > sizeof agent->answer - LENGTH_BYTES) {
        fail(agent, "its answer is longer than allowed");
        return;
    }
    if (agent->answer_length >= LENGTH_BYTES + length)
        answer_take(agent, agent->answer[LENGTH_BYTES],
                    agent->answer + LENGTH_BYTES + 1, length - 1);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct ssh_agent *agent = connect->data;
    if (!agent->on_change)
        return; /* being freed */
    if (status == 0)
        status = uv_read_start((uv_stream_t *)&agent->pipe, on_room, on_read);
    if (status < 0) {
        fail(agent, uv_strerror(status));
        return;
    }
    agent->question[LENGTH_BYTES] = AGENTC_REQUEST_IDENTITIES;
    question_send(agent, 1);
    if (agent->state == SSH_AGENT_FAILED)
        change(agent, SSH_AGENT_FAILED);
}

struct ssh_agent *ssh_agent_new(uv_loop_t *loop, const char *path,
                                void (*on_change)(void *context), void *context)
{
    struct ssh_agent *agent = memory_new(sizeof *agent);
    agent->on_change = on_change;
    agent->context = context;
    uv_pipe_init(loop, &agent->pipe, 0);
    agent->pipe.data = agent;
    agent->connect.data = agent;
    if (strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path) {
        /* libuv would connect to the cut path. */
        err_set(&agent->err, ERR_AUTH, "agent: the path in SSH_AUTH_SOCK is too long");
        agent->state = SSH_AGENT_FAILED;
        return agent;
    }
    uv_pipe_connect(&agent->connect, &agent->pipe, path, on_connected);
    return agent;
}

enum ssh_agent_state ssh_agent_state(const struct ssh_agent *agent)
{
    return agent->state;
}

const struct err *ssh_agent_error(const struct ssh_agent *agent)
{
    return &agent->err;
}

int ssh_agent_count(const struct ssh_agent *agent)
{
    return agent->count;
}

int ssh_agent_left_out(const struct ssh_agent *agent)
{
    return agent->left_out;
}

const struct ssh_agent_key *ssh_agent_key(const struct ssh_agent *agent, int index)
{
    return &agent->keys[index];
}

void ssh_agent_sign(struct ssh_agent *agent, int index, const unsigned char *data,
                    size_t length)
{
    const struct ssh_agent_key *key = &agent->keys[index];
    if (length > SIGN_DATA_MAX || agent->writing) {
        agent->state = SSH_AGENT_REFUSED;
        return;
    }
    unsigned char *at = agent->question + LENGTH_BYTES;
    *at++ = AGENTC_SIGN_REQUEST;
    at += string_put(at, key->blob, key->length);
    at += string_put(at, data, length);
    at += number_put(at, 0); /* no flags */
    agent->state = SSH_AGENT_BUSY;
    question_send(agent, (size_t)(at - agent->question) - LENGTH_BYTES);
}

void ssh_agent_take(struct ssh_agent *agent, const unsigned char **ret_signature,
                    size_t *ret_length)
{
    *ret_signature = agent->answer + agent->signature_at;
    *ret_length = agent->signature_length;
    agent->state = SSH_AGENT_READY;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void ssh_agent_free(struct ssh_agent *agent)
{
    agent->on_change = NULL;
    uv_close((uv_handle_t *)&agent->pipe, on_closed);
}
