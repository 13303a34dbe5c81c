#include "app/terminal.h"

#include "base/memory.h"
#include "ui/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Data waits for its frame. */
enum { FRAME_MS = 100, MESSAGE_MAX = 8192 };

static void take_keys(struct terminal *terminal);

/* ---- the connection ---- */

static void on_ready(uv_poll_t *poll, int status, int events);

/* Sends what can be sent, and asks to hear when more can. */
static void push(struct terminal *terminal)
{
    int events = UV_READABLE | UV_DISCONNECT;

    if (terminal->ended)
        return;
    if (!wire_flush(&terminal->wire)) {
        terminal->owner.lost(terminal->owner.context, terminal);
        return;
    }
    if (!wire_is_drained(&terminal->wire))
        events |= UV_WRITABLE;
    uv_poll_start(&terminal->poll, events, on_ready);
}

void terminal_tell(struct wire *wire, enum message_type type, enum exit_code code,
                   const char *words)
{
    size_t length = strlen(words);
    uint8_t *room = wire_room(wire, 1 + length);

    room[0] = (uint8_t)code;
    memcpy(room + 1, words, length);
    wire_put(wire, (uint8_t)type, 1 + length);
}

static void greet(struct terminal *terminal, const struct hello *own)
{
    char text[HELLO_TEXT_MAX];
    struct str out = str_on(text, sizeof text);

    hello_write(own, &out);
    wire_send(&terminal->wire, MESSAGE_HELLO, out.at, out.length);
    uv_poll_start(&terminal->poll, UV_READABLE | UV_WRITABLE | UV_DISCONNECT, on_ready);
}

/* ---- its keys ---- */

static void suspend(struct terminal *terminal)
{
    terminal->suspended = true;
    wire_send(&terminal->wire, MESSAGE_SUSPEND, NULL, 0);
}

void terminal_leave(struct terminal *terminal)
{
    if (terminal->leaving || terminal->ended)
        return;
    terminal->leaving = true;
    wire_send(&terminal->wire, MESSAGE_LEAVE, NULL, 0);
    push(terminal);
    terminal->owner.left(terminal->owner.context, terminal);
}

static void take_key(struct terminal *terminal, struct key key)
{
    struct model *model = &terminal->engine->core->model;
    struct intent intent;

    model->now = engine_now(terminal->engine);
    terminal->draw_now = true;
    switch (ui_key(model, &terminal->view, key, &intent)) {
    case UI_INTENT:
        engine_want(terminal->engine, &intent);
        break;
    case UI_QUIT:
        terminal_leave(terminal);
        break;
    case UI_SAY:
        terminal->owner.wants_say(terminal->owner.context, terminal);
        break;
    case UI_SUSPEND:
        suspend(terminal);
        break;
    case UI_REPAINT:
        terminal->spoiled = true;
        break;
    case UI_NOTHING:
    case UI_CHANGED:
        break;
    }
}

static void on_key_timer(uv_timer_t *timer)
{
    take_keys(timer->data);
}

static void take_keys(struct terminal *terminal)
{
    int64_t now_ms = engine_now(terminal->engine).mono_ms;
    struct key key;

    while (!terminal->leaving && !terminal->ended &&
           keys_next(&terminal->keys, now_ms, &key))
        take_key(terminal, key);
    if (terminal->leaving || terminal->ended)
        return;
    int64_t next_ms = keys_timeout(&terminal->keys);
    if (next_ms == INT64_MAX)
        uv_timer_stop(&terminal->key_timer);
    else
        uv_timer_start(&terminal->key_timer, on_key_timer,
                       next_ms > now_ms ? (uint64_t)(next_ms - now_ms) : 0, 0);
}

static void take_bytes(struct terminal *terminal, const struct wire_message *message)
{
    const char *bytes = (const char *)message->bytes;
    size_t taken = 0;

    while (taken < message->length && !terminal->leaving && !terminal->ended) {
        taken += keys_feed(&terminal->keys, bytes + taken, message->length - taken,
                           engine_now(terminal->engine).mono_ms);
        take_keys(terminal);
    }
}

/* ---- what it says ---- */

static void take_size(struct terminal *terminal, int rows, int cols)
{
    struct canvas canvas;

    if ((rows == terminal->canvas.rows && cols == terminal->canvas.cols) ||
        !canvas_init(&canvas, rows, cols))
        return;
    canvas_close(&terminal->canvas);
    terminal->canvas = canvas;
    view_resize(&terminal->view, rows, cols);
    terminal->spoiled = true;
    terminal->draw_now = true;
}

static void take_size_text(struct terminal *terminal,
                           const struct wire_message *message)
{
    char text[32];
    int rows, cols;

    str_copy_bytes(text, sizeof text, (const char *)message->bytes, message->length);
    if (sscanf(text, "%d %d", &rows, &cols) == 2)
        take_size(terminal, rows, cols);
}

static void take_shown(struct terminal *terminal)
{
    terminal->on_its_way = false;
    terminal->view.gate_seen = terminal->gate_drawn;
}

static void take_hello(struct terminal *terminal, const struct wire_message *message)
{
    struct hello *hello = &terminal->hello;

    hello_read((const char *)message->bytes, message->length, hello);
    if (hello->protocol != HELLO_PROTOCOL) {
        terminal->owner.lost(terminal->owner.context, terminal);
        return;
    }
    view_init(&terminal->view, 0, 0);
    keys_init(&terminal->keys);
    take_size(terminal, hello->rows, hello->cols);
    if (hello->notice[0] != '\0')
        view_say(&terminal->view, engine_now(terminal->engine), STYLE_WARN, "%s",
                 hello->notice);
    terminal->owner.arrived(terminal->owner.context, terminal);
}

