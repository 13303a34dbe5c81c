#include "core/haproxy_config.h"

#include "base/asset.h"
#include "core/settings_table.h"

#include <string.h>

static const char template_name[] = "haproxy.cfg.in";

/* Each writes its first value; false: it has none. */
typedef bool write_fn(const struct haproxy_site *site, struct str *out);

static bool write_environment(const struct haproxy_site *site, struct str *out)
{
    char name[64];
    settings_env_name(site->settings, name, sizeof name);
    str_add(out, name);
    return true;
}

static bool write_live_share(const struct haproxy_site *site, struct str *out)
{
    str_addf(out, "%d", site->live_share);
    return true;
}

/* As bgc-lb says it, in its own request through the frontend. */
static bool write_check_host(const struct haproxy_site *site, struct str *out)
{
    const struct settings *settings = site->settings;
    str_add(out, settings->check_host[0] != '\0' ? settings->check_host
                                                 : settings->check_address);
    return true;
}

/* Whether who listens at `bind` hears what is sent to `address`: the same words, or all
 * addresses and the same port. */
static bool bind_hears(const char *bind, const char *address)
{
    static const char *const everywhere[] = {"", "*", "0.0.0.0", "[::]", "::"};
    const char *bind_port = strrchr(bind, ':');
    const char *port = strrchr(address, ':');
    if (str_equal(bind, address))
        return true;
    if (bind_port == NULL || port == NULL || !str_equal(bind_port, port))
        return false;
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
        if (strlen(everywhere[i]) == (size_t)(bind_port - bind) &&
            str_starts(bind, everywhere[i]))
            return true;
    return false;
}

static bool write_check_bind(const struct haproxy_site *site, struct str *out)
{
    if (bind_hears(site->settings->bind, site->settings->check_address))
        return false;
    str_add(out, site->settings->check_address);
    return true;
}

/* clang-format off */
static const struct {
    const char *name;
    write_fn *write;
} known[] = {
    {"environment", write_environment},
    {"live_share",  write_live_share},
    {"check_host",  write_check_host},
    {"check_bind",  write_check_bind},
};
/* clang-format on */

static enum template_answer write_server(const struct haproxy_site *site,
                                         enum colour colour, size_t nth,
                                         struct str *out)
{
    const struct haproxy_server *server = haproxy_site_server(site, colour, nth);
    if (server == NULL)
        return TEMPLATE_NOTHING;
    bool is_ipv6 = strchr(server->address, ':') != NULL;
    str_addf(out, "server %s %s%s%s:%lld check", server->name, is_ipv6 ? "[" : "",
             server->address, is_ipv6 ? "]" : "", site->settings->port);
    return TEMPLATE_VALUE;
}

static enum template_answer write_feature(const struct haproxy_site *site,
                                          const struct haproxy_feature *feature,
                                          size_t nth, struct str *out)
{
    if (nth > 0 || !haproxy_version_has(&site->version, feature))
        return TEMPLATE_NOTHING;
    str_add(out, feature->line);
    return TEMPLATE_VALUE;
}

static void add_escaped(struct str *out, const char *value)
{
    for (; *value != '\0'; value++) {
        if (strchr("\\#\"'", *value) != NULL)
            str_add_char(out, '\\');
        str_add_char(out, *value);
    }
}

/* `name` is "section.key". */
static enum template_answer write_setting(const struct haproxy_site *site,
                                          const char *name, size_t nth, struct str *out)
{
    char section[TEMPLATE_NAME_MAX], value[SETTING_TEXT_MAX];
    const char *dot = strchr(name, '.');
    if (dot == NULL ||
        !str_copy_bytes(section, sizeof section, name, (size_t)(dot - name)))
        return TEMPLATE_UNKNOWN;
    int row = setting_find(section, dot + 1);
    if (row < 0)
        return TEMPLATE_UNKNOWN;
    setting_get(setting_at((size_t)row), site->settings, value);
    if (nth > 0 || value[0] == '\0')
        return TEMPLATE_NOTHING;
    add_escaped(out, value);
    return TEMPLATE_VALUE;
}

enum template_answer haproxy_config_value(const void *context, const char *name,
                                          size_t nth, struct str *out)
{
    const struct haproxy_site *site = context;
    const struct haproxy_feature *feature = haproxy_feature_find(name);
    if (feature != NULL)
        return write_feature(site, feature, nth, out);
    if (str_equal(name, "blue_servers"))
        return write_server(site, COLOUR_BLUE, nth, out);
    if (str_equal(name, "green_servers"))
        return write_server(site, COLOUR_GREEN, nth, out);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_equal(known[i].name, name))
            return nth == 0 && known[i].write(site, out) ? TEMPLATE_VALUE
                                                         : TEMPLATE_NOTHING;
    return write_setting(site, name, nth, out);
}

bool haproxy_config_render(const struct haproxy_site *site, struct str *out,
                           struct err *err)
{
    const struct asset *template = asset_find(template_name);
    if (template == NULL)
        return err_set(err, ERR_CONFIG, "the program carries no %s", template_name);
    return haproxy_site_check(site, err) &&
           template_render(template_name, template->bytes, template->length,
                           haproxy_config_value, site, out, err);
}
