#include "net/ssh_agent_text.h"

#include "base/str.h"
#include "net/key_file.h"

#include <stdint.h>
#include <string.h>

enum { LENGTH_BYTES = 4 };

static size_t number_put(unsigned char *at, size_t number)
{
    for (int i = 0; i < LENGTH_BYTES; i++)
        at[i] = (unsigned char)(number >> (24 - 8 * i));
    return LENGTH_BYTES;
}

static size_t string_put(unsigned char *at, const unsigned char *bytes, size_t length)
{
    number_put(at, length);
    memcpy(at + LENGTH_BYTES, bytes, length);
    return LENGTH_BYTES + length;
}

static size_t message_end(unsigned char *buffer, const unsigned char *end)
{
    size_t length = (size_t)(end - buffer);
    number_put(buffer, length - LENGTH_BYTES);
    return length;
}

size_t agent_ask_listing(unsigned char buffer[SSH_AGENT_QUESTION_MAX])
{
    unsigned char *at = buffer + LENGTH_BYTES;
    *at++ = AGENTC_REQUEST_IDENTITIES;
    return message_end(buffer, at);
}

size_t agent_ask_signature(unsigned char buffer[SSH_AGENT_QUESTION_MAX],
                           const struct ssh_agent_key *key, const unsigned char *data,
                           size_t length)
{
    unsigned char *at = buffer + LENGTH_BYTES;
    *at++ = AGENTC_SIGN_REQUEST;
    at += string_put(at, key->blob, key->length);
    at += string_put(at, data, length);
    at += number_put(at, 0); /* no flags */
    return message_end(buffer, at);
}

size_t agent_length(const unsigned char bytes[4])
{
    return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 |
           bytes[3];
}

static void key_set(struct ssh_agent_key *key, const char *type,
                    const unsigned char *blob, size_t length)
{
    str_copy(key->type, sizeof key->type, type);
    memcpy(key->blob, blob, length);
    key->length = length;
}

static void key_take(struct ssh_agent_keys *keys, const unsigned char *blob,
                     size_t length)
{
    char type[SSH_KEY_TYPE_MAX];
    bool is_key = ssh_key_type(blob, length, type) && length <= SSH_KEY_BLOB_MAX;

    if (is_key && key_type_usable(type) && keys->count < SSH_AGENT_KEYS_MAX) {
        key_set(&keys->keys[keys->count++], type, blob, length);
        return;
    }
    keys->left_out++;
    if (is_key && keys->other.length == 0 && !strstr(type, "-cert-"))
        key_set(&keys->other, type, blob, length);
}

bool agent_read_listing(const unsigned char *bytes, size_t length,
                        struct ssh_agent_keys *ret_keys)
{
    ret_keys->count = ret_keys->left_out = 0;
    ret_keys->other.length = 0;
    if (length < LENGTH_BYTES)
        return false;
    size_t announced = agent_length(bytes), position = LENGTH_BYTES;
    for (size_t i = 0; i < announced; i++) {
        const unsigned char *blob, *comment;
        size_t blob_length, comment_length;
        if (!ssh_key_string(bytes, length, &position, &blob, &blob_length) ||
            !ssh_key_string(bytes, length, &position, &comment, &comment_length))
            return false;
        key_take(ret_keys, blob, blob_length);
    }
    return true;
}

/* A signature is a string that holds the name of the method and the bare signature. */
bool agent_read_signature(const unsigned char *bytes, size_t length,
                          const unsigned char **ret_signature, size_t *ret_length)
{
    const unsigned char *whole, *method;
    size_t whole_length, method_length, position = 0, inner = 0;
    return ssh_key_string(bytes, length, &position, &whole, &whole_length) &&
           ssh_key_string(whole, whole_length, &inner, &method, &method_length) &&
           ssh_key_string(whole, whole_length, &inner, ret_signature, ret_length);
}
