#ifndef BGC_NET_SSH_KEY_H
#define BGC_NET_SSH_KEY_H

/*
 * Public keys as SSH writes them: their type, their fingerprint, their base64.
 *
 * A key is a blob of bytes that begins with the name of its type (RFC 4253,
 * section 6.6). Digests and base64 are libcrypto's, which libssh2 and libcurl
 * of Debian stand on already.
 */

#include <stdbool.h>
#include <stddef.h>

enum {
    SSH_KEY_BLOB_MAX = 4096,  /* RSA with 16,384 bits takes 2,071 */
    SSH_KEY_TYPE_MAX = 64,    /* RFC 4251, section 6: names are at most 64 bytes */
    SSH_FINGERPRINT_SIZE = 51 /* "SHA256:", 43 digits, NUL */
};

/* The type that the blob names: "ssh-ed25519". False: it is no key blob. */
bool ssh_key_type(const unsigned char *blob, size_t length,
                  char ret_type[SSH_KEY_TYPE_MAX]);

/* "SHA256:..." as ssh-keygen -l prints it. */
void ssh_key_fingerprint(const unsigned char *blob, size_t length,
                         char ret_fingerprint[SSH_FINGERPRINT_SIZE]);

/* Decodes strict base64 (full alphabet, right padding, no spaces). False: it is none,
 * or more than `size` bytes. */
bool ssh_key_from_base64(const char *text, size_t length, unsigned char *buffer,
                         size_t size, size_t *ret_length);

/* One SSH string (32-bit length, bytes) at `*position`, which moves behind it. False:
 * it reaches beyond `length`. */
bool ssh_key_string(const unsigned char *bytes, size_t length, size_t *position,
                    const unsigned char **ret_string, size_t *ret_length);

#endif
