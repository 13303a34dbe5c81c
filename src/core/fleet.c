#include "core/fleet.h"

#include "base/str.h"

#include <string.h>

static const struct {
    const char *name;
    int colour; /* enum colour, -1: none */
} roles[ROLE_COUNT] = {
    [ROLE_BLUE] = {"blue", COLOUR_BLUE},
    [ROLE_GREEN] = {"green", COLOUR_GREEN},
    [ROLE_BALANCER] = {"load balancer", -1},
};

const char *role_name(enum host_role role)
{
    return roles[role].name;
}

bool role_colour(enum host_role role, enum colour *ret_colour)
{
    if (roles[role].colour < 0)
        return false;
    *ret_colour = (enum colour)roles[role].colour;
    return true;
}

enum host_role role_of_colour(enum colour colour)
{
    return colour == COLOUR_BLUE ? ROLE_BLUE : ROLE_GREEN;
}

void fleet_init(struct fleet *fleet)
{
    memset(fleet, 0, sizeof *fleet);
    fleet->limit_remaining = -1;
    fleet->limit_total = -1;
}

/* Listings keep their order, so the search begins where the last one ended. */
static int find_id(const struct fleet *fleet, int64_t id, int begin)
{
    for (int n = 0; n < fleet->count; n++) {
        int i = (begin + n) % fleet->count;
        if (fleet->hosts[i].droplet.id == id)
            return i;
    }
    return -1;
}

static int add_host(struct fleet *fleet)
{
    if (fleet->count == FLEET_HOSTS_MAX)
        return -1;
    fleet->hosts[fleet->count] = (struct host){.gone = true};
    return fleet->count++;
}

static void take_address(struct host *host, const char *address)
{
    if (str_equal(host->address, address))
        return;
    str_copy(host->address, sizeof host->address, address);
    host->reach = REACH_UNKNOWN;
    host->reach_ms = 0;
    host->reach_code = 0;
    host->trouble[0] = '\0';
    host->facts = (struct host_facts){.at_ms = 0};
    health_reset(&host->health);
}

static void take_droplet(struct host *host, const struct droplet *droplet,
                         bool private_address)
{
    if (!host->gone) {
        host->two_roles |= host->droplet.role != droplet->role;
        return;
    }
    host->gone = false;
    host->two_roles = false;
    host->droplet = *droplet;
    take_address(host,
                 private_address ? droplet->private_address : droplet->public_address);
}

int fleet_take_listing(struct fleet *fleet, const struct droplet *droplets,
                       size_t count, bool private_address, int64_t now_ms)
{
    int left_out = 0;
    int at = 0;

    for (int i = 0; i < fleet->count; i++)
        fleet->hosts[i].gone = true;
    for (size_t i = 0; i < count; i++) {
        int found = find_id(fleet, droplets[i].id, at);
        if (found < 0)
            found = add_host(fleet);
        if (found < 0) {
            left_out++;
            continue;
        }
        take_droplet(&fleet->hosts[found], &droplets[i], private_address);
        at = found + 1;
    }
    fleet->listed_ms = now_ms;
    fleet->trouble[0] = '\0';
    return left_out;
}

int fleet_next(const struct fleet *fleet, enum host_role role, int after)
{
    for (int i = after + 1; i < fleet->count; i++) {
        if (!fleet->hosts[i].gone && fleet->hosts[i].droplet.role == role)
            return i;
    }
    return -1;
}

int fleet_count(const struct fleet *fleet, enum host_role role)
{
    int count = 0;

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i))
        count++;
    return count;
}

int fleet_find(const struct fleet *fleet, const char *name)
{
    int gone = -1;

    for (int i = 0; i < fleet->count; i++) {
        if (!str_equal(fleet->hosts[i].droplet.name, name))
            continue;
        if (!fleet->hosts[i].gone)
            return i;
        gone = i;
    }
    return gone;
}

static int count_revision(const struct fleet *fleet, enum host_role role,
                          const char *revision)
{
    int count = 0;

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        if (str_equal(fleet->hosts[i].facts.revision, revision))
            count++;
    }
    return count;
}

void fleet_release(const struct fleet *fleet, enum colour colour,
                   char buffer[SHA_HEX_SIZE], bool *ret_all_agree)
{
    enum host_role role = role_of_colour(colour);
    const char *most = "";
    int most_count = 0;

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const char *revision = fleet->hosts[i].facts.revision;
        if (revision[0] == '\0' || str_equal(revision, most))
            continue;
        int count = count_revision(fleet, role, revision);
        if (count > most_count) {
            most = revision;
            most_count = count;
        }
    }
    str_copy(buffer, 8, most);
    *ret_all_agree = most_count > 0 && most_count == fleet_count(fleet, role);
}

bool host_has_address(const struct host *host)
{
    return !host->gone && host->address[0] != '\0';
}
