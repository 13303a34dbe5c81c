#ifndef BGC_NET_BOOTSTRAP_REQUEST_H
#define BGC_NET_BOOTSTRAP_REQUEST_H

/*
 * What the bootstrap program is asked to make of a host: docs/remote-helpers.md,
 * `bootstrap`. Pure.
 */

#include "core/fleet.h"
#include "core/settings.h"
#include "net/helper_text.h"

/* Begins it in `buffer`, behind the program itself; the helper is its body.
 * `authorized_key`, `git_credentials` "": none is to be added. */
void bootstrap_request_begin(struct helper_request *request, char *buffer, size_t size,
                             const char *program, size_t program_length,
                             const struct settings *settings, enum host_role role,
                             const char *authorized_key, const char *git_credentials);

/* The command that reads it, for the user who logs in. */
const char *bootstrap_command(const struct settings *settings);

#endif
