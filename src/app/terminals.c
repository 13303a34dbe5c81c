#include "app/terminals.h"

#include "app/engine_answer.h"
#include "app/presence_words.h"
#include "net/engine_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    GRACE_MS = 5000,  /* an operator whose line dropped comes back */
    OWING_MS = 10000, /* a load balancer that has not answered by then does not */
};

/* ---- who is there ---- */

int terminals_attached(const struct terminals *terminals)
{
    int count = 0;

    for (int i = 0; i < terminals->count; i++)
        count += terminal_is_attached(terminals->items[i]);
    return count;
}

/* Somebody is attached, or is about to be. */
static bool is_needed(const struct terminals *terminals)
{
    for (int i = 0; i < terminals->count; i++) {
        const struct terminal *terminal = terminals->items[i];
        if (!terminal->leaving && terminal->hello.ask[0] == '\0')
            return true;
    }
    return false;
}

static bool may_say(const struct terminal *terminal)
{
    return terminal_is_attached(terminal) && !terminal->hello.read_only;
}

static void pass_say(struct terminals *terminals)
{
    if (terminals->say != NULL && may_say(terminals->say))
        return;
    terminals->say = NULL;
    for (int i = 0; i < terminals->count && terminals->say == NULL; i++) {
        if (may_say(terminals->items[i]))
            terminals->say = terminals->items[i];
    }
}

static void draw_all_now(struct terminals *terminals)
{
    for (int i = 0; i < terminals->count; i++)
        terminals->items[i]->draw_now = true;
}

static void forget(struct terminals *terminals, const struct terminal *terminal)
{
    int kept = 0;

    for (int i = 0; i < terminals->count; i++) {
        if (terminals->items[i] != terminal)
            terminals->items[kept++] = terminals->items[i];
    }
    terminals->count = kept;
    pass_say(terminals);
    draw_all_now(terminals);
}

static void dismiss(struct terminals *terminals, struct terminal *terminal)
{
    terminal_end(terminal, NULL);
    forget(terminals, terminal);
}

/* ---- what they do ---- */

static void answer(struct terminals *terminals, struct terminal *terminal)
{
    char words[ENGINE_ANSWER_MAX];
    struct str out = str_on(words, sizeof words);
    enum exit_code code = engine_answer(terminals, terminal, &out);

    terminal_tell(&terminal->wire, MESSAGE_REPLY, code, words);
    wire_flush(&terminal->wire); /* what it does not take at once it does not want */
    if (terminals->stopped_by[0] == '\0')
        dismiss(terminals, terminal); /* else it waits for the end */
}

/* The agent of the session in which the engine was started goes with that session; who
 * comes brings another one (ssh-agent(1)). */
static void take_agent(const struct hello *hello)
{
    if (!hello->read_only && hello->agent[0] != '\0')
        setenv("SSH_AUTH_SOCK", hello->agent, 1);
}

static void on_arrived(void *context, struct terminal *terminal)
{
    struct terminals *terminals = context;

    if (terminal->hello.ask[0] != '\0') {
        answer(terminals, terminal);
        return;
    }
    terminals->lost_ms = 0;
    take_agent(&terminal->hello);
    pass_say(terminals);
    draw_all_now(terminals);
    presence_tell(terminals, terminal, engine_now(terminals->engine).mono_ms);
}

static void on_wants_say(void *context, struct terminal *terminal)
{
    struct terminals *terminals = context;
    struct moment now = engine_now(terminals->engine);

    if (terminals->say != NULL)
        view_say(&terminals->say->view, now, STYLE_WARN, "%s has taken the say",
                 terminal->hello.who);
    terminals->say = terminal;
    view_say(&terminal->view, now, STYLE_TEXT, "this terminal has the say now");
    draw_all_now(terminals);
}

static void on_left(void *context, struct terminal *terminal)
{
    struct terminals *terminals = context;

    (void)terminal;
    terminals->lost_ms = 0;
    pass_say(terminals);
    draw_all_now(terminals);
}

static void on_lost(void *context, struct terminal *terminal)
{
    struct terminals *terminals = context;
    bool was_attached = terminal_is_attached(terminal);

    dismiss(terminals, terminal);
    if (was_attached && terminals->listening >= 0)
        terminals->lost_ms = engine_now(terminals->engine).mono_ms;
}

static void send_off(int fd)
{
    struct wire wire;

    wire_open(&wire, fd, 0);
    terminal_tell(
        &wire, MESSAGE_REPLY, EXIT_BUSY,
        "as many terminals are attached as can be: bgconsole detach makes them leave");
    wire_flush(&wire);
    wire_close(&wire);
}

static void take_connection(struct terminals *terminals, int fd)
{
    struct terminal_owner owner = {on_arrived, on_wants_say, on_left, on_lost,
                                   terminals};

    if (terminals->count == TERMINALS_MAX) {
        send_off(fd);
        return;
    }
    terminals->own.idle =
        !core_is_busy_with_run(terminals->engine->core) && !is_needed(terminals);
    terminals->items[terminals->count++] =
        terminal_new(terminals->engine, fd, &terminals->own, owner);
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct terminals *terminals = poll->data;

    (void)status, (void)events;
    engine_now(terminals->engine);
    int fd = engine_socket_accept(terminals->listening);
    if (fd >= 0)
        take_connection(terminals, fd);
}

