#include "core/fleet.h"

#include "base/str.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct fleet));
    assert_non_null(*state);
    fleet_init(*state);
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static struct droplet droplet_of(int64_t id, const char *name, enum host_role role)
{
    struct droplet droplet = {.id = id, .role = role, .status = DROPLET_ACTIVE};

    str_copy(droplet.name, sizeof droplet.name, name);
    snprintf(droplet.private_address, HOST_ADDRESS_MAX, "10.0.0.%d", (int)id);
    snprintf(droplet.public_address, HOST_ADDRESS_MAX, "192.0.2.%d", (int)id);
    return droplet;
}

static void test_listing(void **state)
{
    struct fleet *fleet = *state;
    struct droplet droplets[] = {
        droplet_of(1, "web-blue-1", ROLE_BLUE),
        droplet_of(2, "web-green-1", ROLE_GREEN),
        droplet_of(3, "lb-1", ROLE_BALANCER),
        droplet_of(4, "web-blue-2", ROLE_BLUE),
    };

    assert_int_equal(fleet->limit_remaining, -1);
    assert_int_equal(fleet->limit_total, -1);
    str_copy(fleet->trouble, sizeof fleet->trouble, "it failed before");
    assert_int_equal(fleet_take_listing(fleet, droplets, 4, true, 77), 0);
    assert_int_equal(fleet->listed_ms, 77);
    assert_string_equal(fleet->trouble, "");
    assert_int_equal(fleet->count, 4);
    assert_string_equal(fleet->hosts[1].address, "10.0.0.2");
    assert_int_equal(fleet_next(fleet, ROLE_BLUE, -1), 0);
    assert_int_equal(fleet_next(fleet, ROLE_BLUE, 0), 3);
    assert_int_equal(fleet_next(fleet, ROLE_BLUE, 3), -1);
    assert_int_equal(fleet_count(fleet, ROLE_GREEN), 1);
    assert_int_equal(fleet_find(fleet, "lb-1"), 2);
    assert_int_equal(fleet_find(fleet, "lb-2"), -1);

    fleet_take_listing(fleet, droplets, 4, false, 78);
    assert_string_equal(fleet->hosts[1].address, "192.0.2.2");
}

/* Indexes stay what they are, whatever comes, goes and comes back. */
static void test_coming_and_going(void **state)
{
    struct fleet *fleet = *state;
    struct droplet a = droplet_of(1, "web-1", ROLE_BLUE);
    struct droplet b = droplet_of(2, "web-2", ROLE_BLUE);
    struct droplet c = droplet_of(3, "web-1", ROLE_BLUE);

    fleet_take_listing(fleet, (struct droplet[]){a, b}, 2, true, 1);
    fleet->hosts[1].facts.disk_free_mb = 900;
    fleet->hosts[1].facts.at_ms = 1;

    fleet_take_listing(fleet, (struct droplet[]){c, b}, 2, true, 2);
    assert_int_equal(fleet->count, 3);
    assert_true(fleet->hosts[0].gone);
    assert_int_equal(fleet->hosts[1].facts.disk_free_mb, 900);
    assert_int_equal(fleet_find(fleet, "web-1"), 2); /* not the one that is gone */
    assert_int_equal(fleet_count(fleet, ROLE_BLUE), 2);

    fleet_take_listing(fleet, (struct droplet[]){a}, 1, true, 3);
    assert_false(fleet->hosts[0].gone);
    assert_true(fleet->hosts[1].gone);
    assert_int_equal(fleet_find(fleet, "web-2"), 1);

    b.role = ROLE_GREEN;
    str_copy(b.name, sizeof b.name, "renamed");
    fleet_take_listing(fleet, (struct droplet[]){b}, 1, true, 4);
    assert_int_equal(fleet_next(fleet, ROLE_GREEN, -1), 1);
    assert_string_equal(fleet->hosts[1].droplet.name, "renamed");
    assert_int_equal(fleet->hosts[1].facts.disk_free_mb, 900);
}

