#include "core/fleet.h"

#include "base/str.h"
#include "core/host_index.h"

#include <string.h>

enum { OP_RUNNING = 2, CHECK_PASSED = 3 };

/* What a row matches when it is not one host. */
enum { NO_HOST = -1, MANY_HOSTS = -2 };

static bool check_is_full(const struct server_row *server)
{
    return server->check_rise >= 0 && server->check_fall >= 0 &&
           server->check_health == server->check_rise + server->check_fall - 1;
}

/* While a check is under way HAProxy has forgotten the result of the one before. Its
 * counter has not: it begins at `rise`, and only a passed check brings it above. */
static bool check_passed(const struct server_row *server)
{
    return server->check_result == CHECK_PASSED ||
           (server->checking && server->check_health > server->check_rise);
}

bool server_is_ready(const struct server_row *server)
{
    return server->op_state == OP_RUNNING && server->admin_state == 0 &&
           check_passed(server) && check_is_full(server);
}

void server_sentence(const struct host *host, char *buffer, size_t size)
{
    const struct server_row *server = &host->server;
    struct str out = str_on(buffer, size);

    if (!host->in_haproxy)
        str_add(&out, "HAProxy has no server for it");
    else if (server_is_ready(server))
        return;
    else if (server->admin_state != 0)
        str_addf(&out, "in HAProxy it was set by hand to %s", server->status);
    else if (server->op_state != OP_RUNNING)
        str_addf(&out, "in HAProxy it is %s", server->status);
    else if (server->check_rise < 0 || server->check_fall < 0)
        str_add(&out, "in HAProxy it has no health check");
    else if (!check_passed(server))
        str_addf(&out, "in HAProxy it is %s without a passed check", server->status);
    else
        str_addf(&out, "in HAProxy it is %s, %d of %d checks", server->status,
                 server->check_health, server->check_rise + server->check_fall - 1);
    if (host->in_haproxy && server->check[0] != '\0')
        str_addf(&out, ": %s", server->check);
}

static bool may_be_server(const struct host *host)
{
    return !host->gone && host->droplet.role != ROLE_BALANCER;
}

static void index_hosts(const struct fleet *fleet, struct host_index *index)
{
    host_index_init(index);
    for (int i = 0; i < fleet->count; i++) {
        const struct droplet *droplet = &fleet->hosts[i].droplet;
        if (!may_be_server(&fleet->hosts[i]))
            continue;
        host_index_add(index, droplet->name, i);
        host_index_add(index, droplet->private_address, i);
        if (!str_equal(droplet->public_address, droplet->private_address))
            host_index_add(index, droplet->public_address, i);
    }
}

/* HAProxy writes "10.0.0.11:8080", "[fd00::11]:8080", or the address alone. */
static void address_of(const struct server_row *row, char address[SERVER_NAME_MAX])
{
    const char *text = row->address;
    const char *colon = strchr(text, ':');
    size_t length = strlen(text);

    if (text[0] == '[')
        length = strcspn(++text, "]");
    else if (colon != NULL && strchr(colon + 1, ':') == NULL)
        length = (size_t)(colon - text);
    str_copy_bytes(address, SERVER_NAME_MAX, text, length);
}

static bool is_at(const struct host *host, const char *address)
{
    return str_equal(host->droplet.private_address, address) ||
           str_equal(host->droplet.public_address, address);
}

/* The host at the row's address, of several there the one with its name. MANY_HOSTS:
 * several, and none has the name. */
static int match_address(const struct fleet *fleet, const struct host_index *index,
                         const struct server_row *row)
{
    char address[SERVER_NAME_MAX];
    int found = NO_HOST;

    address_of(row, address);
    struct host_walk walk = host_index_walk(index, address);
    for (int i = host_walk_next(&walk); i >= 0; i = host_walk_next(&walk)) {
        const struct host *host = &fleet->hosts[i];
        if (!is_at(host, address))
            continue;
        if (str_equal(host->droplet.name, row->name))
            return i;
        found = found == NO_HOST ? i : MANY_HOSTS;
    }
    return found;
}

/* The one host of the row's colour that has its name. */
static int match_name(const struct fleet *fleet, const struct host_index *index,
                      const struct server_row *row)
{
    enum host_role role = role_of_colour(row->colour);
    int found = NO_HOST;

    struct host_walk walk = host_index_walk(index, row->name);
    for (int i = host_walk_next(&walk); i >= 0; i = host_walk_next(&walk)) {
        const struct host *host = &fleet->hosts[i];
        if (host->droplet.role != role || !str_equal(host->droplet.name, row->name))
            continue;
        if (found != NO_HOST)
            return MANY_HOSTS;
        found = i;
    }
    return found;
}

static int match_server(const struct fleet *fleet, const struct host_index *index,
                        const struct server_row *row)
{
    int found = match_address(fleet, index, row);

    return found != NO_HOST ? found : match_name(fleet, index, row);
}

static void take_server(struct host *host, const struct server_row *row)
{
    if (host->droplet.role != role_of_colour(row->colour)) {
        host->in_other_backend = true;
        return;
    }
    if (host->in_haproxy && !server_is_ready(&host->server))
        return;
    host->in_haproxy = true;
    host->server = *row;
}

static void take_stranger(struct fleet *fleet, const struct server_row *row)
{
    if (fleet->stranger_count == FLEET_STRANGERS_MAX)
        return;
    struct stranger *stranger = &fleet->strangers[fleet->stranger_count++];
    stranger->colour = row->colour;
    str_copy(stranger->name, sizeof stranger->name, row->name);
    str_copy(stranger->address, sizeof stranger->address, row->address);
}

void fleet_take_servers(struct fleet *fleet, const struct server_row *rows,
                        size_t count)
{
    struct host_index index;

    for (int i = 0; i < fleet->count; i++) {
        fleet->hosts[i].in_haproxy = false;
        fleet->hosts[i].in_other_backend = false;
    }
    fleet->matched_ms = fleet->listed_ms;
    fleet->stranger_count = 0;
    index_hosts(fleet, &index);
    for (size_t i = 0; i < count; i++) {
        int found = match_server(fleet, &index, &rows[i]);
        if (found >= 0)
            take_server(&fleet->hosts[found], &rows[i]);
        else if (found == NO_HOST)
            take_stranger(fleet, &rows[i]);
    }
}
