/*
 * Each situation as a picture in tests/screen/golden/: what the screen is meant
 * to look like. GENERATE=1 writes them anew; then read the difference.
 */

#include "lib/test.h"
#include "lib/world.h"

#include "base/str.h"
#include "ui/canvas_text.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURE_MAX = 512 * 1024, PATH_MAX_BYTES = 200 };

enum form { FORM_TEXT, FORM_ASCII, FORM_STYLES };

struct picture {
    enum situation situation;
    int rows, cols;
    enum form form;
    const char *name; /* of the file, after the situation's */
    const char *keys; /* typed before */
};

/* clang-format off */
static const struct picture pictures[] = {
    { WORLD_STARTING,      24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_IDLE,          24,  80, FORM_ASCII,  "24x80-ascii",     "" },
    { WORLD_IDLE,          24,  80, FORM_STYLES, "24x80-styles",    "" },
    { WORLD_IDLE,          40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-focus",     "\t\t\x1b[B" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-help",      "?" },
    { WORLD_IDLE,          60, 200, FORM_TEXT,   "60x200",          "" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-ref",       "d" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-off",       "f" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-no-run",    "2" },
    { WORLD_PREFLIGHT,     24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_PLAN_GATE,     24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_PLAN_GATE,     40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_DEPLOYING,     24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_DEPLOYING,     24,  80, FORM_ASCII,  "24x80-ascii",     "" },
    { WORLD_DEPLOYING,     24,  80, FORM_STYLES, "24x80-styles",    "" },
    { WORLD_DEPLOYING,     40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_DEPLOYING,     24,  80, FORM_TEXT,   "24x80-run",       "2" },
    { WORLD_DEPLOYING,     24,  80, FORM_TEXT,   "24x80-log",       "lh" },
    { WORLD_DEPLOYING,     12,  40, FORM_TEXT,   "12x40",           "" },
    { WORLD_FAILED_HOST,   24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_FAILED_HOST,   40, 120, FORM_TEXT,   "40x120-run",      "2" },
    { WORLD_FAILED_HOST,   24,  80, FORM_TEXT,   "24x80-find",      "l/pg_config\r" },
    { WORLD_VERIFYING,     24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_VERIFYING,     40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_CONFIG_GATE,   24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_CONFIG_GATE,   40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_CONFIG_GATE,   24,  80, FORM_STYLES, "24x80-styles",    "" },
    { WORLD_SWITCH_GATE,   24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_SWITCH_GATE,   24,  80, FORM_STYLES, "24x80-styles",    "" },
    { WORLD_SWITCH_GATE,   40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_SWITCH_GATE,   24,  80, FORM_TEXT,   "24x80-typed",     "sgre" },
    { WORLD_SWITCH_GATE,   24,  80, FORM_TEXT,   "24x80-mistyped",  "sblue\r" },
    { WORLD_SWITCH_GATE,   24,  80, FORM_TEXT,   "24x80-run",       "2" },
    { WORLD_SWITCH_GATE,   24,  80, FORM_TEXT,   "24x80-log",       "3" },
    { WORLD_GATE_REFUSED,  24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_WATCHING,      24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_WATCHING,      40, 120, FORM_TEXT,   "40x120-run",      "2" },
    { WORLD_WATCHING,      24,  80, FORM_TEXT,   "24x80-rollback",  "r" },
    { WORLD_TRIPPED,       24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_FINISHED,      24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_FINISHED,      24,  80, FORM_ASCII,  "24x80-ascii",     "" },
    { WORLD_ROLLBACK_GATE, 24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_API_DOWN,      24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_HAPROXY_LOST,  24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_HAPROXY_LOST,  40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_LIVE_DOWN,     24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_EMPTY_POOL,    24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_SPLIT,         24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_FOREIGN_LEASE, 24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_FOREIGN_LEASE, 40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_FOREIGN_LEASE, 24,  80, FORM_TEXT,   "24x80-takeover",  "Tan" },
    { WORLD_LEASE_DOUBT,   24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_LEASE_DOUBT,   24,  80, FORM_STYLES, "24x80-styles",    "" },
    { WORLD_CANARY_HOLD,   24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_CANARY_HOLD,   24,  80, FORM_ASCII,  "24x80-ascii",     "" },
    { WORLD_CANARY_HOLD,   40, 120, FORM_TEXT,   "40x120-run",      "2" },
    { WORLD_CANARY_GATE,   24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_CANARY_GATE,   24,  80, FORM_ASCII,  "24x80-ascii",     "" },
    { WORLD_CANARY_GATE,   40, 120, FORM_TEXT,   "40x120",          "" },
    { WORLD_CANARY_GATE,   24,  80, FORM_TEXT,   "24x80-abort",     "a" },
    { WORLD_FUSE_ORPHAN,   24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_FUSE_ORPHAN,   24,  80, FORM_TEXT,   "24x80-takeover",  "T" },
    { WORLD_CUT_OFF,       24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_CUT_OFF,       24,  80, FORM_TEXT,   "24x80-resume",    "u" },
    { WORLD_FUSE_HELD,     24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_INHERITED,     24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_INHERITED,     40, 120, FORM_TEXT,   "40x120-run",      "2" },
    { WORLD_REVERTING,     24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_REVERTED,      24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_CHANGING,      24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_MAINTENANCE,   24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_MAINTENANCE,   24,  80, FORM_TEXT,   "24x80-log",       "3" },
    { WORLD_MAINTENANCE,   12,  40, FORM_TEXT,   "12x40",           "" },
    { WORLD_MAINTENANCE,   24,  80, FORM_TEXT,   "24x80-down",      "M" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-maintenance", "Mmain" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-switch",    "sgre" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-card",      "!" },
    { WORLD_IDLE,          24,  80, FORM_STYLES, "24x80-card-styles", "!" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-card-switch", "!\x06\x06" },
    { WORLD_IDLE,          40, 120, FORM_TEXT,   "40x120-card",     "!" },
    { WORLD_WATCHING,      40, 120, FORM_TEXT,   "40x120-card",     "!" },
    { WORLD_HAPROXY_LOST,  40, 120, FORM_TEXT,   "40x120-card",     "!" },
    { WORLD_STARTING,      24,  80, FORM_TEXT,   "24x80-card",      "!" },
    { WORLD_SPLIT,         24,  80, FORM_TEXT,   "24x80-card",      "!" },
    { WORLD_DRIFT,         24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_DRIFT,         24,  80, FORM_TEXT,   "24x80-drift",     "D" },
    { WORLD_DRIFT,         24,  80, FORM_ASCII,  "24x80-drift-ascii", "Djj" },
    { WORLD_DRIFT,         24,  80, FORM_STYLES, "24x80-drift-styles", "D" },
    { WORLD_DRIFT,         40, 120, FORM_TEXT,   "40x120-drift",    "Djjj" },
    { WORLD_DRIFT,         24,  80, FORM_TEXT,   "24x80-drift-hand", "DG" },
    { WORLD_MAP_LOST,      24,  80, FORM_TEXT,   "24x80-drift",     "D" },
    { WORLD_IDLE,          24,  80, FORM_TEXT,   "24x80-drift",     "D" },
    { WORLD_HAPROXY_LOST,  24,  80, FORM_TEXT,   "24x80-drift",     "D" },
    { WORLD_HOSTILE,       24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_MANY,          24,  80, FORM_TEXT,   "24x80",           "" },
    { WORLD_MANY,          60, 200, FORM_TEXT,   "60x200",          "" },
    { WORLD_STAGING,       24,  80, FORM_TEXT,   "24x80",           "" },
};
/* clang-format on */

static void type(struct world *world, struct view *view, const char *bytes)
{
    struct keys keys;
    struct key key;
    struct intent intent;
    keys_init(&keys);
    keys_feed(&keys, bytes, strlen(bytes), 0);
    while (keys_next(&keys, KEYS_ESCAPE_MS, &key)) {
        ui_key(&world->model, view, key, &intent);
        view->gate_seen = ui_gate_shown(&world->model, view);
    }
}

static void take(const struct picture *picture, struct str *out)
{
    struct canvas canvas;
    struct view view;
    struct world *world = world_new(picture->situation);
    assert_true(canvas_init(&canvas, picture->rows, picture->cols));
    view_init(&view, picture->rows, picture->cols);
    view.gate_seen = ui_gate_shown(&world->model, &view);
    type(world, &view, picture->keys);
    ui_draw(&world->model, &view, &canvas);
    if (picture->form == FORM_STYLES)
        canvas_write_styles(&canvas, out);
    else
        canvas_write_text(&canvas, picture->form == FORM_TEXT, out);
    canvas_close(&canvas);
    world_free(world);
}

static void path_of(const struct picture *picture, char path[PATH_MAX_BYTES])
{
    snprintf(path, PATH_MAX_BYTES, "tests/screen/golden/%s-%s.txt",
             situation_name(picture->situation), picture->name);
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

static void screens_look_as_meant(void **state)
{
    (void)state;
    static char taken[PICTURE_MAX], golden[PICTURE_MAX];
    int different = 0;
    for (size_t i = 0; i < LENGTH_OF(pictures); i++) {
        char path[PATH_MAX_BYTES];
        struct str out = str_on(taken, sizeof taken);
        path_of(&pictures[i], path);
        take(&pictures[i], &out);
        assert_false(out.cut);
        if (getenv("GENERATE") != NULL)
            write_golden(path, taken);
        read_golden(path, golden, sizeof golden);
        if (strcmp(taken, golden) != 0) {
            print_message("%s looks different now:\n%s", path, taken);
            different++;
        }
    }
    assert_int_equal(different, 0);
}

/* No cell of any picture is outside, and none is left over from the one before. */
static void drawing_is_the_same_each_time(void **state)
{
    (void)state;
    static char first[PICTURE_MAX], second[PICTURE_MAX];
    for (size_t i = 0; i < LENGTH_OF(pictures); i++) {
        struct str a = str_on(first, sizeof first);
        struct str b = str_on(second, sizeof second);
        take(&pictures[i], &a);
        take(&pictures[i], &b);
        assert_string_equal(first, second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_meant),
        cmocka_unit_test(drawing_is_the_same_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
