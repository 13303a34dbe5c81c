#include "base/log.h"

#include "lib/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct moment evening = {.wall_ms = 1795458382123};

/* A log in a directory of its own. */
struct world {
    char directory[64];
    char path[96];
    struct log log;
};

static int world_make(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    strcpy(world->directory, "/tmp/bgc-log-XXXXXX");
    assert_non_null(mkdtemp(world->directory));
    strcpy(world->path, world->directory);
    strcat(world->path, "/log");
    log_init(&world->log);
    *state = world;
    return 0;
}

static int world_unmake(void **state)
{
    struct world *world = *state;
    log_close(&world->log);
    unlink(world->path);
    rmdir(world->directory);
    free(world);
    return 0;
}

static void assert_written(const struct world *world, const char *expected)
{
    static char text[8192];
    int fd = open(world->path, O_RDONLY);
    assert_true(fd >= 0);
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    assert_true(length >= 0);
    text[length] = '\0';
    assert_string_equal(text, expected);
}

static void test_lines(void **state)
{
    struct world *world = *state;
    struct err err;
    assert_true(log_open(&world->log, world->path, &err));
    log_line(&world->log, evening, "ssh", "%s: %d bytes", "web-1", 12);
    log_line(&world->log, evening, "ssh", "banner \x1b[2Jhi\nyou");
    assert_written(world, "2026-11-23T18:26:22.123Z ssh: web-1: 12 bytes\n"
                          "2026-11-23T18:26:22.123Z ssh: banner hi you\n");
}

static void test_mode(void **state)
{
    struct world *world = *state;
    struct err err;
    close(open(world->path, O_CREAT | O_WRONLY, 0644));
    assert_true(log_open(&world->log, world->path, &err));
    struct stat status;
    assert_int_equal(stat(world->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_link_is_refused(void **state)
{
    struct world *world = *state;
    struct err err;
    assert_int_equal(symlink("/dev/null", world->path), 0);
    assert_false(log_open(&world->log, world->path, &err));
    assert_int_equal(err.code, ERR_IO);
    log_line(&world->log, evening, "ssh", "goes nowhere, and harms nothing");
}

static void test_secrets_are_masked(void **state)
{
    struct world *world = *state;
    struct err err;
    assert_true(log_open(&world->log, world->path, &err));
    log_hide(&world->log, "dop_v1_canary");
    log_hide(&world->log, "");
    log_line(&world->log, evening, "http", "Bearer dop_v1_canary, dop_v1_canar");
    assert_written(world, "2026-11-23T18:26:22.123Z http: Bearer ***, dop_v1_canar\n");
}

/* A secret whose end does not fit the entry any more is not shown in part, not even
 * where masked secrets before it make room again. */
static void test_a_cut_secret(void **state)
{
    struct world *world = *state;
    struct err err;
    static const char secret[] = "dop_v1_canary_that_is_rather_long";
    assert_true(log_open(&world->log, world->path, &err));
    log_hide(&world->log, secret);
    for (int before = 1000; before < 1400; before++) {
        char text[4096];
        memset(text, 'x', sizeof text);
        for (int i = 0; i < 30; i++)
            memcpy(text + i * 33, secret, 33);
        strcpy(text + before + 1000, secret);
        log_line(&world->log, evening, "http", "%s", text);
    }
    int fd = open(world->path, O_RDONLY);
    static char all[2 * 1024 * 1024];
    ssize_t length = read(fd, all, sizeof all - 1);
    close(fd);
    assert_true(length > 0);
    assert_null(memmem(all, (size_t)length, "dop", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lines, world_make, world_unmake),
        cmocka_unit_test_setup_teardown(test_mode, world_make, world_unmake),
        cmocka_unit_test_setup_teardown(test_link_is_refused, world_make, world_unmake),
        cmocka_unit_test_setup_teardown(test_secrets_are_masked, world_make,
                                        world_unmake),
        cmocka_unit_test_setup_teardown(test_a_cut_secret, world_make, world_unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
