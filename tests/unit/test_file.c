#include "base/file.h"

#include "lib/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_read(void **state)
{
    (void)state;
    char path[] = "/tmp/bgc-file-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a\0b\n", 4), 4);
    close(fd);

    struct err err = {.code = ERR_NONE};
    size_t length;
    char *text = file_read(path, 4, &length, &err);
    assert_non_null(text);
    assert_int_equal(length, 4);
    assert_memory_equal(text, "a\0b\n\0", 5);
    free(text);

    assert_null(file_read(path, 3, &length, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "File too large"));
    unlink(path);

    assert_null(file_read(path, 4, &length, &err));
    assert_non_null(strstr(err.text, "No such file"));
    assert_null(file_read("/tmp", 4, &length, &err));
    assert_string_equal(err.text, "/tmp: Is a directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
