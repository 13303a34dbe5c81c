#include "core/fleet.h"

#include "base/str.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct server_row up = {
    .op_state = 2,
    .check_result = 3,
    .check_health = 4,
    .check_rise = 2,
    .check_fall = 3,
    .status = "UP",
};

static struct server_row row_of(enum colour colour, const char *name,
                                const char *address)
{
    struct server_row row = up;

    row.colour = colour;
    str_copy(row.name, sizeof row.name, name);
    str_copy(row.address, sizeof row.address, address);
    return row;
}

static void add_host(struct fleet *fleet, enum host_role role, const char *name,
                     const char *private_address, const char *public_address)
{
    struct host *host = &fleet->hosts[fleet->count++];

    host->droplet.role = role;
    str_copy(host->droplet.name, sizeof host->droplet.name, name);
    str_copy(host->droplet.private_address, HOST_ADDRESS_MAX, private_address);
    str_copy(host->droplet.public_address, HOST_ADDRESS_MAX, public_address);
}

/* Two blue hosts, two green ones of which one has a twin's name, a load balancer. */
static int setup(void **state)
{
    struct fleet *fleet = calloc(1, sizeof *fleet);

    assert_non_null(fleet);
    fleet_init(fleet);
    add_host(fleet, ROLE_BLUE, "web-blue-1", "10.0.0.11", "192.0.2.11");
    add_host(fleet, ROLE_BLUE, "web-blue-2", "10.0.0.12", "");
    add_host(fleet, ROLE_GREEN, "web-green-1", "10.0.0.21", "192.0.2.21");
    add_host(fleet, ROLE_GREEN, "twin", "fd00::22", "");
    add_host(fleet, ROLE_GREEN, "twin", "10.0.0.23", "");
    add_host(fleet, ROLE_BALANCER, "lb-1", "10.0.0.5", "192.0.2.5");
    *state = fleet;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void test_match(void **state)
{
    struct fleet *fleet = *state;
    /* clang-format off */
    static const struct {
        enum colour colour;  const char *name;  const char *address;    int host;  bool other_backend;
    } cases[] = {
        {COLOUR_BLUE,        "web-blue-1",      "10.0.0.11:8080",       0,         false},
        {COLOUR_BLUE,        "s1",              "10.0.0.11:8080",       0,         false},
        {COLOUR_BLUE,        "s1",              "192.0.2.11",           0,         false},
        {COLOUR_BLUE,        "web-blue-1",      "app.internal:80",      0,         false},
        {COLOUR_BLUE,        "web-blue-1",      "10.0.0.12:8080",       1,         false},
        {COLOUR_BLUE,        "s1",              "10.0.0.1:8080",        -1,        false},
        {COLOUR_BLUE,        "s1",              "10.0.0.111:8080",      -1,        false},
        {COLOUR_GREEN,       "web-blue-1",      "10.0.0.11:8080",       0,         true },
        {COLOUR_GREEN,       "web-blue-1",      "app.internal:80",      -1,        false},
        {COLOUR_GREEN,       "twin",            "[fd00::22]:8080",      3,         false},
        {COLOUR_GREEN,       "twin",            "fd00::22",             3,         false},
        {COLOUR_GREEN,       "s1",              "fd00::22:8080",        -1,        false},
        {COLOUR_GREEN,       "twin",            "10.0.0.23:8080",       4,         false},
        {COLOUR_GREEN,       "twin",            "app.internal:80",      -1,        false},
        {COLOUR_BLUE,        "lb-1",            "10.0.0.5:8080",        -1,        false},
        {COLOUR_BLUE,        "",                "",                     -1,        false},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct server_row row =
            row_of(cases[i].colour, cases[i].name, cases[i].address);
        fleet_take_servers(fleet, &row, 1);
        for (int n = 0; n < fleet->count; n++) {
            bool matched = n == cases[i].host && !cases[i].other_backend;
            bool other = n == cases[i].host && cases[i].other_backend;
            if (fleet->hosts[n].in_haproxy != matched ||
                fleet->hosts[n].in_other_backend != other)
                fail_msg("case %zu, host %d", i, n);
        }
    }
}

/* Several hosts behind one address are told apart by name alone. */
static void test_shared_address(void **state)
{
    struct fleet *fleet = *state;
    struct server_row rows[] = {
        row_of(COLOUR_BLUE, "web-blue-2", "10.0.0.11:8081"),
        row_of(COLOUR_BLUE, "s1", "10.0.0.11:8082"),
    };
    str_copy(fleet->hosts[1].droplet.private_address, HOST_ADDRESS_MAX, "10.0.0.11");

    fleet_take_servers(fleet, rows, 2);
    assert_false(fleet->hosts[0].in_haproxy);
    assert_true(fleet->hosts[1].in_haproxy);
    assert_string_equal(fleet->hosts[1].server.name, "web-blue-2");
}

/* Of two servers of one host the one that is not ready is kept. */
static void test_two_servers_of_one_host(void **state)
{
    struct fleet *fleet = *state;
    struct server_row rows[] = {
        row_of(COLOUR_BLUE, "web-blue-1", "10.0.0.11:8080"),
        row_of(COLOUR_BLUE, "second", "10.0.0.11:8081"),
    };

    for (int bad = 0; bad < 2; bad++) {
        rows[bad].op_state = 0;
        rows[1 - bad].op_state = 2;
        fleet_take_servers(fleet, rows, 2);
        assert_string_equal(fleet->hosts[0].server.name, rows[bad].name);
    }
}

static void test_both_backends(void **state)
{
    struct fleet *fleet = *state;
    struct server_row rows[] = {
        row_of(COLOUR_GREEN, "web-green-1", "10.0.0.21:8080"),
        row_of(COLOUR_BLUE, "web-green-1", "10.0.0.21:8080"),
    };

    fleet_take_servers(fleet, rows, 2);
    assert_true(fleet->hosts[2].in_haproxy);
    assert_true(fleet->hosts[2].in_other_backend);
    assert_int_equal(fleet->hosts[2].server.colour, COLOUR_GREEN);
    fleet_take_servers(fleet, rows, 1);
    assert_false(fleet->hosts[2].in_other_backend);
    fleet_take_servers(fleet, NULL, 0);
    assert_false(fleet->hosts[2].in_haproxy);
}

static void test_gone_hosts_match_nothing(void **state)
{
    struct fleet *fleet = *state;
    struct server_row row = row_of(COLOUR_BLUE, "web-blue-1", "10.0.0.11:8080");

    fleet->hosts[0].gone = true;
    fleet_take_servers(fleet, &row, 1);
    assert_false(fleet->hosts[0].in_haproxy);
}

/* What is no host at all is kept, as far as there is room; what could be either of two
 * is not called a stranger. */
static void test_strangers(void **state)
{
    struct fleet *fleet = *state;
    struct server_row rows[FLEET_STRANGERS_MAX + 4];
    size_t count = 0;

    fleet->listed_ms = 77;
    fleet->hosts[1].gone = true;
    rows[count++] = row_of(COLOUR_GREEN, "web-green-1", "10.0.0.21:8080");
    rows[count++] = row_of(COLOUR_GREEN, "twin", "app.internal:80");
    rows[count++] = row_of(COLOUR_BLUE, "web-blue-2", "10.0.0.12:8080");
    rows[count++] = row_of(COLOUR_GREEN, "added", "10.0.0.99:8080");
    fleet_take_servers(fleet, rows, count);
    assert_int_equal(fleet->matched_ms, 77);
    assert_int_equal(fleet->stranger_count, 2);
    assert_string_equal(fleet->strangers[0].name, "web-blue-2");
    assert_int_equal(fleet->strangers[1].colour, COLOUR_GREEN);
    assert_string_equal(fleet->strangers[1].name, "added");
    assert_string_equal(fleet->strangers[1].address, "10.0.0.99:8080");

    while (count < LENGTH_OF(rows))
        rows[count++] = row_of(COLOUR_GREEN, "added", "10.0.0.99:8080");
    fleet_take_servers(fleet, rows, count);
    assert_int_equal(fleet->stranger_count, FLEET_STRANGERS_MAX);
    fleet_take_servers(fleet, rows, 1);
    assert_int_equal(fleet->stranger_count, 0);
}

static void test_ready(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        int op, admin, result, checking, health, rise, fall;  const char *status;  const char *check;  const char *words;
    } cases[] = {
        {2, 0, 3, 0, 4, 2, 3,   "UP",        "L7OK 200",              ""},
        {2, 0, 3, 0, 7, 5, 3,   "UP",        "L7OK 200",              ""},
        {2, 0, 3, 0, 2, 2, 3,   "UP 1/3",    "L7OK 200",              "in HAProxy it is UP 1/3, 2 of 4 checks: L7OK 200"},
        {2, 0, 0, 0, 4, 2, 3,   "UP",        "",                      "in HAProxy it is UP without a passed check"},
        {2, 0, 0, 1, 4, 2, 3,   "UP",        "* L7OK 200",            ""},
        {2, 0, 0, 1, 2, 2, 3,   "UP 1/3",    "* INI",                 "in HAProxy it is UP 1/3 without a passed check: * INI"},
        {2, 0, 0, 1, 2, 2, 1,   "UP",        "* INI",                 "in HAProxy it is UP without a passed check: * INI"},
        {2, 0, 3, 0, 4, -1, -1, "no check",  "",                      "in HAProxy it has no health check"},
        {2, 0, 3, 0, 4, 2, -1,  "no check",  "",                      "in HAProxy it has no health check"},
        {2, 0, 3, 0, 1, 2, 0,   "UP",        "",                      ""},
        {2, 0, 3, 0, 2, 0, 3,   "UP",        "",                      ""},
        {0, 0, 2, 0, 0, 2, 3,   "DOWN",      "L4CON refused",         "in HAProxy it is DOWN: L4CON refused"},
        {2, 1, 3, 0, 4, 2, 3,   "MAINT",     "",                      "in HAProxy it was set by hand to MAINT"},
        {2, 8, 3, 0, 4, 2, 3,   "DRAIN",     "",                      "in HAProxy it was set by hand to DRAIN"},
        {3, 0, 3, 0, 4, 2, 3,   "NOLB",      "",                      "in HAProxy it is NOLB"},
    };
    /* clang-format on */
    struct host host = {.in_haproxy = true};
    char sentence[200];

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        host.server = (struct server_row){
            .op_state = cases[i].op,
            .admin_state = cases[i].admin,
            .check_result = cases[i].result,
            .checking = cases[i].checking,
            .check_health = cases[i].health,
            .check_rise = cases[i].rise,
            .check_fall = cases[i].fall,
        };
        str_copy(host.server.status, sizeof host.server.status, cases[i].status);
        str_copy(host.server.check, sizeof host.server.check, cases[i].check);
        server_sentence(&host, sentence, sizeof sentence);
        assert_string_equal(sentence, cases[i].words);
        assert_int_equal(server_is_ready(&host.server), cases[i].words[0] == '\0');
    }
    host.in_haproxy = false;
    server_sentence(&host, sentence, sizeof sentence);
    assert_string_equal(sentence, "HAProxy has no server for it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_match, setup, teardown),
        cmocka_unit_test_setup_teardown(test_shared_address, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_servers_of_one_host, setup, teardown),
        cmocka_unit_test_setup_teardown(test_both_backends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gone_hosts_match_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_strangers, setup, teardown),
        cmocka_unit_test(test_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
