/* One console at a time, and who it is. */

#include "net/engine_lock.h"

#include "lib/scratch.h"
#include "lib/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct moment now = {.mono_ms = 1, .wall_ms = 1795459582123};

static void test_held_once(void **state)
{
    (void)state;
    struct scratch scratch;
    struct engine_lock lock, other;
    char directory[SCRATCH_PATH_MAX], expected[64];
    struct err err;

    scratch_make(&scratch);
    scratch_file(&scratch, "state/env", directory);
    assert_true(engine_lock_take(&lock, directory, now, &err));
    assert_false(engine_lock_take(&other, directory, now, &err));
    assert_int_equal(err.code, ERR_BUSY);
    snprintf(expected, sizeof expected, "another console (pid %d, since ",
             (int)getpid());
    assert_non_null(strstr(err.text, expected));
    assert_non_null(strstr(err.text, "works on this environment"));

    engine_lock_release(&lock);
    assert_true(engine_lock_take(&other, directory, now, &err));
    engine_lock_release(&other);
    engine_lock_release(&other);
    scratch_remove(&scratch);
}

static void test_the_kernel_gives_it_back(void **state)
{
    (void)state;
    struct scratch scratch;
    struct engine_lock lock;
    struct err err;

    scratch_make(&scratch);
    pid_t pid = fork();
    if (pid == 0)
        _exit(engine_lock_take(&lock, scratch.path, now, &err) ? 0 : 1);
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(engine_lock_take(&lock, scratch.path, now, &err));
    engine_lock_release(&lock);
    scratch_remove(&scratch);
}

static void test_directory_that_others_may_write(void **state)
{
    (void)state;
    struct scratch scratch;
    struct engine_lock lock;
    struct err err;

    scratch_make(&scratch);
    assert_int_equal(chmod(scratch.path, 0777), 0);
    assert_false(engine_lock_take(&lock, scratch.path, now, &err));
    assert_non_null(strstr(err.text, "others may write it"));
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_held_once),
        cmocka_unit_test(test_the_kernel_gives_it_back),
        cmocka_unit_test(test_directory_that_others_may_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
