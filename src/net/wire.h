#ifndef BGC_NET_WIRE_H
#define BGC_NET_WIRE_H

/*
 * Messages over a connected socket, between an engine and its terminals:
 *
 *     message = length:4 type:1 bytes...      the length of the bytes, low one first
 *
 * Never waits: what the other side does not take stays here, and its owner asks
 * wire_is_drained() before it writes more. A message that is longer than allowed ends
 * the conversation.
 */

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
    int fd;         /* owned, non-blocking; -1: closed */
    size_t longest; /* bytes of a message that the other side may send */
    uint8_t *in;    /* owned; read, and not taken yet */
    size_t in_length, in_taken, in_size;
    uint8_t *out; /* owned; written, and not sent yet */
    size_t out_length, out_sent, out_size;
};

struct wire_message {
    uint8_t type;
    const uint8_t *bytes; /* of the wire, until it reads again */
    size_t length;
};

/* Takes the connected socket `fd`. */
void wire_open(struct wire *wire, int fd, size_t longest);
void wire_close(struct wire *wire);

/* Room for a message of at most `most` bytes, to be filled; wire_put() says how many
 * they became, and of which type they are. Nothing else may be written between. */
uint8_t *wire_room(struct wire *wire, size_t most);
void wire_put(struct wire *wire, uint8_t type, size_t length);

/* Both at once, with bytes that are there already. */
void wire_send(struct wire *wire, uint8_t type, const void *bytes, size_t length);

/* Sends what the other side takes now. False: it is gone. */
bool wire_flush(struct wire *wire);

/* Whether all is sent. */
bool wire_is_drained(const struct wire *wire);

/* Reads what has come, once. False: the other side is gone, with nothing left to read.
 * Messages that were taken before are no more. */
bool wire_read(struct wire *wire);

/* As wire_read(), of a connection that the kernel calls broken: an end that was closed
 * before it had read everything is told before the last words that came from it
 * (unix(7), ECONNRESET). Reads them all. */
bool wire_read_rest(struct wire *wire);

/* The next whole message. False: none, or, with an error (ERR_PROTOCOL), never again.
 */
bool wire_next(struct wire *wire, struct wire_message *ret_message, struct err *err);

#endif
