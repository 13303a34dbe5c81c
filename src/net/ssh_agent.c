#include "net/ssh_agent.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

enum { LENGTH_BYTES = 4 };

struct ssh_agent {
    uv_pipe_t pipe;
    uv_connect_t connect;
    uv_write_t write;
    enum ssh_agent_state state;
    bool writing; /* `question` belongs to the loop */
    struct err err;
    void (*on_change)(void *context); /* NULL: being freed */
    void *context;

    struct ssh_agent_keys keys;
    unsigned char question[SSH_AGENT_QUESTION_MAX];
    unsigned char answer[SSH_AGENT_ANSWER_MAX];
    size_t answer_length;           /* bytes so far, the length in front included */
    const unsigned char *signature; /* in `answer` */
    size_t signature_length;
};

/* The last thing in each callback of the loop: it may free the agent. */
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

/* ---- asking ---- */

static void on_written(uv_write_t *write, int status)
{
    struct ssh_agent *agent = write->data;
    agent->writing = false;
    if (status < 0 && agent->state == SSH_AGENT_BUSY)
        fail(agent, uv_strerror(status));
}

/* False: FAILED, and nobody was told. */
static bool question_send(struct ssh_agent *agent, size_t length)
{
    uv_buf_t buffer = uv_buf_init((char *)agent->question, (unsigned)length);
    agent->write.data = agent;
    agent->answer_length = 0;
    int status =
        uv_write(&agent->write, (uv_stream_t *)&agent->pipe, &buffer, 1, on_written);
    agent->writing = status == 0;
    if (agent->writing)
        return true;
    err_set(&agent->err, ERR_AUTH, "agent: %s", uv_strerror(status));
    agent->state = SSH_AGENT_FAILED;
    return false;
}

/* ---- answered ---- */

static void answer_take(struct ssh_agent *agent, unsigned char type,
                        const unsigned char *bytes, size_t length)
{
    switch (type) {
    case AGENT_IDENTITIES_ANSWER:
        if (agent_read_listing(bytes, length, &agent->keys))
            change(agent, SSH_AGENT_READY);
        else
            fail(agent, "its list of keys is cut");
        break;
    case AGENT_SIGN_RESPONSE:
        if (agent_read_signature(bytes, length, &agent->signature,
                                 &agent->signature_length))
            change(agent, SSH_AGENT_SIGNED);
        else
            fail(agent, "its signature is cut");
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
    size_t length = agent_length(agent->answer);
    if (length == 0 || length > sizeof agent->answer - LENGTH_BYTES)
        fail(agent, "its answer is empty or longer than allowed");
    else if (agent->answer_length >= LENGTH_BYTES + length)
        answer_take(agent, agent->answer[LENGTH_BYTES],
                    agent->answer + LENGTH_BYTES + 1, length - 1);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct ssh_agent *agent = connect->data;
    if (!agent->on_change)
        return;
    if (status == 0)
        status = uv_read_start((uv_stream_t *)&agent->pipe, on_room, on_read);
    if (status < 0)
        fail(agent, uv_strerror(status));
    else if (!question_send(agent, agent_ask_listing(agent->question)))
        change(agent, SSH_AGENT_FAILED);
}

/* ---- the face ---- */

struct ssh_agent *ssh_agent_new(uv_loop_t *loop, const char *path,
                                void (*on_change)(void *context), void *context)
{
    struct ssh_agent *agent = memory_new(sizeof *agent);
    agent->on_change = on_change;
    agent->context = context;
    uv_pipe_init(loop, &agent->pipe, 0);
    agent->pipe.data = agent;
    agent->connect.data = agent;
    if (strlen(path) < sizeof((struct sockaddr_un *)0)->sun_path) {
        uv_pipe_connect(&agent->connect, &agent->pipe, path, on_connected);
        return agent;
    }
    /* libuv would connect to the cut path. */
    err_set(&agent->err, ERR_AUTH, "agent: the path in SSH_AUTH_SOCK is too long");
    agent->state = SSH_AGENT_FAILED;
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

const struct ssh_agent_keys *ssh_agent_keys(const struct ssh_agent *agent)
{
    return &agent->keys;
}

void ssh_agent_sign(struct ssh_agent *agent, int index, const unsigned char *data,
                    size_t length)
{
    agent->state = SSH_AGENT_REFUSED;
    if (length > SSH_AGENT_DATA_MAX || agent->writing)
        return;
    agent->state = SSH_AGENT_BUSY;
    question_send(agent, agent_ask_signature(agent->question, &agent->keys.keys[index],
                                             data, length));
}

void ssh_agent_take(struct ssh_agent *agent, const unsigned char **ret_signature,
                    size_t *ret_length)
{
    *ret_signature = agent->signature;
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
