#include "base/file.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Up to `size` bytes; -1: it failed. */
static ssize_t read_all(int fd, char *buffer, size_t size)
{
    size_t length = 0;
    while (length < size) {
        ssize_t got = read(fd, buffer + length, size - length);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return -1;
        if (got > 0)
            length += (size_t)got;
    }
    return (ssize_t)length;
}

char *file_read(const char *path, size_t most, size_t *ret_length, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err_set_errno(err, ERR_IO, errno, "%s", path);
        return NULL;
    }
    char *text = memory_new(most + 2); /* one byte more tells that there is more */
    ssize_t length = read_all(fd, text, most + 1);
    int why = length < 0 ? errno : EFBIG;
    close(fd);
    if (length < 0 || (size_t)length > most) {
        err_set_errno(err, ERR_IO, why, "%s", path);
        free(text);
        return NULL;
    }
    *ret_length = (size_t)length;
    return text;
}
