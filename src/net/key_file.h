#ifndef BGC_NET_KEY_FILE_H
#define BGC_NET_KEY_FILE_H

/*
 * Looks at a private key file before libssh2 may: is it safe, is it plain, is it
 * of a type that can be used? libssh2 itself says "combination invalid" to all
 * of these. The secret part of the key is not kept.
 */

#include "base/err.h"
#include "net/ssh_key.h"

#include <stdbool.h>

enum { KEY_FILE_MAX = 64 * 1024 };

/* The type of the key in the file at `path`, as far as its head tells; "" where it does
 * not (PKCS#8). Errors: ERR_IO; ERR_AUTH where the key cannot be used, with what to do:
 * readable by others, encrypted, RSA with a libssh2 before 1.11. */
bool key_file_look(const char *path, char ret_type[SSH_KEY_TYPE_MAX], struct err *err);

/* Whether the linked libssh2 can prove itself by a key of this type. RSA with SHA-2
 * came with 1.11.0; servers since OpenSSH 8.8 refuse RSA with SHA-1. Certificates and
 * security keys are for openssh. */
bool key_type_usable(const char *type);

/* The linked libssh2's version, for messages. */
const char *key_library_version(void);

#endif
