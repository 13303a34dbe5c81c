/* Where an engine is found: only where one listens, only by its own user, and however
 * long the path is. */

#include "net/engine_socket.h"

#include "lib/scratch.h"
#include "lib/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer than a socket's address has room for (unix(7): 108 bytes). */
static const char long_name[] =
    "an-environment-with-a-name/that-is-longer-than-anybody-would-like-it-to-be/"
    "and-has-some-more-directories-below/for-good-measure";

static void is_found_where_it_listens(void **state)
{
    (void)state;
    struct scratch scratch;
    char directory[SCRATCH_PATH_MAX], path[SCRATCH_PATH_MAX + 16];
    struct stat status;
    struct err err;

    scratch_make(&scratch);
    scratch_file(&scratch, long_name, directory);
    assert_int_equal(engine_socket_connect(directory, &err), -1);
    assert_int_equal(err.code, ERR_CONNECT);

    int listening = engine_socket_listen(directory, &err);
    assert_true(listening >= 0);
    assert_int_equal(engine_socket_accept(listening), -1);
    int there = engine_socket_connect(directory, &err);
    assert_true(there >= 0);
    int here = engine_socket_accept(listening);
    assert_true(here >= 0);
    assert_int_equal(write(there, "x", 1), 1);

    snprintf(path, sizeof path, "%s/engine.sock", directory);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    engine_socket_remove(directory);
    assert_int_equal(stat(path, &status), -1);
    assert_int_equal(engine_socket_connect(directory, &err), -1);
    close(here), close(there), close(listening);
    scratch_remove(&scratch);
}

static void one_that_died_is_no_obstacle(void **state)
{
    (void)state;
    struct scratch scratch;
    struct err err;

    scratch_make(&scratch);
    close(engine_socket_listen(scratch.path,
                               &err)); /* its name stays, as after kill -9 */
    assert_int_equal(engine_socket_connect(scratch.path, &err), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    int listening = engine_socket_listen(scratch.path, &err);
    assert_true(listening >= 0);
    int there = engine_socket_connect(scratch.path, &err);
    assert_true(there >= 0);
    close(there), close(listening);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_found_where_it_listens),
        cmocka_unit_test(one_that_died_is_no_obstacle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
