#include "net/engine_socket.h"

#include "net/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_NAME "engine.sock"

enum { BACKLOG = 16 };

/* A path of any length fits when it begins at a descriptor of its directory. */
static struct sockaddr_un address_in(int directory)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/" SOCKET_NAME,
             directory);
    return address;
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool bind_in(int fd, int directory)
{
    struct sockaddr_un address = address_in(directory);

    unlinkat(directory, SOCKET_NAME, 0);
    mode_t before = umask(0177);
    int result = bind(fd, (const struct sockaddr *)&address, sizeof address);
    umask(before);
    return result == 0 && listen(fd, BACKLOG) == 0;
}

/* Ends an attempt: what is not wanted any more is closed. */
static int result_of(bool ok, int fd, int directory)
{
    int number = errno;

    if (!ok && fd >= 0)
        close(fd);
    close(directory);
    errno = number;
    return ok ? fd : -1;
}

int engine_socket_listen(const char *state, struct err *err)
{
    int directory = path_open_private(state, err);

    if (directory < 0)
        return -1;
    int fd = new_socket();
    fd = result_of(fd >= 0 && bind_in(fd, directory), fd, directory);
    if (fd < 0)
        err_set_errno(err, ERR_IO, errno, "%s/" SOCKET_NAME, state);
    return fd;
}

void engine_socket_remove(const char *state)
{
    struct err err;
    int directory = path_open_private(state, &err);

    if (directory < 0)
        return;
    unlinkat(directory, SOCKET_NAME, 0);
    close(directory);
}

static bool is_same_user(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           peer.uid == geteuid();
}

int engine_socket_accept(int listening)
{
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd >= 0 && !is_same_user(fd)) {
        close(fd);
        return -1;
    }
    return fd;
}

int engine_socket_connect(const char *state, struct err *err)
{
    int directory = open(state, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (directory < 0) {
        err_set_errno(err, ERR_CONNECT, errno, "%s", state);
        return -1;
    }
    struct sockaddr_un address = address_in(directory);
    int fd = new_socket();
    bool ok = fd >= 0 &&
              connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
              is_same_user(fd);
    fd = result_of(ok, fd, directory);
    if (fd < 0)
        err_set_errno(err, ERR_CONNECT, errno, "%s/" SOCKET_NAME, state);
    return fd;
}
