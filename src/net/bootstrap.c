#include "net/bootstrap.h"

#include "base/asset.h"
#include "base/memory.h"
#include "base/printable.h"
#include "net/bootstrap_request.h"
#include "net/helper_call.h"
#include "net/public_key.h"
#include "net/secret.h"
#include "net/ssh_agent.h"

#include <stdlib.h>
#include <string.h>

enum {
    HOST_LIMIT_MS = 180000, /* useradd on a slow disk, not a package installation */
    AGENT_LIMIT_MS = 10000,
    SENTENCE_MAX = 600,
};

/* One host's work. */
struct work {
    struct bootstrap *bootstrap;
    int index;
    struct bootstrap_host host;
    struct ssh *ssh; /* NULL: not begun */
};

struct bootstrap {
    uv_loop_t *loop;
    struct fair_queue *queue;
    const struct settings *settings;
    struct ssh_identity identity;
    struct bootstrap_listener listener;
    struct helper_calls calls;
    struct fair_entry begin; /* begins on a later turn */
    uv_timer_t patience;     /* with the agent */
    struct ssh_agent *agent; /* NULL: not asked, or done with */
    char key[PUBLIC_KEY_LINE_MAX];
    char credentials[SECRET_MAX]; /* for git over https; "": none */
    struct err key_err;           /* why there is no key, or no credentials */
    int next, running, count;
    struct work works[];
};

static void begin_more(struct bootstrap *bootstrap);

static void on_item(void *context, const struct helper_item *item)
{
    const struct work *work = context;
    const struct bootstrap_listener *listener = &work->bootstrap->listener;
    static const char *const keys[BOOTSTRAP_WORDS] = {
        [BOOTSTRAP_DID] = "did",         [BOOTSTRAP_THERE] = "there",
        [BOOTSTRAP_SKIPPED] = "skipped", [BOOTSTRAP_COULD_NOT] = "could_not",
        [BOOTSTRAP_TO_DO] = "to_do",
    };
    char sentence[SENTENCE_MAX];

    if (item->type != HELPER_LINE)
        return;
    for (int word = 0; word < BOOTSTRAP_WORDS; word++) {
        if (!str_equal(item->key, keys[word]))
            continue;
        printable_text(item->value, strlen(item->value), sentence, sizeof sentence);
        listener->on_line(listener->context, work->index, (enum bootstrap_word)word,
                          sentence);
    }
}

static void on_end(void *context, const char *code, const char *message,
                   const struct err *err)
{
    struct work *work = context;
    struct bootstrap *bootstrap = work->bootstrap;
    struct err ended = *err;

    if (err->code == ERR_NONE && !str_equal(code, "ok"))
        err_set(&ended, ERR_REFUSED, "%s: %s (%s)", work->host.target.name, message,
                code);
    ssh_drop(work->ssh); /* nothing more is asked of this login */
    bootstrap->running--;
    bootstrap->listener.on_end(bootstrap->listener.context, work->index, &ended);
    begin_more(bootstrap);
}

static void begin_one(struct work *work)
{
    struct bootstrap *bootstrap = work->bootstrap;
    bool is_balancer = work->host.role == ROLE_BALANCER;
    const struct asset *program = asset_find("remote/bootstrap");
    const struct asset *helper =
        asset_find(is_balancer ? "remote/bgc-lb" : "remote/bgc-host");
    char *buffer = memory_new(SSH_INPUT_MAX);
    struct helper_request request;

    bootstrap_request_begin(&request, buffer, SSH_INPUT_MAX, program->bytes,
                            program->length, bootstrap->settings, work->host.role,
                            bootstrap->key, bootstrap->credentials);
    const struct helper_question question = {
        .name = work->host.target.name,
        .command = bootstrap_command(bootstrap->settings),
        .request = &request,
        .body = helper->bytes,
        .body_length = helper->length,
        .limit_ms = HOST_LIMIT_MS,
    };
    const struct helper_taker taker = {on_item, on_end, work, NULL};
    work->ssh = ssh_new(bootstrap->loop, bootstrap->queue, &work->host.target,
                        &bootstrap->identity);
    helper_call(&bootstrap->calls, work->ssh, &question, &taker);
    explicit_bzero(buffer, SSH_INPUT_MAX);
    free(buffer);
}

static void begin_more(struct bootstrap *bootstrap)
{
    while (bootstrap->next < bootstrap->count &&
           bootstrap->running < bootstrap->settings->parallel) {
        bootstrap->running++;
        begin_one(&bootstrap->works[bootstrap->next++]);
    }
}

/* ---- our public key ---- */

