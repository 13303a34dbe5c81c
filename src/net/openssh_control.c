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

bool openssh_control_listen(int fd, size_t *received)
{
    char bytes[256];
    ssize_t got;
    while ((got = recv(fd, bytes, sizeof bytes, 0)) > 0)
        *received += (size_t)got;
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

/* A message: its length, its type, a number. */
static void send_message(int fd, unsigned char type_high, unsigned char type,
                         unsigned char number)
{
    const unsigned char words[] = {0, 0, 0, 8, type_high, 0, 0, type, 0, 0, 0, number};
    (void)!send(fd, words, sizeof words, MSG_NOSIGNAL);
}

/* Section 1: MUX_MSG_HELLO, version 4. Section 4: MUX_C_ALIVE_CHECK. Section 5:
 * MUX_C_TERMINATE. */
static void hello(int fd)
{
    send_message(fd, 0, 1, 4);
}

void openssh_control_ask(int fd, bool first)
{
    if (first)
        hello(fd);
    send_message(fd, 0x10, 4, 0);
}

void openssh_control_end(int fd, bool first)
{
    if (first)
        hello(fd);
    send_message(fd, 0x10, 5, 0);
}
