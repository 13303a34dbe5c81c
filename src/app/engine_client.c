#include "app/engine_client.h"

#include "app/build_id.h"
#include "base/clock.h"
#include "net/engine_socket.h"
#include "ui/picture.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ENGINE_ENDS_MS = 15000 };

/* ---- one message ---- */

static bool wait_for(int fd, int64_t deadline_ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

    for (;;) {
        int64_t left_ms = deadline_ms - clock_now().mono_ms;
        if (left_ms <= 0)
            return false;
        int ready = poll(&poll_fd, 1, (int)left_ms);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

bool engine_client_next(struct wire *wire, int wait_ms,
                        struct wire_message *ret_message, struct err *err)
{
    int64_t deadline_ms = clock_now().mono_ms + wait_ms;

    for (;;) {
        if (wire_next(wire, ret_message, err))
            return true;
        if (err->code != ERR_NONE)
            return false;
        if (!wait_for(wire->fd, deadline_ms))
            return err_set(err, ERR_TIMEOUT, "the engine has not answered for %d s",
                           wait_ms / 1000);
        if (!wire_read(wire))
            return err_set(err, ERR_LOST, "the engine has ended");
    }
}

/* ---- hello ---- */

static bool speaks_ours(const struct hello *engine, struct err *err)
{
    if (engine->protocol == HELLO_PROTOCOL)
        return true;
    return err_set(
        err, ERR_PROTOCOL,
        "the engine that runs here (pid %d) is version %s, and this is " BGC_VERSION
        ": they do not understand each other. Its run goes on; look at it with "
        "`bgconsole status`, or attach with the version that started it. It "
        "ends when the run is over and nobody is attached",
        engine->pid, engine->version);
}

/* Who listens there, as the kernel knows (unix(7)); it has not said so itself. */
static int pid_of(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? (int)peer.pid
                                                                      : 0;
}

/* Stopped, or busy with something that does not end. */
static void tell_of_silence(int fd, struct err *err)
{
    int pid = pid_of(fd);

    err_set(
        err, ERR_TIMEOUT,
        "the engine (pid %d) has not answered for %d s: kill -CONT %d wakes it if it "
        "is stopped, kill -9 %d ends it",
        pid, ENGINE_ANSWERS_MS / 1000, pid, pid);
}

/* It turns us away in words, or it is no engine. */
static bool refuse(const struct wire_message *message, struct err *err)
{
    char words[HELLO_WORD_MAX];

    if (message->type != MESSAGE_REPLY || message->length == 0)
        return err_set(err, ERR_PROTOCOL, "the engine does not say who it is");
    str_copy_bytes(words, sizeof words, (const char *)message->bytes + 1,
                   message->length - 1);
    return err_set(err, ERR_BUSY, "%s", words);
}

bool engine_client_open(struct wire *wire, int fd, struct hello *ret_engine,
                        struct err *err)
{
    struct wire_message message;

    wire_open(wire, fd, picture_size_max(CANVAS_ROWS_MAX, CANVAS_COLS_MAX));
    bool ok = engine_client_next(wire, ENGINE_ANSWERS_MS, &message, err);
    if (ok && message.type != MESSAGE_HELLO)
        ok = refuse(&message, err);
    if (ok) {
        hello_read((const char *)message.bytes, message.length, ret_engine);
        ok = speaks_ours(ret_engine, err);
    }
    if (!ok && err->code == ERR_TIMEOUT)
        tell_of_silence(fd, err);
    if (!ok)
        wire_close(wire);
    return ok;
}

void engine_client_introduce(struct hello *hello, const struct environment *environment)
{
    char build[BUILD_ID_SIZE];

    build_id(build);
    *hello = (struct hello){.protocol = HELLO_PROTOCOL, .pid = (int)getpid()};
    str_copy(hello->version, sizeof hello->version, BGC_VERSION);
    str_copy(hello->build, sizeof hello->build, build);
    str_copy(hello->settings, sizeof hello->settings, environment->digest);
    hello_introduce(hello->who);
}

void engine_client_send_hello(struct wire *wire, const struct hello *hello)
{
    char text[HELLO_TEXT_MAX];
    struct str out = str_on(text, sizeof text);

    hello_write(hello, &out);
    wire_send(wire, MESSAGE_HELLO, out.at, out.length);
    wire_flush(wire);
}

/* ---- a command ---- */

static bool await_end(struct wire *wire, struct err *err)
{
    struct wire_message message;

    while (engine_client_next(wire, ENGINE_ENDS_MS, &message, err))
        ;
    return err->code == ERR_LOST;
}

bool engine_client_ask(struct wire *wire, const struct hello *own, const char *ask,
                       bool until_end, enum exit_code *ret_code, struct str *words,
                       struct err *err)
{
    struct wire_message message;
    struct hello hello = *own;

    str_copy(hello.ask, sizeof hello.ask, ask);
    engine_client_send_hello(wire, &hello);
    do {
        if (!engine_client_next(wire, ENGINE_ANSWERS_MS, &message, err))
            return false;
    } while (message.type != MESSAGE_REPLY || message.length == 0);
    *ret_code = (enum exit_code)message.bytes[0];
    str_add_bytes(words, (const char *)message.bytes + 1, message.length - 1);
    return *ret_code != EXIT_OK || !until_end || await_end(wire, err);
}

void engine_client_make_room(const struct environment *environment)
{
    char words[ENGINE_WORDS_MAX];
    struct str out = str_on(words, sizeof words);
    struct hello own, engine;
    enum exit_code code;
    struct wire wire;
    struct err err;

    int fd = engine_socket_connect(environment->state, &err);
    if (fd < 0 || !engine_client_open(&wire, fd, &engine, &err))
        return;
    engine_client_introduce(&own, environment);
    if (engine.idle)
        engine_client_ask(&wire, &own, "yield", true, &code, &out, &err);
    wire_close(&wire);
}
