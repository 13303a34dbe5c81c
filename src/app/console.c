/*
 * The operator's terminal, attached to an engine: bytes of keys go there, pictures come
 * back. Nothing is decided here, and nothing is lost when this process ends.
 */

#include "app/app.h"
#include "app/attachment.h"
#include "app/engine_client.h"
#include "app/epitaph.h"
#include "base/clock.h"
#include "ui/picture.h"
#include "ui/term.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { SIGNAL_SIZE, SIGNAL_END, SIGNAL_INTERRUPT, SIGNAL_HANG_UP, SIGNAL_COUNT };

enum {
    SILENCE_ASK_MS = 3000,  /* then the engine is asked for a picture */
    SILENCE_TELL_MS = 8000, /* then the operator is told, and may leave without it */
    PARTING_MS = 15000,     /* for its last word */
    CTRL_C = 0x03,
};

enum ending {
    ENDING_NONE,
    ENDING_TOLD,   /* by the engine's last word, or in want of one that was due */
    ENDING_LOST,   /* the engine is gone, and did not say why */
    ENDING_SILENT, /* the operator has left an engine that does not answer */
    ENDING_GONE,   /* the terminal itself is gone */
};

struct console {
    uv_loop_t loop;
    struct attachment attachment;
    struct term *term; /* NULL: given back */
    struct canvas canvas;
    struct picture_styles styles;
    uv_poll_t key_poll, engine_poll;
    uv_timer_t watch; /* for silence, and for the last word */
    uv_signal_t signals[SIGNAL_COUNT];
    int64_t heard_ms; /* when the engine said something */
    int64_t left_ms;  /* since when its last word is waited for, 0: it is not */
    enum ending ending;
    enum exit_code code;
    char words[ENGINE_WORDS_MAX]; /* its last ones */
};

static void end_by(struct console *console, enum ending ending)
{
    if (console->ending == ENDING_NONE)
        console->ending = ending;
    uv_stop(&console->loop);
}

/* ---- to the engine ---- */

static void on_engine(uv_poll_t *poll, int status, int events);

static void push(struct console *console)
{
    struct wire *wire = &console->attachment.wire;
    int events = UV_READABLE | UV_DISCONNECT;

    wire_flush(wire); /* that it is gone is heard by reading, after its last word */
    if (!wire_is_drained(wire))
        events |= UV_WRITABLE;
    uv_poll_start(&console->engine_poll, events, on_engine);
}

static void say(struct console *console, enum message_type type, const void *bytes,
                size_t length)
{
    wire_send(&console->attachment.wire, (uint8_t)type, bytes, length);
    push(console);
}

static void say_size(struct console *console)
{
    char text[32];
    int rows, cols;

    console->term->ops->size(console->term, &rows, &cols);
    snprintf(text, sizeof text, "%d %d", rows, cols);
    say(console, MESSAGE_SIZE, text, strlen(text));
}

static void introduce(struct console *console)
{
    struct hello *own = &console->attachment.own;

    console->term->ops->size(console->term, &own->rows, &own->cols);
    if (console->term->notice[0] != '\0')
        str_copy(own->notice, sizeof own->notice, console->term->notice);
    engine_client_send_hello(&console->attachment.wire, own);
}

/* ---- from the engine ---- */

static bool is_silent(const struct console *console, int64_t now_ms)
{
    return now_ms - console->heard_ms >= SILENCE_TELL_MS;
}

static void blit(struct console *console)
{
    int rows, cols;

    console->term->ops->size(console->term, &rows, &cols);
    if (console->canvas.rows == rows && console->canvas.cols == cols)
        console->term->ops->blit(console->term, &console->canvas);
}

static void take_picture(struct console *console, const struct wire_message *message)
{
    struct err err;

    if (console->term == NULL)
        return;
    if (!picture_read(&console->canvas, &console->styles, message->bytes,
                      message->length, &err)) {
        str_copy(console->words, sizeof console->words, err.text);
        end_by(console, ENDING_LOST);
        return;
    }
    blit(console);
    say(console, MESSAGE_SHOWN, NULL, 0);
}

