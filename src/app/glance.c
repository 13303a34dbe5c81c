#include "app/glance.h"

#include "app/engine.h"
#include "base/memory.h"
#include "core/break_glass.h"
#include "ui/status.h"
#include "ui/term.h"
#include "ui/ui.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Whoever has not answered by then is shown as not answering. */
enum { GLANCE_LIMIT_MS = 15000, GLANCE_TEXT_MAX = 4 * 1024 * 1024 };

/* Rates need two samples, a second apart; nobody waits longer for them than this. */
enum { GLANCE_SAMPLES = 2, GLANCE_SAMPLES_MS = 2500 };

/* One look at everything: waits until all have answered once, then prints. */
struct glance {
    struct engine *engine;
    uv_timer_t limit;
    int64_t begun_ms;
    struct glance_wish wish;
};

static bool hosts_answered(const struct core *core)
{
    const struct fleet *fleet = &core->model.fleet;

    for (int i = 0; i < fleet->count; i++) {
        const struct host *host = &fleet->hosts[i];
        enum colour colour;
        if (host->gone || host->address[0] == '\0' ||
            !role_colour(host->droplet.role, &colour))
            continue;
        if (host->reach_ms == 0 || host->health.checked_ms == 0)
            return false;
    }
    return true;
}

static bool balancer_answered(const struct glance *glance, int place)
{
    const struct core *core = glance->engine->core;
    const struct balancer *balancer = &core->model.balancers[place];
    int64_t waited_ms = core->model.now.mono_ms - glance->begun_ms;

    if (balancer->host < 0 && core->model.settings->socket[0] == '\0')
        return true;
    if (balancer->host >= 0 && balancer->asked_ms == 0)
        return false;
    return balancer->trouble[0] != '\0' ||
           (balancer->sampled && (core->model.traffic.count >= GLANCE_SAMPLES ||
                                  waited_ms >= GLANCE_SAMPLES_MS));
}

static bool balancers_answered(const struct glance *glance)
{
    for (int i = 0; i < glance->engine->core->model.balancer_count; i++) {
        if (!balancer_answered(glance, i))
            return false;
    }
    return true;
}

static bool config_answered(const struct glance *glance)
{
    const struct configure *configure = &glance->engine->core->model.configure;

    return !glance->wish.of_config || configure->render_trouble[0] != '\0' ||
           configure->read_trouble[0] != '\0' ||
           (configure->compared && configure->linted);
}

static bool all_answered(const struct glance *glance)
{
    const struct fleet *fleet = &glance->engine->core->model.fleet;

    if (fleet->trouble[0] != '\0')
        return true;
    return fleet->listed_ms > 0 && balancers_answered(glance) &&
           config_answered(glance) &&
           (glance->wish.of_balancer || hosts_answered(glance->engine->core));
}

static void on_turn(void *context)
{
    struct glance *glance = context;

    if (all_answered(glance))
        engine_stop(glance->engine);
}

static void on_limit(uv_timer_t *timer)
{
    struct glance *glance = timer->data;

    engine_stop(glance->engine);
}

static void look(struct glance *glance)
{
    struct engine *engine = glance->engine;

    glance->begun_ms = engine_now(engine).mono_ms;
    uv_timer_init(&engine->loop, &glance->limit);
    glance->limit.data = glance;
    uv_timer_start(&glance->limit, on_limit, GLANCE_LIMIT_MS, 0);
    engine->on_turn = on_turn;
    engine->context = glance;
    engine_pulse(engine);
    engine_run(engine);
    uv_close((uv_handle_t *)&glance->limit, NULL);
}

enum exit_code glance_and(glance_fn *show, struct glance_wish wish,
                          const struct app_options *options)
{
    const struct policy look_on = {.observe_only = true,
                                   .reads_config = wish.of_config};
    struct environment *environment = memory_new(sizeof *environment);
    struct engine engine;
    struct glance glance = {.engine = &engine, .wish = wish};

    setlocale(LC_ALL, "");
    enum exit_code code = environment_open(environment, options);
    if (code == EXIT_OK)
        code = engine_open(&engine, environment, look_on, false);
    if (code == EXIT_OK) {
        look(&glance);
        code = show(&engine.core->model, options);
        engine_close(&engine);
    }
    environment_close(environment);
    free(environment);
    return code;
}

static enum exit_code print_status(const struct model *model,
                                   const struct app_options *options)
{
    char *text = memory_new(GLANCE_TEXT_MAX);
    struct str out = str_on(text, GLANCE_TEXT_MAX);

    if (options->json)
        status_write_json(model, &out);
    else
        status_write_text(model, &out);
    fputs(text, stdout);
    if (out.length > 0 && text[out.length - 1] != '\n')
        putchar('\n');
    free(text);
    return status_is_well(model) ? EXIT_OK : EXIT_UNREACHABLE;
}

/* A size from the surroundings (COLUMNS, LINES), within what a canvas can be. */
static int size_from(const char *variable, int least, int most)
{
    const char *text = getenv(variable);
    long long size;

    return text != NULL && str_to_long(text, least, most, &size) ? (int)size : least;
}

static enum exit_code print_dashboard(const struct model *model,
                                      const struct app_options *options)
{
    int rows = size_from("LINES", UI_ROWS_LEAST, CANVAS_ROWS_MAX);
    int cols = size_from("COLUMNS", UI_COLS_LEAST, CANVAS_COLS_MAX);
    struct canvas canvas;
    struct view view;
    struct err err;

    (void)options;
    struct term *term = term_text_open(STDOUT_FILENO, rows, cols, &err);
    if (term == NULL || !canvas_init(&canvas, rows, cols)) {
        fprintf(stderr, "bgconsole: %s\n", term == NULL ? err.text : "out of memory");
        term_close(term);
        return EXIT_FAILED;
    }
    view_init(&view, rows, cols);
    ui_draw(model, &view, &canvas);
    term->ops->blit(term, &canvas);
    canvas_close(&canvas);
    term_close(term);
    return status_is_well(model) ? EXIT_OK : EXIT_UNREACHABLE;
}

static enum exit_code print_card(const struct model *model,
                                 const struct app_options *options)
{
    char *text = memory_new(BREAK_GLASS_TEXT_MAX);
    struct str out = str_on(text, BREAK_GLASS_TEXT_MAX);

    (void)options;
    break_glass_write(model, &out);
    if (out.cut)
        fprintf(stderr, "bgconsole: there are too many hosts for a card\n");
    else
        fputs(text, stdout);
    free(text);
    return out.cut ? EXIT_FAILED : EXIT_OK;
}

static const struct glance_wish everything;

enum exit_code app_status(const struct app_options *options)
{
    return glance_and(print_status, everything, options);
}

enum exit_code app_once(const struct app_options *options)
{
    return glance_and(print_dashboard, everything, options);
}

/* Whoever needs it cannot wait for hosts: the load balancer alone matters. */
enum exit_code app_card(const struct app_options *options)
{
    static const struct glance_wish wish = {.of_balancer = true};

    return glance_and(print_card, wish, options);
}