static bool on_begin(struct fair_entry *entry)
{
    struct bootstrap *bootstrap =
        (struct bootstrap *)((char *)entry - offsetof(struct bootstrap, begin));
    if (bootstrap->key_err.code == ERR_NONE) {
        begin_more(bootstrap);
        return false;
    }
    for (int i = 0; i < bootstrap->count; i++)
        bootstrap->listener.on_end(bootstrap->listener.context, i, &bootstrap->key_err);
    return false;
}

static void agent_done(struct bootstrap *bootstrap)
{
    struct ssh_agent *agent = bootstrap->agent;
    const struct ssh_agent_keys *keys = ssh_agent_keys(agent);
    uv_timer_stop(&bootstrap->patience);
    if (ssh_agent_state(agent) == SSH_AGENT_FAILED)
        bootstrap->key_err = *ssh_agent_error(agent);
    else if (ssh_agent_state(agent) == SSH_AGENT_BUSY)
        err_set(&bootstrap->key_err, ERR_TIMEOUT, "agent: no answer within %d ms",
                AGENT_LIMIT_MS);
    else if (keys->count == 0)
        err_set(&bootstrap->key_err, ERR_AUTH,
                "agent: it holds no key that can be used; add an ed25519 key");
    else
        public_key_write(keys->keys[0].blob, keys->keys[0].length, bootstrap->key);
    ssh_agent_free(agent);
    bootstrap->agent = NULL;
    fair_queue_put(bootstrap->queue, &bootstrap->begin);
}

static void on_agent(void *context)
{
    agent_done(context);
}

static void on_patience(uv_timer_t *timer)
{
    agent_done(timer->data);
}

static void find_key(struct bootstrap *bootstrap)
{
    const struct ssh_identity *identity = &bootstrap->identity;
    const char *socket = getenv("SSH_AUTH_SOCK");

    if (bootstrap->settings->git_credentials[0] != '\0' &&
        !secret_read_file("git_credentials", bootstrap->settings->git_credentials,
                          bootstrap->credentials, &bootstrap->key_err)) {
        fair_queue_put(bootstrap->queue, &bootstrap->begin);
        return;
    }
    if (*identity->key_file) {
        public_key_read(identity->key_file, bootstrap->key, &bootstrap->key_err);
    } else if (!identity->agent || !socket || !*socket) {
        err_set(&bootstrap->key_err, ERR_AUTH,
                "no key: neither key_file is set nor is there an agent");
    } else {
        bootstrap->agent = ssh_agent_new(bootstrap->loop, socket, on_agent, bootstrap);
        uv_timer_start(&bootstrap->patience, on_patience, AGENT_LIMIT_MS, 0);
        if (ssh_agent_state(bootstrap->agent) == SSH_AGENT_FAILED)
            agent_done(bootstrap);
        return;
    }
    fair_queue_put(bootstrap->queue, &bootstrap->begin);
}

/* ---- the face ---- */

struct bootstrap *bootstrap_new(uv_loop_t *loop, struct fair_queue *queue,
                                const struct settings *settings,
                                const struct ssh_identity *identity,
                                const struct bootstrap_host *hosts, int count,
                                const struct bootstrap_listener *listener)
{
    struct bootstrap *bootstrap =
        memory_new(sizeof *bootstrap + (size_t)count * sizeof bootstrap->works[0]);
    bootstrap->loop = loop;
    bootstrap->queue = queue;
    bootstrap->settings = settings;
    bootstrap->identity = *identity;
    bootstrap->listener = *listener;
    bootstrap->begin.serve = on_begin;
    bootstrap->count = count;
    helper_calls_init(&bootstrap->calls, queue);
    uv_timer_init(loop, &bootstrap->patience);
    bootstrap->patience.data = bootstrap;
    for (int i = 0; i < count; i++) {
        bootstrap->works[i].bootstrap = bootstrap;
        bootstrap->works[i].index = i;
        bootstrap->works[i].host = hosts[i];
    }
    find_key(bootstrap);
    return bootstrap;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void bootstrap_free(struct bootstrap *bootstrap)
{
    secret_forget(bootstrap->credentials);
    fair_queue_remove(bootstrap->queue, &bootstrap->begin);
    if (bootstrap->agent)
        ssh_agent_free(bootstrap->agent);
    for (int i = 0; i < bootstrap->count; i++) {
        if (bootstrap->works[i].ssh)
            ssh_free(bootstrap->works[i].ssh);
    }
    helper_calls_free(&bootstrap->calls);
    uv_close((uv_handle_t *)&bootstrap->patience, on_closed);
}
