#include "net/ssh_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    UNACKNOWLEDGED_MS = 20000, /* sent bytes unanswered for so long: the line is dead */
    KEEPALIVE_IDLE_S = 10,
    KEEPALIVE_INTERVAL_S = 5,
    KEEPALIVE_PROBES = 3,
};

/* A kernel that lacks one of these still connects; silence limits stand above it. */
static void options_set(int fd)
{
    const struct {
        int level, name, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS},
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S},
        {IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value,
                   sizeof(int));
}

bool ssh_socket_connect(const char *address, int port, int *ret_socket, struct err *err)
{
    struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
    };
    struct addrinfo *found;
    char service[8];

    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return err_set(err, ERR_CONFIG, "\"%s\" port %s is not a numeric address",
                       address, service);
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int status = -1, reason = errno;
    if (fd >= 0) {
        options_set(fd);
        status = connect(fd, found->ai_addr, found->ai_addrlen);
        reason = errno;
    }
    freeaddrinfo(found);
    if (status == 0 || (fd >= 0 && reason == EINPROGRESS)) {
        *ret_socket = fd;
        return true;
    }
    if (fd >= 0)
        close(fd);
    return err_set_errno(err, ERR_CONNECT, reason, "connect");
}

bool ssh_socket_connected(int socket, bool *ret_made, struct err *err)
{
    struct sockaddr_storage peer;
    socklen_t peer_length = sizeof peer, length = sizeof(int);
    int reason = 0;

    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &reason, &length) != 0)
        reason = errno;
    if (reason != 0)
        return err_set_errno(err, ERR_CONNECT, reason, "connect");
    /* No error yet is no connection yet: somebody may ask before the socket spoke. */
    *ret_made = getpeername(socket, (struct sockaddr *)&peer, &peer_length) == 0;
    return true;
}
