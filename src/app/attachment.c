#include "app/attachment.h"

#include "app/engine_client.h"
#include "app/engine_process.h"
#include "base/memory.h"
#include "net/engine_socket.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

/* An engine that begins or ends is gone from this in-between state within moments. */
enum { TRIES = 15, PAUSE_MS = 100 };

/* What one try came to. */
enum attempt { ATTACHED, AGAIN, FAILED };

struct search {
    struct attachment *attachment;
    const struct app_options *options;
    struct environment *environment;
    bool opened; /* the environment is, with its token; else only its settings are */
    enum exit_code code;
    char words[ENGINE_WORDS_MAX]; /* why it is not attached, lines to print */
};

static enum attempt fail(struct search *search, enum exit_code code,
                         const struct err *err)
{
    struct str words = str_on(search->words, sizeof search->words);

    search->code = code;
    if (err != NULL)
        str_addf(&words, "bgconsole: %s\n", err->text);
    return FAILED;
}

/* An engine that nobody uses and that is not what we would start makes room for one
 * that is. */
static bool is_outdated(const struct attachment *attachment)
{
    const struct hello *own = &attachment->own, *engine = &attachment->engine;

    return engine->idle && (!str_equal(own->build, engine->build) ||
                            !str_equal(own->settings, engine->settings));
}

static void send_away(struct attachment *attachment)
{
    char words[ENGINE_WORDS_MAX];
    struct str out = str_on(words, sizeof words);
    enum exit_code code;
    struct err err;

    engine_client_ask(&attachment->wire, &attachment->own, "yield", true, &code, &out,
                      &err);
    wire_close(&attachment->wire);
}

static enum attempt greet(struct search *search, int fd)
{
    struct attachment *attachment = search->attachment;
    struct err err;

    if (!engine_client_open(&attachment->wire, fd, &attachment->engine, &err)) {
        fail(search,
             err.code == ERR_PROTOCOL || err.code == ERR_BUSY ? EXIT_BUSY : EXIT_FAILED,
             &err);
        return err.code == ERR_LOST ? AGAIN : FAILED;
    }
    if (is_outdated(attachment) && !search->options->read_only) {
        send_away(attachment);
        return AGAIN;
    }
    if (search->options->log != NULL && attachment->child == 0)
        str_copy(attachment->own.notice, sizeof attachment->own.notice,
                 "--log is for the engine, and that runs already: it writes none now");
    return ATTACHED;
}

static enum attempt start(struct search *search)
{
    bool shared = !search->options->read_only;
    struct engine_process process;
    enum exit_code code;

    if (!search->opened) {
        environment_close(search->environment);
        code = environment_open(search->environment, search->options);
        if (code != EXIT_OK)
            return fail(search, code, NULL);
        search->opened = true;
    }
    code = engine_process_start(search->environment, shared, &process, search->words);
    if (code != EXIT_OK) {
        search->code = code;
        return code == EXIT_BUSY ? AGAIN : FAILED;
    }
    search->attachment->child = process.pid;
    return greet(search, process.fd);
}

static enum attempt attempt(struct search *search)
{
    struct err err;
    int fd = engine_socket_connect(search->attachment->state, &err);

    return fd >= 0 ? greet(search, fd) : start(search);
}

static enum exit_code find_engine(struct search *search)
{
    enum attempt result = AGAIN;

    for (int i = 0; i < TRIES && result == AGAIN; i++) {
        if (i > 0)
            poll(NULL, 0, PAUSE_MS);
        result = attempt(search);
    }
    if (result == ATTACHED)
        return EXIT_OK;
    fputs(search->words, stderr);
    return search->code;
}

enum exit_code attachment_open(struct attachment *attachment,
                               const struct app_options *options)
{
    struct environment *environment = memory_new(sizeof *environment);
    const char *agent = getenv("SSH_AUTH_SOCK");
    struct search search = {
        .attachment = attachment, .options = options, .environment = environment};

    *attachment = (struct attachment){.wire = {.fd = -1}};
    enum exit_code code = environment_read_settings(environment, options);
    if (code == EXIT_OK) {
        str_copy(attachment->state, sizeof attachment->state, environment->state);
        engine_client_introduce(&attachment->own, environment);
        attachment->own.read_only = options->read_only;
        if (agent != NULL)
            str_copy(attachment->own.agent, sizeof attachment->own.agent, agent);
        code = find_engine(&search);
    }
    environment_close(environment);
    free(environment);
    return code;
}

void attachment_close(struct attachment *attachment)
{
    wire_close(&attachment->wire);
}
