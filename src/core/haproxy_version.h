#ifndef BGC_CORE_HAPROXY_VERSION_H
#define BGC_CORE_HAPROXY_VERSION_H

/*
 * Which HAProxy it is, and what that version takes.
 *
 * A configuration with a line that HAProxy does not know does not start, so each line
 * that came later than our oldest version stands in one table here, with the version
 * from which it may be written.
 */

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct haproxy_version {
    int major;
    int minor;
};

/* One line of haproxy.cfg that not every version takes. */
struct haproxy_feature {
    const char *name; /* its placeholder in haproxy.cfg.in */
    struct haproxy_version since;
    const char *line;
};

/* From what HAProxy says of itself ("2.6.12-1+deb12u3", "3.0-dev5"). Errors: it is no
 * version; or it is older than what bgconsole needs, which is named. */
bool haproxy_version_read(const char *text, struct haproxy_version *ret_version,
                          struct err *err);

bool haproxy_version_at_least(const struct haproxy_version *version, int major,
                              int minor);

/* The feature of that name, NULL: there is none. */
const struct haproxy_feature *haproxy_feature_find(const char *name);

bool haproxy_version_has(const struct haproxy_version *version,
                         const struct haproxy_feature *feature);

#endif
