#include "core/haproxy_site.h"

#include "base/str.h"
#include "core/settings_text.h"

#include <string.h>

static int compare(const struct haproxy_server *a, const struct haproxy_server *b)
{
    if (a->colour != b->colour)
        return a->colour < b->colour ? -1 : 1;
    return strcmp(a->name, b->name);
}

bool haproxy_site_add(struct haproxy_site *site, enum colour colour, const char *name,
                      const char *address)
{
    if (site->server_count == FLEET_HOSTS_MAX)
        return false;
    struct haproxy_server server = {.colour = colour};
    str_copy(server.name, sizeof server.name, name);
    str_copy(server.address, sizeof server.address, address);

    int place = site->server_count++;
    for (; place > 0 && compare(&site->servers[place - 1], &server) > 0; place--)
        site->servers[place] = site->servers[place - 1];
    site->servers[place] = server;
    return true;
}

/* Where the servers of a colour begin; they stand in order. */
static int first_of(const struct haproxy_site *site, enum colour colour)
{
    int low = 0, high = site->server_count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (site->servers[middle].colour < colour)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct haproxy_server *haproxy_site_server(const struct haproxy_site *site,
                                                 enum colour colour, size_t nth)
{
    size_t place = (size_t)first_of(site, colour) + nth;
    if (place >= (size_t)site->server_count || site->servers[place].colour != colour)
        return NULL;
    return &site->servers[place];
}

static bool add_host(struct haproxy_site *site, const struct host *host,
                     struct err *err)
{
    enum colour colour;
    const char *name = host->droplet.name;
    if (host->gone || !role_colour(host->droplet.role, &colour))
        return true;
    if (host->two_roles)
        return err_set(err, ERR_CONFIG,
                       "%s has more than one of our tags: take all but one away", name);
    if (host->address[0] == '\0')
        return err_set(
            err, ERR_CONFIG,
            "%s has no %s address yet: wait until DigitalOcean gives it one, "
            "or take its tag away",
            name, site->settings->address == ADDRESS_PRIVATE ? "private" : "public");
    if (!haproxy_site_add(site, colour, name, host->address))
        return err_set(err, ERR_LIMIT, "there are more than %d hosts", FLEET_HOSTS_MAX);
    return true;
}

bool haproxy_site_from(const struct settings *settings, const struct fleet *fleet,
                       int share, const char *version, struct haproxy_site *site,
                       struct err *err)
{
    site->settings = settings;
    site->live_share = share;
    site->server_count = 0;
    if (!haproxy_version_read(version, &site->version, err))
        return false;
    for (int i = 0; i < fleet->count; i++)
        if (!add_host(site, &fleet->hosts[i], err))
            return false;
    return haproxy_site_check(site, err);
}

static bool check_server(const struct haproxy_server *server,
                         const struct haproxy_server *before, struct err *err)
{
    static const char address_bytes[] = "0123456789abcdefABCDEF.:";
    if (!text_kind_accepts(TEXT_HAPROXY_NAME, server->name))
        return err_set(err, ERR_CONFIG,
                       "\"%s\" cannot be a server's name: HAProxy takes %s; rename the "
                       "Droplet",
                       server->name, text_kind_expected(TEXT_HAPROXY_NAME));
    size_t length = strspn(server->address, address_bytes);
    if (length == 0 || server->address[length] != '\0')
        return err_set(err, ERR_CONFIG, "%s: \"%s\" is no address", server->name,
                       server->address);
    if (before != NULL && compare(before, server) == 0)
        return err_set(err, ERR_CONFIG,
                       "two %s Droplets are called %s (%s and %s): rename one",
                       colour_name(server->colour), server->name, before->address,
                       server->address);
    return true;
}

static bool check_live_colours(const struct haproxy_site *site,
                               const int count[COLOUR_COUNT], struct err *err)
{
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++)
        if (count[colour] == 0 && share_reaches(site->live_share, colour))
            return err_set(err, ERR_CONFIG,
                           "%s gets traffic and would have no server: no Droplet has "
                           "the tag %s",
                           colour_name_upper(colour),
                           colour == COLOUR_BLUE ? site->settings->tag_blue
                                                 : site->settings->tag_green);
    return true;
}

/* A map's path stands between the commas of a converter's arguments. */
static bool check_map(const char *key, const char *path, struct err *err)
{
    if (strchr(path, ',') == NULL)
        return true;
    return err_set(err, ERR_CONFIG, "%s = %s: HAProxy takes no comma in a map's path",
                   key, path);
}

bool haproxy_site_check(const struct haproxy_site *site, struct err *err)
{
    int count[COLOUR_COUNT] = {0};
    if (!share_is_valid(site->live_share))
        return err_set(err, ERR_CONFIG,
                       "which colour is live is not known: a configuration must say "
                       "who gets the traffic when the map is empty");
    for (int i = 0; i < site->server_count; i++) {
        const struct haproxy_server *server = &site->servers[i];
        if (!check_server(server, i > 0 ? server - 1 : NULL, err))
            return false;
        count[server->colour]++;
    }
    return check_live_colours(site, count, err) &&
           check_map("[haproxy] map_file", site->settings->map_file, err) &&
           check_map("[config] maintenance_map", site->settings->maintenance_map, err);
}
