/* `bgconsole engine status|stop` and `bgconsole detach`: asked of the engine that runs.
 */

#include "app/app.h"
#include "app/engine_client.h"
#include "base/memory.h"
#include "net/engine_socket.h"

#include <stdio.h>
#include <stdlib.h>

enum { REPLY_MAX = 16 * 1024 };

/* What a command is to the engine, and where none runs. */
struct question {
    const char *ask;
    bool until_end;         /* waits until the engine is gone */
    enum exit_code without; /* the code where there is none */
};

static enum exit_code fail(const struct err *err)
{
    fprintf(stderr, "bgconsole: %s\n", err->text);
    return EXIT_FAILED;
}

static enum exit_code put(const struct question *question, const struct hello *own,
                          int fd)
{
    char words[REPLY_MAX];
    struct str out = str_on(words, sizeof words);
    enum exit_code code = EXIT_FAILED;
    struct hello engine;
    struct wire wire;
    struct err err;

    if (!engine_client_open(&wire, fd, &engine, &err))
        return fail(&err);
    bool ok = engine_client_ask(&wire, own, question->ask, question->until_end, &code,
                                &out, &err);
    wire_close(&wire);
    fputs(words, code == EXIT_OK ? stdout : stderr);
    return ok ? code : fail(&err);
}

static enum exit_code ask_engine(const struct question *question,
                                 const struct app_options *options)
{
    struct environment *environment = memory_new(sizeof *environment);
    struct hello own;
    struct err err;

    enum exit_code code = environment_read_settings(environment, options);
    if (code == EXIT_OK) {
        engine_client_introduce(&own, environment);
        own.json = options->json;
        int fd = engine_socket_connect(environment->state, &err);
        if (fd >= 0) {
            code = put(question, &own, fd);
        } else {
            printf("no engine runs for %s\n", environment->name);
            code = question->without;
        }
    }
    environment_close(environment);
    free(environment);
    return code;
}

enum exit_code app_engine(const struct app_options *options)
{
    static const struct question status = {"status", false, EXIT_FAILED};
    static const struct question stop = {"stop", true, EXIT_OK};
    const char *word = options->operand != NULL ? options->operand : "status";

    if (str_equal(word, "status"))
        return ask_engine(&status, options);
    if (str_equal(word, "stop"))
        return ask_engine(&stop, options);
    fprintf(stderr, "bgconsole: engine: status or stop, not %s\n", word);
    return EXIT_USAGE;
}

enum exit_code app_detach(const struct app_options *options)
{
    static const struct question detach = {"detach", false, EXIT_OK};

    return ask_engine(&detach, options);
}
