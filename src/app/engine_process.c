#include "app/engine_process.h"

#include "app/engine_client.h"
#include "app/recollect.h"
#include "app/terminals.h"
#include "base/str.h"
#include "net/engine_socket.h"
#include "ui/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STARTS_MS = 30000 };

/* ---- in the engine ---- */

struct service {
    struct engine engine;
    struct terminals terminals;
    uv_signal_t signals[2];
    int ended_by; /* the signal, 0: none */
};

static void on_signal(uv_signal_t *signal, int number)
{
    struct service *service = signal->data;

    service->ended_by = number;
    engine_stop(&service->engine);
}

static void watch_signals(struct service *service)
{
    static const int numbers[2] = {SIGTERM, SIGINT};

    signal(SIGHUP, SIG_IGN);
    for (int i = 0; i < 2; i++) {
        uv_signal_init(&service->engine.loop, &service->signals[i]);
        service->signals[i].data = service;
        uv_signal_start(&service->signals[i], on_signal, numbers[i]);
    }
}

/* Whatever the terminal of our parent becomes, it is not ours. */
static void leave_terminal(int words_fd)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

    setsid();
    prctl(PR_SET_NAME, "bgc-engine");
    umask(077);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(words_fd, STDERR_FILENO);
    close(nothing);
    close(words_fd);
}

/* From now on nobody reads our words: only those of a crash are still to come. */
static void log_last_words(const struct environment *environment)
{
    char path[PATH_TEXT_MAX];
    struct err err;
    int fd = -1;

    if (path_join(environment->state, "engine.log", path, &err))
        fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(fd, STDERR_FILENO);
    close(fd);
}

/* What is to be known by who was attached to the end, or waited for it. */
static void write_end(const struct service *service, struct str *out)
{
    const struct model *model = &service->engine.core->model;
    const struct run *run = &model->run;

    if (service->ended_by != 0)
        str_addf(out, "bgconsole: the engine was ended by signal %d\n",
                 service->ended_by);
    else if (service->terminals.stopped_by[0] != '\0')
        str_addf(out, "bgconsole: %s has stopped the engine\n",
                 service->terminals.stopped_by);
    if (core_is_busy(service->engine.core) && !run_is_open(run->state))
        str_addf(
            out,
            "bgconsole: the load balancer does not answer: the lease ends by itself "
            "within %d s\n",
            LEASE_TTL_S);
    if (!run_is_open(run->state))
        return;
    str_addf(out,
             "bgconsole: run %s was left at \"%s\"; jobs on hosts end by themselves, ",
             run->id, run_state_name(run->state));
    if (fuse_is_ours(model))
        str_addf(out, "the load balancer takes the switch back within %lld s. ",
                 (long long)fuse_left_ms(model) / 1000 + 1);
    else
        str_add(out, "the traffic stays as it is. ");
    str_add(out, "The next start tells what became of it.\n");
}

static void introduce(struct hello *hello, const struct environment *environment)
{
    struct str styles = str_on(hello->styles, sizeof hello->styles);

    engine_client_introduce(hello, environment);
    picture_write_styles(&styles);
}

static void serve(struct service *service, int listening, int first)
{
    struct environment *environment = service->engine.environment;
    struct hello own = {0};
    char words[ENGINE_WORDS_MAX];
    struct str out = str_on(words, sizeof words);

    introduce(&own, environment);
    watch_signals(service);
    recollect(&service->engine);
    engine_pulse(&service->engine);
    terminals_open(&service->terminals, &service->engine, listening, first, &own);
    log_last_words(environment);
    engine_run(&service->engine);

    if (listening >= 0)
        engine_socket_remove(environment->state);
    write_end(service, &out);
    terminals_close(&service->terminals);
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&service->signals[i], NULL);
    engine_close(&service->engine);
    terminals_tell_end(&service->terminals, words); /* the lock is free by now */
}

static enum exit_code be_engine(struct environment *environment, bool shared, int first)
{
    struct service service = {.ended_by = 0};
    struct policy policy = {.observe_only = !shared};
    struct err err;
    int listening = -1;

    enum exit_code code = engine_open(&service.engine, environment, policy, shared);
    if (code != EXIT_OK)
        return code;
    if (shared) {
        listening = engine_socket_listen(environment->state, &err);
        if (listening < 0) {
            fprintf(stderr, "bgconsole: %s\n", err.text);
            engine_close(&service.engine);
            return EXIT_FAILED;
        }
    }
    serve(&service, listening, first);
    return EXIT_OK;
}

/* ---- in who starts it ---- */

/* Reads what the engine has to say until it goes to work or ends. */
static void hear(int fd, struct str *words)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    char bytes[512];

    for (;;) {
        int ready = poll(&poll_fd, 1, STARTS_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t got = ready > 0 ? read(fd, bytes, sizeof bytes) : 0;
        if (got <= 0)
            return;
        str_add_bytes(words, bytes, (size_t)got);
    }
}

/* 1: it greets; 0: it could not begin, and has closed its end; -1: it does neither. */
static int await_greeting(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    char byte;

    while (poll(&poll_fd, 1, STARTS_MS) < 0 && errno == EINTR)
        ;
    return (int)recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
}

static enum exit_code code_of(pid_t pid)
{
    int status = 0;

    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return EXIT_FAILED;
    return WEXITSTATUS(status) != 0 ? (enum exit_code)WEXITSTATUS(status) : EXIT_FAILED;
}

static enum exit_code fail(char words[ENGINE_WORDS_MAX], const char *what)
{
    struct err err;
    struct str out = str_on(words, ENGINE_WORDS_MAX);

    err_set_errno(&err, ERR_IO, errno, "%s", what);
    str_addf(&out, "bgconsole: %s\n", err.text);
    return EXIT_FAILED;
}

enum exit_code engine_process_start(struct environment *environment, bool shared,
                                    struct engine_process *ret_process,
                                    char words[ENGINE_WORDS_MAX])
{
    struct str out = str_on(words, ENGINE_WORDS_MAX);
    int ends[2], said[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return fail(words, "socketpair");
    if (pipe2(said, O_CLOEXEC) != 0) {
        close(ends[0]), close(ends[1]);
        return fail(words, "pipe");
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]), close(said[0]);
        leave_terminal(said[1]);
        exit((int)be_engine(environment, shared, ends[1]));
    }
    close(ends[1]), close(said[1]);
    if (pid > 0)
        hear(said[0], &out);
    close(said[0]);
    int greeting = pid > 0 ? await_greeting(ends[0]) : 0;
    if (greeting > 0) {
        *ret_process = (struct engine_process){pid, ends[0]};
        return EXIT_OK;
    }
    if (greeting < 0) {
        str_addf(&out, "bgconsole: the engine did not begin within %d s\n",
                 STARTS_MS / 1000);
        kill(pid, SIGKILL);
    }
    close(ends[0]);
    return pid > 0 ? code_of(pid) : fail(words, "fork");
}
