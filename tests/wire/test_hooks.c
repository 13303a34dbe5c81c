/* Hooks as real processes: what they get, how their end is told, and that none outlives
 * its limit. */
#include "net/hooks.h"

#include "base/str.h"
#include "lib/good_model.h"
#include "lib/scratch.h"
#include "lib/test.h"
#include "lib/wire_loop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_MS = 20000 };

struct world {
    struct wire_loop wire;
    struct scratch scratch;
    struct good_model *good;
    struct settings settings;
    struct hooks *hooks;
    int ended;
    bool ok;
    int rc;
    char text[256], lines[4096];
};

static void take(void *context, struct event *event)
{
    struct world *world = context;

    assert_int_equal(event->type, EV_HOOK_ENDED);
    assert_int_equal(event->ticket.attempt, 7);
    assert_int_equal(event->hook.stage, STAGE_DEPLOY);
    world->ended++;
    world->ok = event->hook.ok;
    world->rc = event->hook.rc;
    str_copy(world->text, sizeof world->text, event->hook.text);
    str_copy(world->lines, sizeof world->lines, event->hook.lines);
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    wire_loop_init(&world->wire);
    scratch_make(&world->scratch);
    world->good = good_model_new();
    settings_init(&world->settings);
    str_copy(world->settings.hook_directory, SETTING_TEXT_MAX, world->scratch.path);
    world->hooks = hooks_new(&world->wire.loop, &world->settings,
                             (struct sink){.take = take, .context = world});
    signal(SIGPIPE, SIG_IGN);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;

    hooks_close(world->hooks);
    wire_loop_close(&world->wire);
    hooks_free(world->hooks);
    scratch_remove(&world->scratch);
    free(world->good);
    free(world);
    return 0;
}

static void run(struct world *world, const char *script, unsigned mode)
{
    char text[1024];

    snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
    scratch_write(&world->scratch, "pre-deploy", text, strlen(text), mode);
    world->ended = 0;
    hooks_run(world->hooks, (struct ticket){.run = 1, .attempt = 7}, STAGE_DEPLOY,
              HOOK_PRE, &world->good->model);
    assert_int_equal(world->ended, 0); /* never at once */
    wire_loop_until(&world->wire, &world->ended, 1, LIMIT_MS);
}

static void test_gets_the_run(void **state)
{
    struct world *world = *state;
    char path[SCRATCH_PATH_MAX], got[8192];

    run(world, "cat >json; env >env; echo one; echo two >&2", 0755);
    assert_true(world->ok);
    assert_string_equal(world->lines, "one\ntwo");
    scratch_read(scratch_file(&world->scratch, "json", path), got, sizeof got);
    assert_non_null(strstr(got, "\"hook\":\"pre-deploy\""));
    assert_non_null(strstr(got, "\"kind\":\"deploy\""));
    assert_int_equal(got[strlen(got) - 1], '\n');
    scratch_read(scratch_file(&world->scratch, "env", path), got, sizeof got);
    assert_non_null(strstr(got, "BGC_HOOK=pre-deploy\n"));
    assert_non_null(strstr(got, "PATH="));
}

static void test_fails(void **state)
{
    struct world *world = *state;

    run(world, "echo no; exit 3", 0755);
    assert_false(world->ok);
    assert_int_equal(world->rc, 3);
    assert_string_equal(world->text, "ended with 3");
    assert_string_equal(world->lines, "no");
    run(world, "kill -9 $$", 0755);
    assert_string_equal(world->text, "was ended by signal 9");
    assert_int_equal(world->rc, -1);
}

static void test_cannot_start(void **state)
{
    struct world *world = *state;

    run(world, "true", 0644);
    assert_false(world->ok);
    assert_non_null(strstr(world->text, "cannot be started: permission denied"));
}

/* With everything that it has begun; it does not hear TERM. */
static void test_hangs(void **state)
{
    struct world *world = *state;
    char path[SCRATCH_PATH_MAX], got[64];

    world->settings.hook_limit_s = 1;
    run(world, "trap '' TERM; sh -c 'echo $$ >child; sleep 60' & wait; sleep 60", 0755);
    assert_false(world->ok);
    assert_string_equal(world->text,
                        "took longer than 1 s ([hooks] limit) and was ended");
    scratch_read(scratch_file(&world->scratch, "child", path), got, sizeof got);
    pid_t child = (pid_t)atoi(got);
    assert_true(child > 1);
    for (int i = 0; i < 100 && kill(child, 0) == 0; i++)
        usleep(50000); /* until its parent's parent has collected it */
    assert_int_not_equal(kill(child, 0), 0);
}

/* A child in the background keeps the output open. */
static void test_leaves_a_child(void **state)
{
    struct world *world = *state;

    run(world, "sleep 5 & echo done", 0755);
    assert_true(world->ok);
    assert_string_equal(world->lines, "done");
}

/* Bounded, the last lines, nothing that could draw. */
static void test_prints_much(void **state)
{
    struct world *world = *state;

    run(world, "yes abcdefghij | head -n 200000; printf '\\033[2Jlast\\n'", 0755);
    assert_true(world->ok);
    assert_null(strchr(world->lines, '\033'));
    assert_non_null(strstr(world->lines, "last"));
    int lines = 1;
    for (const char *at = world->lines; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 8);
}

/* Nothing is told when the console goes, and nothing is left. */
static void test_closed_while_it_runs(void **state)
{
    struct world *world = *state;
    static const char script[] = "#!/bin/sh\nsleep 60\n";

    scratch_write(&world->scratch, "pre-deploy", script, sizeof script - 1, 0755);
    hooks_run(world->hooks, (struct ticket){.run = 1, .attempt = 7}, STAGE_DEPLOY,
              HOOK_PRE, &world->good->model);
    wire_loop_turn(&world->wire);
    assert_int_equal(world->ended, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_gets_the_run, world_begin, world_end),
        cmocka_unit_test_setup_teardown(test_fails, world_begin, world_end),
        cmocka_unit_test_setup_teardown(test_cannot_start, world_begin, world_end),
        cmocka_unit_test_setup_teardown(test_hangs, world_begin, world_end),
        cmocka_unit_test_setup_teardown(test_leaves_a_child, world_begin, world_end),
        cmocka_unit_test_setup_teardown(test_prints_much, world_begin, world_end),
        cmocka_unit_test_setup_teardown(test_closed_while_it_runs, world_begin,
                                        world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
