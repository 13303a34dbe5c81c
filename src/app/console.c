#include "app/app.h"
#include "app/engine.h"
#include "app/parting.h"
#include "app/recollect.h"
#include "base/memory.h"
#include "ui/term.h"
#include "ui/ui.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Data waits for its frame; a key never does. */
enum { FRAME_MS = 100 };

enum { SIGNAL_SIZE, SIGNAL_END, SIGNAL_INTERRUPT, SIGNAL_HANG_UP, SIGNAL_COUNT };

/* An operator's terminal on an engine. */
struct console {
    struct engine *engine;
    struct term *term;
    struct view view;
    struct keys keys;
    struct canvas canvas;
    uv_poll_t key_poll;
    uv_timer_t key_timer;   /* a lone ESC is a key after a while */
    uv_timer_t frame_timer; /* the next frame is due */
    uv_signal_t signals[SIGNAL_COUNT];
    int64_t drawn_ms;
    bool draw_now;
};

static void draw(struct console *console)
{
    struct model *model = &console->engine->core->model;

    model->now = engine_now(console->engine);
    ui_draw(model, &console->view, &console->canvas);
    console->term->ops->blit(console->term, &console->canvas);
    ui_shown(model, &console->view);
    console->drawn_ms = model->now.mono_ms;
    console->draw_now = false;
    uv_timer_stop(&console->frame_timer);
}

static void on_frame(uv_timer_t *timer)
{
    struct console *console = timer->data;

    engine_now(console->engine);
    console->draw_now = true;
}

static void on_turn(void *context)
{
    struct console *console = context;
    int64_t since_ms = engine_now(console->engine).mono_ms - console->drawn_ms;

    if (console->draw_now || since_ms >= FRAME_MS)
        draw(console);
    else if (!uv_is_active((uv_handle_t *)&console->frame_timer))
        uv_timer_start(&console->frame_timer, on_frame, (uint64_t)(FRAME_MS - since_ms),
                       0);
}

static void take_size(struct console *console)
{
    int rows, cols;

    console->term->ops->size(console->term, &rows, &cols);
    if (rows == console->canvas.rows && cols == console->canvas.cols)
        return;
    struct canvas canvas;
    if (!canvas_init(&canvas, rows, cols))
        return;
    canvas_close(&console->canvas);
    console->canvas = canvas;
    view_resize(&console->view, rows, cols);
    console->term->ops->spoil(console->term);
}

/* The shell takes over until it continues us. The whole job stops, as by the terminal's
 * own Ctrl-Z: a wrapper such as sudo would otherwise wait for us, and the shell for it.
 */
static void suspend(struct console *console)
{
    console->term->ops->leave(console->term);
    kill(0, SIGSTOP);
    console->term->ops->enter(console->term);
    take_size(console);
    console->term->ops->spoil(console->term);
}

static void take_key(struct console *console, struct key key)
{
    struct model *model = &console->engine->core->model;
    struct intent intent;

    model->now = engine_now(console->engine);
    console->draw_now = true;
    switch (ui_key(model, &console->view, key, &intent)) {
    case UI_INTENT:
        engine_want(console->engine, &intent);
        break;
    case UI_QUIT:
        engine_stop(console->engine);
        break;
    case UI_SUSPEND:
        suspend(console);
        break;
    case UI_REPAINT:
        console->term->ops->spoil(console->term);
        break;
    case UI_NOTHING:
    case UI_CHANGED:
        break;
    }
}

static void on_key_timer(uv_timer_t *timer);

static void take_keys(struct console *console)
{
    int64_t now_ms = engine_now(console->engine).mono_ms;
    struct key key;

    while (keys_next(&console->keys, now_ms, &key))
        take_key(console, key);
    int64_t next_ms = keys_timeout(&console->keys);
    if (next_ms == INT64_MAX)
        uv_timer_stop(&console->key_timer);
    else
        uv_timer_start(&console->key_timer, on_key_timer,
                       next_ms > now_ms ? (uint64_t)(next_ms - now_ms) : 0, 0);
}

