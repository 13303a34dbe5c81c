/*
 * The guard window as pictures in tests/screen/golden/watch_panel-*.txt.
 * GENERATE=1 writes them anew; then read the difference.
 */

#include "lib/test.h"
#include "lib/world.h"

#include "base/str.h"
#include "ui/canvas_text.h"
#include "ui/watch_panel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURE_MAX = 32 * 1024, PATH_MAX_BYTES = 120, ROWS = 16, FUSE_MS = 162000 };

/* What is different from a window in which all is well. */
enum spoiled {
    SPOILED_NOTHING,
    SPOILED_BASELINE, /* none was measured */
    SPOILED_TRAFFIC,  /* nobody came */
    SPOILED_HOSTS,    /* one is sick, the frontend out of reach */
};

struct picture {
    const char *name;
    enum situation situation;
    enum spoiled spoiled;
    bool fuse;
    int cols;
    bool styles;
};

/* clang-format off */
static const struct picture pictures[] = {
    { "clean",         WORLD_WATCHING, SPOILED_NOTHING,  true,   80, false },
    { "clean-styles",  WORLD_WATCHING, SPOILED_NOTHING,  true,   80, true  },
    { "clean-120",     WORLD_WATCHING, SPOILED_NOTHING,  false, 120, false },
    { "no-baseline",   WORLD_WATCHING, SPOILED_BASELINE, true,   80, false },
    { "no-traffic",    WORLD_WATCHING, SPOILED_TRAFFIC,  true,   80, false },
    { "sick-host",     WORLD_WATCHING, SPOILED_HOSTS,    true,   80, false },
    { "tripped",       WORLD_TRIPPED,  SPOILED_NOTHING,  true,   80, false },
    { "tripped-60",    WORLD_TRIPPED,  SPOILED_NOTHING,  true,   60, false },
};
/* clang-format on */

struct scene {
    struct world *world;
    struct baseline baseline;
    struct front front;
    struct guard_window window;
};

static const struct probe_result answered = {.status = 200, .elapsed_ms = 14};
static const struct probe_result refused = {.reason = PROBE_REFUSED};
static const struct probe_result failing = {
    .reason = PROBE_STATUS, .status = 500, .detail = "database schema is 41"};

static void silence(struct model *model)
{
    struct balancer_sample sample = {.pid = model->balancers[0].worker_pid};

    traffic_init(&model->traffic);
    for (int second = 4; second >= 0; second--) {
        sample.at_ms = model->now.mono_ms - 1000 * second;
        traffic_take(&model->traffic, &sample);
    }
}

static void hear(struct scene *scene)
{
    struct model *model = &scene->world->model;
    int64_t now_ms = model->now.mono_ms;
    const struct rollout *rollout = &model->run.rollout;

    for (int i = 0; i < 3; i++)
        front_take(&scene->front, &answered, now_ms, 2, 3);
    for (int i = 0; i < rollout->count; i++)
        health_take(&model->fleet.hosts[rollout->targets[i].host].health, &answered,
                    now_ms, 2, 3);
}

static void spoil(struct scene *scene, enum spoiled spoiled)
{
    struct model *model = &scene->world->model;
    int64_t now_ms = model->now.mono_ms;
    int first_target = model->run.rollout.targets[0].host;

    if (spoiled == SPOILED_BASELINE)
        scene->baseline =
            (struct baseline){.measured = true, .window_ms = 60000, .requests = 41};
    if (spoiled == SPOILED_TRAFFIC)
        silence(model);
    if (spoiled != SPOILED_HOSTS)
        return;
    front_take(&scene->front, &refused, now_ms, 2, 3);
    for (int i = 0; i < 3; i++)
        health_take(&model->fleet.hosts[first_target].health, &failing, now_ms, 2, 3);
}

static struct scene scene_of(const struct picture *picture)
{
    struct scene scene = {.world = world_new(picture->situation)};
    struct model *model = &scene.world->model;

    scene.baseline = (struct baseline){.known = true,
                                       .measured = true,
                                       .colour = COLOUR_BLUE,
                                       .window_ms = 60000,
                                       .requests = 24720,
                                       .failed = 5,
                                       .app_5xx = 25,
                                       .response_ms = 14};
    front_begin(&scene.front, "10.0.0.6:80", "www.example.com");
    hear(&scene);
    spoil(&scene, picture->spoiled);
    guard_window_look(model, &scene.baseline, &scene.front,
                      model->run.stage_ms[STAGE_WATCH], &scene.window);
    return scene;
}

static void take(const struct picture *picture, struct str *out)
{
    struct scene scene = scene_of(picture);
    const struct model *model = &scene.world->model;
    struct watch watch = {&scene.baseline, &scene.window,
                          picture->fuse ? model->now.mono_ms + FUSE_MS : 0};
    struct canvas canvas;

    assert_true(canvas_init(&canvas, ROWS, picture->cols));
    canvas_clear(&canvas);
    int rows = watch_panel_draw(model, &watch, canvas_area(&canvas));
    assert_int_equal(rows,
                     watch_panel_draw(model, &watch, area_nowhere(picture->cols)));
    assert_in_range(rows, 1, ROWS);
    if (picture->styles)
        canvas_write_styles(&canvas, out);
    else
        canvas_write_text(&canvas, true, out);
    canvas_close(&canvas);
    world_free(scene.world);
}

static void write_golden(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void read_golden(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("%s: no such golden; GENERATE=1 makes it", path);
    size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    fclose(file);
}

static void test_looks_as_meant(void **state)
{
    (void)state;
    static char taken[PICTURE_MAX], golden[PICTURE_MAX];
    int different = 0;

    for (size_t i = 0; i < LENGTH_OF(pictures); i++) {
        char path[PATH_MAX_BYTES];
        struct str out = str_on(taken, sizeof taken);
        snprintf(path, sizeof path, "tests/screen/golden/watch_panel-%s.txt",
                 pictures[i].name);
        take(&pictures[i], &out);
        if (getenv("GENERATE") != NULL)
            write_golden(path, taken);
        read_golden(path, golden, sizeof golden);
        if (strcmp(taken, golden) != 0) {
            print_error("%s is not what is drawn:\n%s\n", path, taken);
            different++;
        }
    }
    assert_int_equal(different, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_looks_as_meant)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
