#include "net/wire.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_SIZE = 5, READ_SIZE = 16 * 1024 };

void wire_open(struct wire *wire, int fd, size_t longest)
{
    *wire = (struct wire){.fd = fd, .longest = longest};
}

void wire_close(struct wire *wire)
{
    if (wire->fd >= 0)
        close(wire->fd);
    free(wire->in);
    free(wire->out);
    *wire = (struct wire){.fd = -1};
}

/* ---- out ---- */

static void make_room(uint8_t **buffer, size_t *size, size_t needed)
{
    if (needed <= *size)
        return;
    *buffer = memory_resize(*buffer, needed);
    *size = needed;
}

uint8_t *wire_room(struct wire *wire, size_t most)
{
    make_room(&wire->out, &wire->out_size, wire->out_length + HEAD_SIZE + most);
    return wire->out + wire->out_length + HEAD_SIZE;
}

void wire_put(struct wire *wire, uint8_t type, size_t length)
{
    uint8_t *head = wire->out + wire->out_length;

    for (int i = 0; i < 4; i++)
        head[i] = (uint8_t)(length >> (8 * i));
    head[4] = type;
    wire->out_length += HEAD_SIZE + length;
}

void wire_send(struct wire *wire, uint8_t type, const void *bytes, size_t length)
{
    uint8_t *room = wire_room(wire, length);

    if (length > 0)
        memcpy(room, bytes, length);
    wire_put(wire, type, length);
}

bool wire_is_drained(const struct wire *wire)
{
    return wire->out_length == 0;
}

bool wire_flush(struct wire *wire)
{
    while (wire->out_sent < wire->out_length) {
        ssize_t sent = send(wire->fd, wire->out + wire->out_sent,
                            wire->out_length - wire->out_sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EAGAIN;
        wire->out_sent += (size_t)sent;
    }
    wire->out_length = wire->out_sent = 0;
    return true;
}

/* ---- in ---- */

static size_t head_length(const uint8_t *head)
{
    return (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 |
           (size_t)head[3] << 24;
}

/* What was taken makes room. */
static void forget_taken(struct wire *wire)
{
    if (wire->in_taken == 0)
        return;
    wire->in_length -= wire->in_taken;
    memmove(wire->in, wire->in + wire->in_taken, wire->in_length);
    wire->in_taken = 0;
}

bool wire_read(struct wire *wire)
{
    forget_taken(wire);
    make_room(&wire->in, &wire->in_size, wire->in_length + READ_SIZE);
    ssize_t got;
    do
        got = recv(wire->fd, wire->in + wire->in_length, READ_SIZE, 0);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        wire->in_length += (size_t)got;
    return got > 0 || (got < 0 && errno == EAGAIN);
}

bool wire_read_rest(struct wire *wire)
{
    size_t before;

    do
        before = wire->in_length - wire->in_taken;
    while (wire_read(wire) && wire->in_length > before);
    return false;
}

bool wire_next(struct wire *wire, struct wire_message *ret_message, struct err *err)
{
    size_t there = wire->in_length - wire->in_taken;

    err->code = ERR_NONE;
    if (there < HEAD_SIZE)
        return false;
    const uint8_t *head = wire->in + wire->in_taken;
    size_t length = head_length(head);
    if (length > wire->longest)
        return err_set(err, ERR_PROTOCOL, "a message of %zu bytes, more than %zu",
                       length, wire->longest);
    if (there - HEAD_SIZE < length)
        return false;
    *ret_message = (struct wire_message){head[4], head + HEAD_SIZE, length};
    wire->in_taken += HEAD_SIZE + length;
    return true;
}
