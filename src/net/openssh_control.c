#include "net/openssh_control.h"

#include "base/str.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int openssh_control_connect(const char *path, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    str_copy(address.sun_path, sizeof address.sun_path, path);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    err_set_errno(err, ERR_LOST, errno, "the control master does not answer");
    if (fd >= 0)
        close(fd);
    return -1;
}

bool openssh_control_listen(int fd)
{
    char bytes[256];
    ssize_t got;
    while ((got = recv(fd, bytes, sizeof bytes, 0)) > 0)
        continue;
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

void openssh_control_end(int fd)
{
    /* Section 1: hello (1), version 4. Section 5: terminate (0x10000005), request 0. */
    static const unsigned char words[] = {
        0, 0, 0, 8, 0,    0, 0, 1, 0, 0, 0, 4, /* */
        0, 0, 0, 8, 0x10, 0, 0, 5, 0, 0, 0, 0,
    };
    (void)!send(fd, words, sizeof words, MSG_NOSIGNAL);
}