static void test_new_address_is_a_stranger(void **state)
{
    struct fleet *fleet = *state;
    struct droplet droplet = droplet_of(1, "web-1", ROLE_BLUE);
    struct host *host = &fleet->hosts[0];

    fleet_take_listing(fleet, &droplet, 1, true, 1);
    host->reach = REACH_FAILED;
    host->reach_ms = 5;
    host->reach_code = 7;
    str_copy(host->trouble, sizeof host->trouble, "refused");
    host->facts.at_ms = 5;
    host->health.state = HEALTH_OK;
    fleet_take_listing(fleet, &droplet, 1, true, 2);
    assert_int_equal(host->health.state, HEALTH_OK);

    str_copy(droplet.private_address, sizeof droplet.private_address, "10.0.0.99");
    fleet_take_listing(fleet, &droplet, 1, true, 3);
    assert_string_equal(host->address, "10.0.0.99");
    assert_int_equal(host->reach, REACH_UNKNOWN);
    assert_int_equal(host->reach_ms, 0);
    assert_int_equal(host->reach_code, 0);
    assert_string_equal(host->trouble, "");
    assert_int_equal(host->facts.at_ms, 0);
    assert_int_equal(host->health.state, HEALTH_UNKNOWN);
}

static void test_two_roles(void **state)
{
    struct fleet *fleet = *state;
    struct droplet blue = droplet_of(1, "web-1", ROLE_BLUE);
    struct droplet green = droplet_of(1, "web-1", ROLE_GREEN);
    struct droplet other = droplet_of(2, "web-2", ROLE_GREEN);

    fleet_take_listing(fleet, (struct droplet[]){blue, other, green, blue}, 4, true, 1);
    assert_int_equal(fleet->count, 2);
    assert_true(fleet->hosts[0].two_roles);
    assert_false(fleet->hosts[1].two_roles);
    fleet_take_listing(fleet, (struct droplet[]){green, green, other}, 3, true, 2);
    assert_false(fleet->hosts[0].two_roles);
    assert_int_equal(fleet->hosts[0].droplet.role, ROLE_GREEN);
}

static void test_too_many(void **state)
{
    struct fleet *fleet = *state;
    size_t count = FLEET_HOSTS_MAX + 3;
    struct droplet *droplets = calloc(count, sizeof *droplets);

    assert_non_null(droplets);
    for (size_t i = 0; i < count; i++)
        droplets[i].id = (int64_t)i + 1;
    assert_int_equal(fleet_take_listing(fleet, droplets, count, true, 1), 3);
    assert_int_equal(fleet->count, FLEET_HOSTS_MAX);
    assert_int_equal(fleet->hosts[FLEET_HOSTS_MAX - 1].droplet.id, FLEET_HOSTS_MAX);
    free(droplets);
}

static void test_release(void **state)
{
    struct fleet *fleet = *state;
    /* clang-format off */
    static const struct {
        const char *revisions[3];              const char *release;  bool all_agree;
    } cases[] = {
        {{"8f3c2a1111", "8f3c2a1111", "8f3c2a1111"}, "8f3c2a1",      true },
        {{"8f3c2a1111", "77ab01c222", "77ab01c222"}, "77ab01c",      false},
        {{"8f3c2a1111", "",           "8f3c2a1111"}, "8f3c2a1",      false},
        {{"",           "",           ""          }, "",             false},
    };
    /* clang-format on */
    struct droplet droplets[] = {
        droplet_of(1, "g1", ROLE_GREEN), droplet_of(2, "g2", ROLE_GREEN),
        droplet_of(3, "g3", ROLE_GREEN), droplet_of(4, "b1", ROLE_BLUE)};
    char release[SHA_HEX_SIZE];
    bool all_agree;

    fleet_take_listing(fleet, droplets, 4, true, 1);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        for (int n = 0; n < 3; n++)
            str_copy(fleet->hosts[n].facts.revision, SHA_HEX_SIZE,
                     cases[i].revisions[n]);
        fleet_release(fleet, COLOUR_GREEN, release, &all_agree);
        assert_string_equal(release, cases[i].release);
        assert_int_equal(all_agree, cases[i].all_agree);
    }
    fleet_release(fleet, COLOUR_BLUE, release, &all_agree);
    assert_string_equal(release, "");
    assert_false(all_agree);
}

static void test_roles(void **state)
{
    (void)state;
    enum colour colour = COLOUR_COUNT;

    assert_true(role_colour(ROLE_GREEN, &colour));
    assert_int_equal(colour, COLOUR_GREEN);
    assert_true(role_colour(ROLE_BLUE, &colour));
    assert_int_equal(colour, COLOUR_BLUE);
    assert_false(role_colour(ROLE_BALANCER, &colour));
    assert_int_equal(role_of_colour(COLOUR_BLUE), ROLE_BLUE);
    assert_string_equal(role_name(ROLE_BALANCER), "load balancer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_listing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coming_and_going, setup, teardown),
        cmocka_unit_test_setup_teardown(test_new_address_is_a_stranger, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_two_roles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_release, setup, teardown),
        cmocka_unit_test(test_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
