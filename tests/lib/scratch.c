#include "lib/scratch.h"

#include "lib/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DESCRIPTORS = 8 };

void scratch_make(struct scratch *scratch)
{
    snprintf(scratch->path, sizeof scratch->path, "/tmp/bgc-test-XXXXXX");
    assert_non_null(mkdtemp(scratch->path));
}

const char *scratch_file(const struct scratch *scratch, const char *name,
                         char path[SCRATCH_PATH_MAX])
{
    int length = snprintf(path, SCRATCH_PATH_MAX, "%s/%s", scratch->path, name);

    assert_in_range(length, 1, SCRATCH_PATH_MAX - 1);
    return path;
}

void scratch_write(const struct scratch *scratch, const char *name, const char *bytes,
                   size_t length, unsigned mode)
{
    char path[SCRATCH_PATH_MAX];
    int fd =
        open(scratch_file(scratch, name, path), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

size_t scratch_read(const char *path, char *buffer, size_t size)
{
    int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    ssize_t length = read(fd, buffer, size - 1);
    assert_true(length >= 0);
    close(fd);
    buffer[length] = '\0';
    return (size_t)length;
}

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

void scratch_remove(struct scratch *scratch)
{
    assert_int_equal(nftw(scratch->path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS),
                     0);
}