static void take_message(struct terminal *terminal, const struct wire_message *message)
{
    if (terminal->hello.protocol == 0 || message->type == MESSAGE_HELLO) {
        if (terminal->hello.protocol == 0 && message->type == MESSAGE_HELLO)
            take_hello(terminal, message);
        return;
    }
    terminal->suspended = false;
    switch (message->type) {
    case MESSAGE_KEYS:
        take_bytes(terminal, message);
        break;
    case MESSAGE_SIZE:
        take_size_text(terminal, message);
        break;
    case MESSAGE_SHOWN:
        take_shown(terminal);
        break;
    case MESSAGE_SPOIL:
        terminal->spoiled = true;
        terminal->draw_now = true;
        break;
    case MESSAGE_LEAVE:
        terminal_leave(terminal);
        break;
    default:
        break; /* of another build, and nothing that we could do */
    }
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct terminal *terminal = poll->data;
    struct wire_message message;
    struct err err = {.code = ERR_NONE};
    bool there = true;

    engine_now(terminal->engine);
    if (status < 0)
        there = wire_read_rest(&terminal->wire);
    else if (events & (UV_READABLE | UV_DISCONNECT))
        there = wire_read(&terminal->wire);
    while (!terminal->ended && wire_next(&terminal->wire, &message, &err))
        take_message(terminal, &message);
    if (terminal->ended)
        return;
    if (!there || err.code != ERR_NONE)
        terminal->owner.lost(terminal->owner.context, terminal);
    else
        push(terminal);
}

/* ---- its pictures ---- */

bool terminal_is_attached(const struct terminal *terminal)
{
    return terminal->hello.protocol != 0 && terminal->hello.ask[0] == '\0' &&
           !terminal->leaving && !terminal->ended;
}

int64_t terminal_due_ms(const struct terminal *terminal, int64_t now_ms)
{
    int64_t since_ms = now_ms - terminal->drawn_ms;

    if (!terminal_is_attached(terminal) || terminal->on_its_way ||
        terminal->canvas.rows == 0)
        return INT64_MAX;
    return terminal->draw_now || since_ms >= FRAME_MS ? 0 : FRAME_MS - since_ms;
}

int64_t terminal_lag_ms(const struct terminal *terminal, int64_t now_ms)
{
    return terminal->on_its_way ? now_ms - terminal->sent_ms : 0;
}

static void remember_shown(struct terminal *terminal)
{
    const struct canvas *canvas = &terminal->canvas;

    if (terminal->shown.rows != canvas->rows || terminal->shown.cols != canvas->cols) {
        canvas_close(&terminal->shown);
        if (!canvas_init(&terminal->shown, canvas->rows, canvas->cols))
            return; /* without memory of it, the next picture is whole */
    }
    memcpy(terminal->shown.cells, canvas->cells,
           (size_t)canvas->rows * (size_t)canvas->cols * sizeof *canvas->cells);
    terminal->shown.cursor_row = canvas->cursor_row;
    terminal->shown.cursor_col = canvas->cursor_col;
}

void terminal_draw(struct terminal *terminal)
{
    struct model *model = &terminal->engine->core->model;
    struct canvas *canvas = &terminal->canvas;

    model->now = engine_now(terminal->engine);
    ui_draw(model, &terminal->view, canvas);
    int gate = ui_gate_shown(model, &terminal->view);
    uint8_t *room =
        wire_room(&terminal->wire, picture_size_max(canvas->rows, canvas->cols));
    size_t length =
        picture_write(canvas, terminal->spoiled ? NULL : &terminal->shown, room);
    terminal->drawn_ms = model->now.mono_ms;
    terminal->draw_now = false;
    if (length == 0) { /* it is on the screen already */
        terminal->view.gate_seen = gate;
        return;
    }
    wire_put(&terminal->wire, MESSAGE_PICTURE, length);
    remember_shown(terminal);
    terminal->spoiled = false;
    terminal->on_its_way = true;
    terminal->gate_drawn = gate;
    terminal->sent_ms = model->now.mono_ms;
    push(terminal);
}

/* ---- its life ---- */

struct terminal *terminal_new(struct engine *engine, int fd, const struct hello *own,
                              struct terminal_owner owner)
{
    struct terminal *terminal = memory_new(sizeof *terminal);

    terminal->engine = engine;
    terminal->owner = owner;
    terminal->open_handles = 2;
    wire_open(&terminal->wire, fd, MESSAGE_MAX);
    uv_poll_init(&engine->loop, &terminal->poll, fd);
    uv_timer_init(&engine->loop, &terminal->key_timer);
    terminal->poll.data = terminal;
    terminal->key_timer.data = terminal;
    greet(terminal, own);
    return terminal;
}

static void on_closed(uv_handle_t *handle)
{
    struct terminal *terminal = handle->data;

    if (--terminal->open_handles == 0)
        free(terminal);
}

void terminal_end(struct terminal *terminal, struct wire *ret_wire)
{
    if (terminal->ended)
        return;
    terminal->ended = true;
    uv_close((uv_handle_t *)&terminal->poll, on_closed);
    uv_close((uv_handle_t *)&terminal->key_timer, on_closed);
    if (ret_wire != NULL)
        *ret_wire = terminal->wire;
    else
        wire_close(&terminal->wire);
    canvas_close(&terminal->canvas);
    canvas_close(&terminal->shown);
}
