#ifndef BGC_NET_TRUSTED_HOSTS_H
#define BGC_NET_TRUSTED_HOSTS_H

/*
 * Our own known_hosts file: what `bgconsole trust` has added, one for each environment,
 * because private addresses repeat from one network to the next.
 *
 * Read together with the operator's file, which is never written. Each change replaces
 * the whole file (0600) at once and is on the disk when this returns.
 */

#include "base/err.h"
#include "net/ssh_key.h"

#include <stddef.h>

struct host_key {
    unsigned char blob[SSH_KEY_BLOB_MAX];
    size_t length;
};

/* Adds a line for each key, under the host's name as known_name() writes it. Errors:
 * ERR_IO, ERR_LIMIT; then nothing has changed. */
bool trusted_hosts_add(const char *path, const char *name, const struct host_key *keys,
                       int count, struct err *err);

/* Takes away the lines that name the host; `*ret_count`: how many. */
bool trusted_hosts_forget(const char *path, const char *name, int *ret_count,
                          struct err *err);

#endif