/* ---- the engine's turns ---- */

static void wake(uv_timer_t *timer)
{
    struct terminals *terminals = timer->data;

    engine_now(terminals->engine); /* a turn of its own */
}

static void draw_who_is_due(struct terminals *terminals, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;

    for (int i = 0; i < terminals->count; i++) {
        struct terminal *terminal = terminals->items[i];
        int64_t due_ms = terminal_due_ms(terminal, now_ms);
        if (due_ms > 0) {
            next_ms = due_ms < next_ms ? due_ms : next_ms;
            continue;
        }
        presence_tell(terminals, terminal, now_ms);
        terminal_draw(terminal);
        if (terminal->ended)
            i--; /* it was lost just now, and the next one has its place */
    }
    if (next_ms == INT64_MAX)
        uv_timer_stop(&terminals->frame_timer);
    else
        uv_timer_start(&terminals->frame_timer, wake, (uint64_t)next_ms, 0);
}

/* Those who leave need not wait for an end that does not come now. */
static void let_go(struct terminals *terminals)
{
    char words[ENGINE_ANSWER_MAX];

    for (int i = terminals->count - 1; i >= 0; i--) {
        struct terminal *terminal = terminals->items[i];
        struct str out = str_on(words, sizeof words);
        if (!terminal->leaving)
            continue;
        engine_write_farewell(terminals, &out);
        terminal_tell(&terminal->wire, MESSAGE_GOODBYE, EXIT_OK, words);
        wire_flush(&terminal->wire);
        dismiss(terminals, terminal);
    }
}

/* The moment at which the engine may end if nothing more happens. */
static int64_t end_ms(struct terminals *terminals, int64_t now_ms)
{
    const struct core *core = terminals->engine->core;
    bool is_owing = !core_is_busy_with_run(core) && core_is_busy(core);
    bool is_stopped = terminals->stopped_by[0] != '\0';

    if (core_is_busy_with_run(core) || (is_needed(terminals) && !is_stopped)) {
        terminals->owing_ms = 0;
        let_go(terminals);
        return INT64_MAX;
    }
    if (is_owing && terminals->owing_ms == 0)
        terminals->owing_ms = now_ms;
    if (is_owing)
        return terminals->owing_ms + OWING_MS;
    return terminals->lost_ms == 0 || is_stopped ? now_ms
                                                 : terminals->lost_ms + GRACE_MS;
}

static void on_turn(void *context)
{
    struct terminals *terminals = context;
    int64_t now_ms = engine_now(terminals->engine).mono_ms;

    draw_who_is_due(terminals, now_ms);
    int64_t ends_ms = end_ms(terminals, now_ms);
    if (ends_ms <= now_ms)
        engine_stop(terminals->engine);
    else if (ends_ms == INT64_MAX)
        uv_timer_stop(&terminals->end_timer);
    else
        uv_timer_start(&terminals->end_timer, wake, (uint64_t)(ends_ms - now_ms), 0);
}

/* ---- its life ---- */

void terminals_open(struct terminals *terminals, struct engine *engine, int listening,
                    int first, const struct hello *own)
{
    *terminals = (struct terminals){.engine = engine,
                                    .listening = listening,
                                    .own = *own,
                                    .begun = engine_now(engine)};
    uv_timer_init(&engine->loop, &terminals->frame_timer);
    uv_timer_init(&engine->loop, &terminals->end_timer);
    terminals->frame_timer.data = terminals;
    terminals->end_timer.data = terminals;
    if (listening >= 0) {
        uv_poll_init(&engine->loop, &terminals->listener, listening);
        terminals->listener.data = terminals;
        uv_poll_start(&terminals->listener, UV_READABLE, on_connection);
    }
    if (first >= 0)
        take_connection(terminals, first);
    engine->on_turn = on_turn;
    engine->context = terminals;
}

void terminals_close(struct terminals *terminals)
{
    terminals->engine->on_turn = NULL;
    for (int i = 0; i < terminals->count; i++) {
        struct terminal *terminal = terminals->items[i];
        if (terminal->hello.protocol != 0)
            terminal_end(terminal, &terminals->wires[terminals->wire_count++]);
        else
            terminal_end(terminal, NULL);
    }
    terminals->count = 0;
    uv_close((uv_handle_t *)&terminals->frame_timer, NULL);
    uv_close((uv_handle_t *)&terminals->end_timer, NULL);
    if (terminals->listening < 0)
        return;
    uv_close((uv_handle_t *)&terminals->listener, NULL);
    close(terminals->listening);
}

void terminals_tell_end(struct terminals *terminals, const char *words)
{
    for (int i = 0; i < terminals->wire_count; i++) {
        terminal_tell(&terminals->wires[i], MESSAGE_GOODBYE, EXIT_OK, words);
        wire_flush(&terminals->wires[i]);
        wire_close(&terminals->wires[i]);
    }
    terminals->wire_count = 0;
}
