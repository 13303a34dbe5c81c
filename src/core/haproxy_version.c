#include "core/haproxy_version.h"

#include "base/str.h"

#include <string.h>

/* The oldest that the template was tried with: Ubuntu 22.04 has it. What the template
 * needs is younger than 2.0 (http-after-response and http-request return: 2.2). */
enum { OLDEST_MAJOR = 2, OLDEST_MINOR = 4, NUMBER_MAX = 999 };

/* clang-format off */
static const struct haproxy_feature features[] = {
    /* configuration.txt 3.1: idle connections end over this time, not all at once */
    {"close_spread_time", {2, 6}, "close-spread-time 2s"},
    /* configuration.txt 5.2: a new server waits for its first passed check. One that
     * the state file knows goes on as it was (apply_server_state() comes later). */
    {"init_state",        {3, 1}, "default-server init-state down"},
};
/* clang-format on */

static bool read_number(const char **at, int *ret_number)
{
    const char *digit = *at;
    int number = 0;
    for (; *digit >= '0' && *digit <= '9' && number <= NUMBER_MAX; digit++)
        number = number * 10 + (*digit - '0');
    if (digit == *at || number > NUMBER_MAX)
        return false;
    *at = digit;
    *ret_number = number;
    return true;
}

static bool read_version(const char *text, struct haproxy_version *version)
{
    return read_number(&text, &version->major) && *text++ == '.' &&
           read_number(&text, &version->minor) &&
           (*text == '\0' || *text == '.' || *text == '-');
}

bool haproxy_version_read(const char *text, struct haproxy_version *ret_version,
                          struct err *err)
{
    struct haproxy_version version;
    if (!read_version(text, &version))
        return err_set(err, ERR_PROTOCOL, "HAProxy's version is not known (\"%s\")",
                       text);
    if (!haproxy_version_at_least(&version, OLDEST_MAJOR, OLDEST_MINOR))
        return err_set(err, ERR_CONFIG,
                       "HAProxy %s is too old: %d.%d or later is needed, as Ubuntu "
                       "22.04 and Debian 12 have it",
                       text, OLDEST_MAJOR, OLDEST_MINOR);
    *ret_version = version;
    return true;
}

bool haproxy_version_at_least(const struct haproxy_version *version, int major,
                              int minor)
{
    return version->major > major ||
           (version->major == major && version->minor >= minor);
}

const struct haproxy_feature *haproxy_feature_find(const char *name)
{
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        if (str_equal(features[i].name, name))
            return &features[i];
    return NULL;
}

bool haproxy_version_has(const struct haproxy_version *version,
                         const struct haproxy_feature *feature)
{
    return haproxy_version_at_least(version, feature->since.major,
                                    feature->since.minor);
}
