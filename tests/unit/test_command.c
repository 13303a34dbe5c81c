/* Programs that answer, fail, flood, and never end. */

#include "net/command.h"

#include "base/clock.h"
#include "lib/scratch.h"
#include "lib/test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT_MAX = 32, LIMIT_MS = 10000 };

struct world {
    struct scratch scratch;
    char line[SCRATCH_PATH_MAX];
    char output[OUTPUT_MAX];
    struct err err;
};

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    scratch_make(&world->scratch);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;

    scratch_remove(&world->scratch);
    free(world);
    return 0;
}

static bool run_script(struct world *world, const char *script, int limit_ms)
{
    scratch_write(&world->scratch, "script", script, strlen(script), 0700);
    scratch_file(&world->scratch, "script", world->line);
    return command_read(world->line, limit_ms, world->output, OUTPUT_MAX, &world->err);
}

static void test_words_without_a_shell(void **state)
{
    struct world *world = *state;

    assert_true(command_read("  echo $HOME\t;  ls ", LIMIT_MS, world->output,
                             OUTPUT_MAX, &world->err));
    assert_string_equal(world->output, "$HOME ; ls\n");
}

static void test_standard_input_is_empty(void **state)
{
    struct world *world = *state;

    assert_true(run_script(world, "#!/bin/sh\ncat; echo done", LIMIT_MS));
    assert_string_equal(world->output, "done\n");
}

static void test_not_found(void **state)
{
    struct world *world = *state;

    assert_false(command_read("bgc-no-such-program", LIMIT_MS, world->output,
                              OUTPUT_MAX, &world->err));
    assert_int_equal(world->err.code, ERR_CONFIG);
    assert_false(command_read("   ", LIMIT_MS, world->output, OUTPUT_MAX, &world->err));
}

static void test_last_line_of_its_errors(void **state)
{
    struct world *world = *state;

    assert_false(run_script(world,
                            "#!/bin/sh\necho one >&2; printf 'gpg: \\033[31mno "
                            "key\\n\\n' >&2; exit 2",
                            LIMIT_MS));
    assert_int_equal(world->err.code, ERR_REFUSED);
    assert_string_equal(world->err.text, "ended with status 2: gpg: no key");
}

static void test_killed(void **state)
{
    struct world *world = *state;

    assert_false(run_script(world, "#!/bin/sh\nkill -9 $$", LIMIT_MS));
    assert_string_equal(world->err.text, "killed by signal 9");
}

static void test_too_much(void **state)
{
    struct world *world = *state;

    assert_true(run_script(world, "#!/bin/sh\nprintf %031d 7", LIMIT_MS));
    assert_int_equal(strlen(world->output), 31);
    assert_false(run_script(world, "#!/bin/sh\nprintf %032d 7", LIMIT_MS));
    assert_int_equal(world->err.code, ERR_LIMIT);
    assert_false(run_script(
        world, "#!/bin/sh\nhead -c 1000000 /dev/zero | tee /dev/stderr", LIMIT_MS));
    assert_int_equal(world->err.code, ERR_LIMIT);
}

/* Its children end with it, although they hold the pipe. */
static void test_never_ends(void **state)
{
    struct world *world = *state;
    int64_t begun_ms = clock_now().mono_ms;
    char path[SCRATCH_PATH_MAX], pid[16];

    assert_false(
        run_script(world, "#!/bin/sh\nsleep 100 & echo $! >$0.pid; sleep 100", 500));
    assert_int_equal(world->err.code, ERR_TIMEOUT);
    scratch_read(scratch_file(&world->scratch, "script.pid", path), pid, sizeof pid);
    while (kill((pid_t)atoi(pid), 0) == 0) {
        assert_true(clock_now().mono_ms - begun_ms < LIMIT_MS);
        usleep(10000);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_words_without_a_shell),
        TEST(test_standard_input_is_empty),
        TEST(test_not_found),
        TEST(test_last_line_of_its_errors),
        TEST(test_killed),
        TEST(test_too_much),
        TEST(test_never_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