static void on_key_timer(uv_timer_t *timer)
{
    take_keys(timer->data);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct console *console = poll->data;
    char bytes[1024];

    ssize_t length = read(console->term->key_fd, bytes, sizeof bytes);
    if (status < 0 || (events & UV_DISCONNECT) || length == 0 ||
        (length < 0 && errno != EAGAIN && errno != EINTR)) {
        uv_poll_stop(poll);
        engine_stop(console->engine); /* the terminal is gone */
        return;
    }
    size_t taken = 0;
    while (length > 0 && taken < (size_t)length) {
        taken += keys_feed(&console->keys, bytes + taken, (size_t)length - taken,
                           engine_now(console->engine).mono_ms);
        take_keys(console);
    }
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct console *console = signal->data;

    if (number != SIGWINCH) {
        engine_stop(console->engine);
        return;
    }
    engine_now(console->engine);
    take_size(console);
    console->draw_now = true;
}

static void open_handles(struct console *console)
{
    static const int numbers[SIGNAL_COUNT] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP};
    uv_loop_t *loop = &console->engine->loop;

    uv_poll_init(loop, &console->key_poll, console->term->key_fd);
    uv_timer_init(loop, &console->key_timer);
    uv_timer_init(loop, &console->frame_timer);
    console->key_poll.data = console;
    console->key_timer.data = console;
    console->frame_timer.data = console;
    uv_poll_start(&console->key_poll, UV_READABLE | UV_DISCONNECT, on_readable);
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        uv_signal_init(loop, &console->signals[i]);
        console->signals[i].data = console;
        uv_signal_start(&console->signals[i], on_signal, numbers[i]);
    }
}

static void close_handles(struct console *console)
{
    uv_close((uv_handle_t *)&console->key_poll, NULL);
    uv_close((uv_handle_t *)&console->key_timer, NULL);
    uv_close((uv_handle_t *)&console->frame_timer, NULL);
    for (int i = 0; i < SIGNAL_COUNT; i++)
        uv_close((uv_handle_t *)&console->signals[i], NULL);
}

static void run_on(struct console *console)
{
    struct engine *engine = console->engine;

    view_init(&console->view, 0, 0);
    keys_init(&console->keys);
    take_size(console);
    if (console->term->notice[0] != '\0')
        view_say(&console->view, engine_now(engine), STYLE_WARN, "%s",
                 console->term->notice);
    open_handles(console);
    engine->on_turn = on_turn;
    engine->context = console;
    engine_pulse(engine);
    engine_run(engine);
    close_handles(console);
}

/* What the operator must know who left while a run was open. */
static void say_goodbye(const struct model *model)
{
    const struct run *run = &model->run;

    if (!run_is_open(run->state))
        return;
    printf("bgconsole: run %s was left at \"%s\"; jobs on hosts end by themselves, ",
           run->id, run_state_name(run->state));
    if (fuse_is_ours(model))
        printf("the load balancer takes the switch back within %lld s. ",
               (long long)fuse_left_ms(model) / 1000 + 1);
    else
        printf("the traffic stays as it is. ");
    printf("The next start tells what became of it.\n");
}

enum exit_code app_console(const struct app_options *options)
{
    struct environment *environment = memory_new(sizeof *environment);
    struct engine engine;
    struct console console = {.engine = &engine};
    struct policy policy = {.observe_only = options->read_only};
    struct err err;

    setlocale(LC_ALL, "");
    enum exit_code code = environment_open(environment, options);
    if (code == EXIT_OK)
        code = engine_open(&engine, environment, policy, !options->read_only);
    if (code == EXIT_OK) {
        recollect(&engine);
        console.term = term_curses_open(
            options->no_colour ? TERM_COLOUR_NEVER : TERM_COLOUR_AUTO, &err);
        if (console.term != NULL) {
            run_on(&console);
            term_close(console.term);
            canvas_close(&console.canvas);
            parting_wait(&engine);
            say_goodbye(&engine.core->model);
        } else {
            fprintf(stderr, "bgconsole: %s\n", err.text);
            code = EXIT_TERMINAL;
        }
        engine_close(&engine);
    }
    environment_close(environment);
    free(environment);
    return code;
}

void app_rescue(void)
{
    term_curses_rescue();
}
