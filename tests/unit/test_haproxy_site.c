#include "core/haproxy_site.h"

#include "lib/good_site.h"
#include "lib/test.h"

#include <stdlib.h>

static const struct droplet droplets[] = {
    {1, "web-green-1", "10.0.0.21", "203.0.113.21", ROLE_GREEN, DROPLET_ACTIVE},
    {2, "web-blue-2", "10.0.0.12", "203.0.113.12", ROLE_BLUE, DROPLET_ACTIVE},
    {3, "lb-1", "10.0.0.1", "203.0.113.1", ROLE_BALANCER, DROPLET_ACTIVE},
    {4, "web-blue-1", "10.0.0.11", "203.0.113.11", ROLE_BLUE, DROPLET_ACTIVE},
};

struct place {
    struct haproxy_site *good;
    struct haproxy_site *site;
    struct fleet *fleet;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    place->good = good_site_new("2.6.12", NULL);
    place->site = calloc(1, sizeof *place->site);
    place->fleet = calloc(1, sizeof *place->fleet);
    fleet_init(place->fleet);
    fleet_take_listing(place->fleet, droplets, LENGTH_OF(droplets), true, 1);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    good_site_free(place->good);
    free(place->site);
    free(place->fleet);
    free(place);
    return 0;
}

static bool site_from(struct place *place, int share, struct err *err)
{
    return haproxy_site_from(place->good->settings, place->fleet, share,
                             "2.6.12-1+deb12u3", place->site, err);
}

/* In the same order, however the API lists them. */
static void test_from_the_fleet(void **state)
{
    struct place *place = *state;
    struct err err = {.text = ""};
    if (!site_from(place, SHARE_GREEN, &err))
        fail_msg("%s", err.text);
    assert_int_equal(place->site->server_count, 3);
    assert_string_equal(place->site->servers[0].name, "web-blue-1");
    assert_string_equal(place->site->servers[1].name, "web-blue-2");
    assert_string_equal(place->site->servers[2].name, "web-green-1");
    assert_string_equal(place->site->servers[2].address, "10.0.0.21");
    assert_string_equal(haproxy_site_server(place->site, COLOUR_BLUE, 1)->name,
                        "web-blue-2");
    assert_null(haproxy_site_server(place->site, COLOUR_BLUE, 2));
    assert_string_equal(haproxy_site_server(place->site, COLOUR_GREEN, 0)->name,
                        "web-green-1");
    assert_null(haproxy_site_server(place->site, COLOUR_GREEN, 1));
    assert_int_equal(place->site->live_share, SHARE_GREEN);
    assert_int_equal(place->site->version.minor, 6);
}

static void test_what_is_gone_is_left_out(void **state)
{
    struct place *place = *state;
    struct err err = {.text = ""};
    place->fleet->hosts[fleet_find(place->fleet, "web-blue-2")].gone = true;
    assert_true(site_from(place, SHARE_BLUE, &err));
    assert_int_equal(place->site->server_count, 2);
}

static void lose_green(struct place *place)
{
    place->fleet->hosts[fleet_find(place->fleet, "web-green-1")].gone = true;
}

static void lose_address(struct place *place)
{
    place->fleet->hosts[0].address[0] = '\0';
}

static void give_two_tags(struct place *place)
{
    place->fleet->hosts[0].two_roles = true;
}

static void rename_badly(struct place *place)
{
    str_copy(place->fleet->hosts[0].droplet.name, HOST_NAME_MAX_BYTES, "web;green");
}

static void rename_alike(struct place *place)
{
    int host = fleet_find(place->fleet, "web-blue-2");
    str_copy(place->fleet->hosts[host].droplet.name, HOST_NAME_MAX_BYTES, "web-blue-1");
}

static void spoil_address(struct place *place)
{
    str_copy(place->fleet->hosts[0].address, HOST_ADDRESS_MAX, "10.0.0.21 backup");
}

static void change_nothing(struct place *place)
{
    (void)place;
}

static void test_refused(void **state)
{
    /* clang-format off */
    static const struct {
        void (*spoil)(struct place *place);  int share;      const char *error;
    } cases[] = {
        {lose_green,      SHARE_GREEN,   "GREEN gets traffic and would have no server: no Droplet has the tag env:green"},
        {lose_green,      50,            "GREEN gets traffic and would have no server: no Droplet has the tag env:green"},
        {lose_address,    SHARE_BLUE,    "web-green-1 has no private address yet: wait until DigitalOcean gives it one, or take its tag away"},
        {give_two_tags,   SHARE_BLUE,    "web-green-1 has more than one of our tags: take all but one away"},
        {rename_badly,    SHARE_BLUE,    "\"web;green\" cannot be a server's name: HAProxy takes letters, digits, dots, colons, dashes and underscores; rename the Droplet"},
        {rename_alike,    SHARE_BLUE,    "two blue Droplets are called web-blue-1 (10.0.0.12 and 10.0.0.11): rename one"},
        {spoil_address,   SHARE_BLUE,    "web-green-1: \"10.0.0.21 backup\" is no address"},
        {change_nothing,  SHARE_UNKNOWN, "which colour is live is not known: a configuration must say who gets the traffic when the map is empty"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct err err = {.text = ""};
        tear_down(state);
        set_up(state);
        cases[i].spoil(*state);
        assert_false(site_from(*state, cases[i].share, &err));
        assert_string_equal(err.text, cases[i].error);
    }
}

/* The idle colour may be empty: that is how one begins. */
static void test_idle_may_be_empty(void **state)
{
    struct place *place = *state;
    struct err err = {.text = ""};
    lose_green(place);
    assert_true(site_from(place, SHARE_BLUE, &err));
}

static void test_an_old_haproxy(void **state)
{
    struct place *place = *state;
    struct err err = {.text = ""};
    assert_false(haproxy_site_from(place->good->settings, place->fleet, SHARE_BLUE,
                                   "2.2.9", place->site, &err));
    assert_int_equal(err.code, ERR_CONFIG);
}

static void test_a_comma_in_a_map(void **state)
{
    (void)state;
    struct err err = {.text = ""};
    struct haproxy_site *site =
        good_site_new("2.6.12", "[haproxy]\nmap_file = /etc/a,b.map\n");
    assert_false(haproxy_site_check(site, &err));
    assert_string_equal(
        err.text,
        "[haproxy] map_file = /etc/a,b.map: HAProxy takes no comma in a map's path");
    good_site_free(site);
}

static void test_full(void **state)
{
    struct place *place = *state;
    place->site->server_count = 0;
    for (int i = 0; i < FLEET_HOSTS_MAX; i++)
        assert_true(haproxy_site_add(place->site, COLOUR_BLUE, "web", "10.0.0.1"));
    assert_false(haproxy_site_add(place->site, COLOUR_BLUE, "web", "10.0.0.1"));
}

int main(void)
{
#define ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ROOM(test_from_the_fleet), ROOM(test_what_is_gone_is_left_out),
        ROOM(test_refused),        ROOM(test_idle_may_be_empty),
        ROOM(test_an_old_haproxy), ROOM(test_a_comma_in_a_map),
        ROOM(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