/* The shell takes over until it continues us. The whole job stops, as by the terminal's
 * own Ctrl-Z: a wrapper such as sudo would otherwise wait for us, and the shell for it.
 */
static void suspend(struct console *console)
{
    struct term *term = console->term;

    if (term == NULL)
        return;
    term->ops->leave(term);
    kill(0, SIGSTOP);
    term->ops->enter(term);
    console->heard_ms = clock_now().mono_ms;
    say_size(console);
    say(console, MESSAGE_SPOIL, NULL, 0);
}

static void give_back(struct console *console)
{
    if (console->term == NULL)
        return;
    uv_poll_stop(&console->key_poll);
    uv_signal_stop(&console->signals[SIGNAL_SIZE]);
    term_close(console->term);
    console->term = NULL;
}

static void part(struct console *console)
{
    give_back(console);
    if (console->left_ms == 0)
        console->left_ms = clock_now().mono_ms;
}

static void take_goodbye(struct console *console, const struct wire_message *message)
{
    if (message->length > 0) {
        console->code = (enum exit_code)message->bytes[0];
        str_copy_bytes(console->words, sizeof console->words,
                       (const char *)message->bytes + 1, message->length - 1);
    }
    end_by(console, ENDING_TOLD);
}

static void take_message(struct console *console, const struct wire_message *message)
{
    switch (message->type) {
    case MESSAGE_PICTURE:
        take_picture(console, message);
        break;
    case MESSAGE_SUSPEND:
        suspend(console);
        break;
    case MESSAGE_LEAVE:
        part(console);
        break;
    case MESSAGE_GOODBYE:
        take_goodbye(console, message);
        break;
    default:
        break; /* of another build, and nothing that we could show */
    }
}

static void on_engine(uv_poll_t *poll, int status, int events)
{
    struct console *console = poll->data;
    struct wire *wire = &console->attachment.wire;
    struct wire_message message;
    struct err err = {.code = ERR_NONE};
    bool there = true;

    if (status < 0)
        there = wire_read_rest(wire);
    else if (events & (UV_READABLE | UV_DISCONNECT))
        there = wire_read(wire);
    while (console->ending == ENDING_NONE && wire_next(wire, &message, &err)) {
        console->heard_ms = clock_now().mono_ms;
        take_message(console, &message);
    }
    if (!there || err.code != ERR_NONE)
        end_by(console, console->left_ms != 0 ? ENDING_TOLD : ENDING_LOST);
    else if (console->ending == ENDING_NONE)
        push(console);
}

/* ---- the terminal ---- */

/* Keys for an engine that does not take them would do something much later. */
static void take_keys(struct console *console, const char *bytes, size_t length)
{
    if (!is_silent(console, clock_now().mono_ms))
        say(console, MESSAGE_KEYS, bytes, length);
    else if (memchr(bytes, CTRL_C, length) != NULL)
        end_by(console, ENDING_SILENT);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct console *console = poll->data;
    char bytes[1024];

    ssize_t length = read(console->term->key_fd, bytes, sizeof bytes);
    if (length > 0)
        take_keys(console, bytes, (size_t)length);
    if (status < 0 || (events & UV_DISCONNECT) || length == 0 ||
        (length < 0 && errno != EAGAIN && errno != EINTR))
        end_by(console, ENDING_GONE);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct console *console = signal->data;

    if (number == SIGHUP) {
        end_by(console, ENDING_GONE);
    } else if (number == SIGWINCH) {
        say_size(console);
        blit(console);
    } else {
        say(console, MESSAGE_LEAVE, NULL, 0);
        part(console);
    }
}

/* Over the last picture, which stays as it is. */
static void show_silence(struct console *console, int64_t now_ms)
{
    struct canvas *canvas = &console->canvas;
    struct canvas told;

    if (!canvas_init(&told, canvas->rows, canvas->cols))
        return;
    memcpy(told.cells, canvas->cells,
           (size_t)canvas->rows * (size_t)canvas->cols * sizeof *canvas->cells);
    char text[160];
    snprintf(
        text, sizeof text,
        " The engine (pid %d) has not answered for %lld s: Ctrl-C leaves; the picture "
        "is old.",
        console->attachment.engine.pid, (long long)(now_ms - console->heard_ms) / 1000);
    area_field(canvas_area(&told), told.rows - 1, 0, told.cols, STYLE_PRODUCTION, text);
    console->term->ops->blit(console->term, &told);
    canvas_close(&told);
}

