/*
 * A playground: the real screens over a made-up model.
 *
 *     show SITUATION                 on this terminal, with keys
 *     show --text SITUATION [RxC] [KEYS]    once, as text
 *     show --svg SITUATION [RxC] [KEYS]     once, as a picture
 *     show                           lists the situations
 *
 * KEYS are typed before the picture is taken.
 */

#include "lib/world.h"
#include "ui/canvas_text.h"
#include "ui/term.h"
#include "ui/term_svg.h"
#include "ui/ui.h"

#include "base/str.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAME_MS = 100 };

static int list_situations(void)
{
    for (int i = 0; i < SITUATION_COUNT; i++)
        printf("%-14s %s\n", situation_name((enum situation)i),
               situation_help((enum situation)i));
    return 2;
}

static void type(struct world *world, struct view *view, const char *keys)
{
    struct keys decoder;
    struct key key;
    struct intent intent;
    int64_t now_ms = world->model.now.mono_ms;
    keys_init(&decoder);
    keys_feed(&decoder, keys, strlen(keys), now_ms);
    while (keys_next(&decoder, now_ms + KEYS_ESCAPE_MS, &key)) {
        ui_key(&world->model, view, key, &intent);
        view->gate_seen = ui_gate_shown(&world->model, view);
    }
}

static int show_once(struct world *world, const char *size, const char *keys, bool svg)
{
    struct canvas canvas;
    struct view view;
    int rows = 24, cols = 80;
    sscanf(size, "%dx%d", &rows, &cols);
    if (!canvas_init(&canvas, rows, cols))
        return 1;
    view_init(&view, rows, cols);
    view.gate_seen = ui_gate_shown(&world->model, &view);
    type(world, &view, keys);
    ui_draw(&world->model, &view, &canvas);

    size_t bytes = svg ? svg_size(rows, cols) : canvas_text_size(rows, cols);
    char *buffer = malloc(bytes);
    if (buffer == NULL)
        return 1;
    struct str out = str_on(buffer, bytes);
    if (svg)
        svg_write(&canvas, &out);
    else
        canvas_write_text(&canvas, true, &out);
    fputs(buffer, stdout);
    free(buffer);
    canvas_close(&canvas);
    return 0;
}

static void draw(struct term *term, struct world *world, struct view *view,
                 struct canvas *canvas)
{
    int rows, cols;
    term->ops->size(term, &rows, &cols);
    if (rows != canvas->rows || cols != canvas->cols) {
        canvas_close(canvas);
        if (!canvas_init(canvas, rows, cols))
            return;
        view_resize(view, rows, cols);
    }
    ui_draw(&world->model, view, canvas);
    term->ops->blit(term, canvas);
    view->gate_seen = ui_gate_shown(&world->model, view);
}

/* An intent changes nothing here; the message line says what it would have been. */
static bool take(struct term *term, struct world *world, struct view *view,
                 struct key key)
{
    struct intent intent;
    switch (ui_key(&world->model, view, key, &intent)) {
    case UI_INTENT:
        view_say(view, world->model.now, STYLE_OK, "intent: %s %s (gate %d)",
                 intent_name(intent.kind), intent.ref, intent.gate);
        return true;
    case UI_QUIT:
        return false;
    case UI_REPAINT:
        term->ops->spoil(term);
        return true;
    default:
        return true;
    }
}

static int show_live(struct world *world)
{
    struct err err;
    struct canvas canvas = {0};
    struct view view;
    struct keys keys;
    struct term *term = term_curses_open(TERM_COLOUR_AUTO, &err);
    if (term == NULL) {
        fprintf(stderr, "show: %s\n", err.text);
        return 21;
    }
    view_init(&view, 0, 0);
    keys_init(&keys);
    if (term->notice[0] != '\0')
        view_say(&view, world->model.now, STYLE_WARN, "%s", term->notice);
    for (bool open = true; open;) {
        draw(term, world, &view, &canvas);
        struct pollfd key_fd = {.fd = term->key_fd, .events = POLLIN};
        poll(&key_fd, 1, FRAME_MS);
        if (key_fd.revents & (POLLHUP | POLLERR | POLLNVAL))
            break;
        world_pass(world, FRAME_MS);
        char bytes[256];
        ssize_t got = read(term->key_fd, bytes, sizeof bytes);
        int64_t now_ms = world->model.now.mono_ms;
        if (got > 0)
            keys_feed(&keys, bytes, (size_t)got, now_ms);
        struct key key;
        while (open && keys_next(&keys, now_ms, &key))
            open = take(term, world, &view, key);
    }
    canvas_close(&canvas);
    term_close(term);
    return 0;
}

int main(int count, char **words)
{
    bool svg = count > 1 && str_equal(words[1], "--svg");
    bool once = svg || (count > 1 && str_equal(words[1], "--text"));
    int at = once ? 2 : 1;
    if (count <= at || situation_find(words[at]) == SITUATION_COUNT)
        return list_situations();

    struct world *world = world_new(situation_find(words[at]));
    int result = once ? show_once(world, count > at + 1 ? words[at + 1] : "24x80",
                                  count > at + 2 ? words[at + 2] : "", svg)
                      : show_live(world);
    world_free(world);
    return result;
}
