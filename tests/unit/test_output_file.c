/* What hosts printed, kept raw and bounded. */

#include "net/output_file.h"

#include "lib/scratch.h"
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUN "20261123T182622Z-7f3a"

static void test_appends_raw_bytes(void **state)
{
    (void)state;
    struct scratch scratch;
    struct output_file file;
    char path[SCRATCH_PATH_MAX], bytes[64];
    struct stat status;
    struct err err;

    scratch_make(&scratch);
    for (int i = 0; i < 2; i++) {
        assert_true(
            output_file_open(&file, scratch.path, RUN, "web-green-1", "build", &err));
        assert_true(output_file_add(&file, "\033[31m\0x\n", 8, &err));
        output_file_close(&file);
    }
    scratch_file(&scratch, "runs/" RUN "/web-green-1-build.log", path);
    assert_int_equal(scratch_read(path, bytes, sizeof bytes), 16);
    assert_memory_equal(bytes, "\033[31m\0x\n\033[31m\0x\n", 16);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    scratch_remove(&scratch);
}

static void test_no_name_leads_elsewhere(void **state)
{
    (void)state;
    struct scratch scratch;
    struct output_file file;
    char path[SCRATCH_PATH_MAX];
    struct err err;

    scratch_make(&scratch);
    assert_true(output_file_open(&file, scratch.path, RUN, "../../x\n", "b", &err));
    output_file_close(&file);
    scratch_file(&scratch, "runs/" RUN "/_._.._x_-b.log", path);
    assert_int_equal(access(path, F_OK), 0);
    scratch_remove(&scratch);
}

static void test_symbolic_link_is_refused(void **state)
{
    (void)state;
    struct scratch scratch;
    struct output_file file;
    char path[SCRATCH_PATH_MAX];
    struct err err;

    scratch_make(&scratch);
    assert_true(output_file_open(&file, scratch.path, RUN, "a", "b", &err));
    output_file_close(&file);
    scratch_file(&scratch, "runs/" RUN "/c-b.log", path);
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_false(output_file_open(&file, scratch.path, RUN, "c", "b", &err));
    scratch_remove(&scratch);
}

static void test_full(void **state)
{
    (void)state;
    struct scratch scratch;
    struct output_file file;
    char path[SCRATCH_PATH_MAX], *bytes = calloc(1, 1024);
    struct err err;

    scratch_make(&scratch);
    assert_true(output_file_open(&file, scratch.path, RUN, "a", "b", &err));
    scratch_file(&scratch, "runs/" RUN "/a-b.log", path);
    assert_int_equal(truncate(path, OUTPUT_FILE_MAX - 1024), 0);
    output_file_close(&file);

    assert_true(output_file_open(&file, scratch.path, RUN, "a", "b", &err));
    assert_true(output_file_add(&file, bytes, 1024, &err));
    assert_false(output_file_add(&file, "x", 1, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_false(output_file_add(&file, "x", 1, &err));
    assert_int_equal(err.code, ERR_NONE);
    output_file_close(&file);
    free(bytes);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_appends_raw_bytes),
        cmocka_unit_test(test_no_name_leads_elsewhere),
        cmocka_unit_test(test_symbolic_link_is_refused),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
