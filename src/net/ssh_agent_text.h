#ifndef BGC_NET_SSH_AGENT_TEXT_H
#define BGC_NET_SSH_AGENT_TEXT_H

/*
 * What is asked of an agent, and what it answers: draft-miller-ssh-agent, sections
 * 4.4 (list) and 4.5 (sign). Pure.
 *
 * A message is its length in 32 bits, its type in one byte, and the rest. The
 * functions here see it without the length.
 */

#include "net/ssh_key.h"

#include <stdbool.h>
#include <stddef.h>

enum { SSH_AGENT_KEYS_MAX = 16, SSH_AGENT_DATA_MAX = 16 * 1024 };

/* Section 7.1. */
enum {
    AGENT_FAILURE = 5,
    AGENTC_REQUEST_IDENTITIES = 11,
    AGENT_IDENTITIES_ANSWER = 12,
    AGENTC_SIGN_REQUEST = 13,
    AGENT_SIGN_RESPONSE = 14,
};

struct ssh_agent_key {
    char type[SSH_KEY_TYPE_MAX];
    unsigned char blob[SSH_KEY_BLOB_MAX];
    size_t length;
};

struct ssh_agent_keys {
    int count;
    int left_out; /* of a type that the linked libssh2 cannot use, or too many */
    struct ssh_agent_key keys[SSH_AGENT_KEYS_MAX];
    struct ssh_agent_key other; /* the first one left out that is no certificate:
                                   openssh can use it. Length 0: none */
};

/* Enough for the question to sign SSH_AGENT_DATA_MAX bytes, its length included. */
enum { SSH_AGENT_QUESTION_MAX = SSH_AGENT_DATA_MAX + SSH_KEY_BLOB_MAX + 32 };

/* Write a whole message, its length included, and return how long it is. `length` is at
 * most SSH_AGENT_DATA_MAX. */
size_t agent_ask_listing(unsigned char buffer[SSH_AGENT_QUESTION_MAX]);
size_t agent_ask_signature(unsigned char buffer[SSH_AGENT_QUESTION_MAX],
                           const struct ssh_agent_key *key, const unsigned char *data,
                           size_t length);

/* The length that stands before a message. */
size_t agent_length(const unsigned char bytes[4]);

/* Reads what follows AGENT_IDENTITIES_ANSWER. False: it is cut. */
bool agent_read_listing(const unsigned char *bytes, size_t length,
                        struct ssh_agent_keys *ret_keys);

/* Reads what follows AGENT_SIGN_RESPONSE: the bare signature, in `bytes`. False: it is
 * cut. */
bool agent_read_signature(const unsigned char *bytes, size_t length,
                          const unsigned char **ret_signature, size_t *ret_length);

#endif
