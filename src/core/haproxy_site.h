#ifndef BGC_CORE_HAPROXY_SITE_H
#define BGC_CORE_HAPROXY_SITE_H

/*
 * What a load balancer's haproxy.cfg is made from: the settings, the hosts of both
 * colours, the share that is live, and the HAProxy that has to read it.
 *
 * A site that haproxy_site_check() lets through can be rendered; what it refuses would
 * be a configuration that HAProxy does not take, or one that answers nobody.
 */

#include "base/err.h"
#include "core/fleet.h"
#include "core/haproxy_version.h"
#include "core/settings.h"
#include "core/share.h"

#include <stdbool.h>
#include <stddef.h>

struct haproxy_server {
    enum colour colour;
    char name[HOST_NAME_MAX_BYTES];
    char address[HOST_ADDRESS_MAX]; /* IPv4, or IPv6 without brackets */
};

/* About 250 kB: for the heap. */
struct haproxy_site {
    const struct settings *settings; /* the caller's, outlives the site */
    struct haproxy_version version;
    int live_share; /* what an emptied map must mean */
    int server_count;
    struct haproxy_server servers[FLEET_HOSTS_MAX]; /* by colour, then by name */
};

/* The site of a fleet: every Droplet of both colours that the API lists. `version` is
 * what HAProxy says of itself. Errors: those of haproxy_version_read() and
 * haproxy_site_check(); a Droplet without an address, or with the tags of both colours.
 */
bool haproxy_site_from(const struct settings *settings, const struct fleet *fleet,
                       int share, const char *version, struct haproxy_site *site,
                       struct err *err);

/* Adds a server where it belongs in the order. False: there is no room. */
bool haproxy_site_add(struct haproxy_site *site, enum colour colour, const char *name,
                      const char *address);

/* The server number `nth` (from 0) of a colour, NULL: it has no more. */
const struct haproxy_server *haproxy_site_server(const struct haproxy_site *site,
                                                 enum colour colour, size_t nth);

/* Errors: an unknown share; a name or address that HAProxy's socket could misread; two
 * servers of one name in a colour; a colour that gets traffic and has no server; a path
 * that cannot stand where it is needed. */
bool haproxy_site_check(const struct haproxy_site *site, struct err *err);

#endif
