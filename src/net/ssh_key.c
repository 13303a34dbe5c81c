#include "net/ssh_key.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

bool ssh_key_string(const unsigned char *bytes, size_t length, size_t *position,
                    const unsigned char **ret_string, size_t *ret_length)
{
    if (*position > length || length - *position < 4)
        return false;
    const unsigned char *at = bytes + *position;
    size_t wanted =
        (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
    if (wanted > length - *position - 4)
        return false;
    *ret_string = at + 4;
    *ret_length = wanted;
    *position += 4 + wanted;
    return true;
}

static bool is_name_char(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '@' ||
           c == '.';
}

bool ssh_key_type(const unsigned char *blob, size_t length,
                  char ret_type[SSH_KEY_TYPE_MAX])
{
    size_t position = 0, name_length;
    const unsigned char *name;
    if (!ssh_key_string(blob, length, &position, &name, &name_length))
        return false;
    if (name_length == 0 || name_length >= SSH_KEY_TYPE_MAX)
        return false;
    for (size_t i = 0; i < name_length; i++) {
        if (!is_name_char(name[i]))
            return false;
    }
    memcpy(ret_type, name, name_length);
    ret_type[name_length] = '\0';
    return true;
}

void ssh_key_fingerprint(const unsigned char *blob, size_t length,
                         char ret_fingerprint[SSH_FINGERPRINT_SIZE])
{
    static const char prefix[] = "SHA256:";
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    unsigned digest_length = 32;
    char digits[48]; /* 44 and a NUL; the last is always '=' and not shown */

    EVP_Digest(blob, length, digest, &digest_length, EVP_sha256(), NULL);
    EVP_EncodeBlock((unsigned char *)digits, digest, 32);
    memcpy(ret_fingerprint, prefix, sizeof prefix - 1);
    memcpy(ret_fingerprint + sizeof prefix - 1, digits, 43);
    ret_fingerprint[SSH_FINGERPRINT_SIZE - 1] = '\0';
}

static bool is_base64_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '+' || c == '/';
}

bool ssh_key_from_base64(const char *text, size_t length, unsigned char *buffer,
                         size_t size, size_t *ret_length)
{
    /* EVP_DecodeBlock forgives spaces and writes whole threes, so both are settled
     * before it is called. */
    unsigned char whole[SSH_KEY_BLOB_MAX + 3];
    size_t padding = 0;
    if (length == 0 || length % 4 != 0 || length / 4 * 3 > sizeof whole)
        return false;
    while (padding < 2 && text[length - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i < length - padding; i++) {
        if (!is_base64_digit(text[i]))
            return false;
    }
    if (EVP_DecodeBlock(whole, (const unsigned char *)text, (int)length) < 0)
        return false;
    size_t decoded = length / 4 * 3 - padding;
    if (decoded > size)
        return false;
    memcpy(buffer, whole, decoded);
    *ret_length = decoded;
    return true;
}