static void on_watch(uv_timer_t *timer)
{
    struct console *console = timer->data;
    int64_t now_ms = clock_now().mono_ms;

    if (console->left_ms != 0) {
        if (now_ms - console->left_ms >= PARTING_MS)
            end_by(console, ENDING_TOLD);
    } else if (is_silent(console, now_ms)) {
        show_silence(console, now_ms);
    } else if (now_ms - console->heard_ms >= SILENCE_ASK_MS) {
        say(console, MESSAGE_SPOIL, NULL, 0);
    }
}

/* ---- its life ---- */

static void open_handles(struct console *console)
{
    static const int numbers[SIGNAL_COUNT] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP};
    uv_loop_t *loop = &console->loop;

    uv_loop_init(loop);
    uv_poll_init(loop, &console->key_poll, console->term->key_fd);
    uv_poll_init(loop, &console->engine_poll, console->attachment.wire.fd);
    uv_timer_init(loop, &console->watch);
    console->key_poll.data = console;
    console->engine_poll.data = console;
    console->watch.data = console;
    uv_poll_start(&console->key_poll, UV_READABLE | UV_DISCONNECT, on_readable);
    uv_timer_start(&console->watch, on_watch, 1000, 1000);
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        uv_signal_init(loop, &console->signals[i]);
        console->signals[i].data = console;
        uv_signal_start(&console->signals[i], on_signal, numbers[i]);
    }
}

static void close_handles(struct console *console)
{
    uv_close((uv_handle_t *)&console->key_poll, NULL);
    uv_close((uv_handle_t *)&console->engine_poll, NULL);
    uv_close((uv_handle_t *)&console->watch, NULL);
    for (int i = 0; i < SIGNAL_COUNT; i++)
        uv_close((uv_handle_t *)&console->signals[i], NULL);
    uv_run(&console->loop, UV_RUN_DEFAULT);
    uv_loop_close(&console->loop);
}

static void run_on(struct console *console)
{
    picture_read_styles(console->attachment.engine.styles, &console->styles);
    console->heard_ms = clock_now().mono_ms;
    open_handles(console);
    introduce(console);
    push(console);
    uv_run(&console->loop, UV_RUN_DEFAULT);
    give_back(console);
    close_handles(console);
    canvas_close(&console->canvas);
}

static enum exit_code tell_end(const struct console *console)
{
    switch (console->ending) {
    case ENDING_LOST:
        epitaph_print(&console->attachment, console->words);
        return EXIT_FAILED;
    case ENDING_SILENT:
        fprintf(
            stderr,
            "bgconsole: the engine (pid %d) does not answer, and was left alone; kill "
            "ends it, and what it had begun is in its journal\n",
            console->attachment.engine.pid);
        return EXIT_FAILED;
    default:
        fputs(console->words, stdout);
        return console->code;
    }
}

enum exit_code app_console(const struct app_options *options)
{
    struct console console = {.code = EXIT_OK};
    struct err err;

    setlocale(LC_ALL, "");
    if (!term_curses_check(&err)) {
        fprintf(stderr, "bgconsole: %s\n", err.text);
        return EXIT_TERMINAL;
    }
    enum exit_code code = attachment_open(&console.attachment, options);
    if (code != EXIT_OK)
        return code;
    console.term = term_curses_open(
        options->no_colour ? TERM_COLOUR_NEVER : TERM_COLOUR_AUTO, &err);
    if (console.term != NULL) {
        run_on(&console);
        code = tell_end(&console);
    } else {
        fprintf(stderr, "bgconsole: %s\n", err.text);
        code = EXIT_TERMINAL;
    }
    attachment_close(&console.attachment);
    return code;
}

void app_rescue(void)
{
    term_curses_rescue();
}
