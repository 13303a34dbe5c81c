#include "core/haproxy_config.h"

#include "lib/good_site.h"
#include "lib/scratch.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What the real HAProxy of this machine says of our renderings.
 */

struct place {
    struct scratch scratch;
    char said[4096];
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (system("command -v haproxy openssl >/dev/null") != 0)
        skip();
    scratch_make(&place->scratch);
    scratch_write(&place->scratch, "traffic.map", "green_share 0\n", 14, 0600);
    scratch_write(&place->scratch, "maintenance.map", "maintenance 0\n", 14, 0600);
    scratch_write(&place->scratch, "closed.html", "<h1>Closed</h1>\n", 16, 0600);
    scratch_write(&place->scratch, "servers.state", "1\n", 2, 0600);
    char command[1024];
    snprintf(
        command, sizeof command,
        "cd %s && mkdir certs && openssl req -x509 -newkey ec -pkeyopt "
        "ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=shop.example -keyout key "
        "-out crt 2>/dev/null && cat key crt >certs/shop.pem",
        place->scratch.path);
    assert_int_equal(system(command), 0);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    scratch_remove(&place->scratch);
    free(place);
    return 0;
}

/* Settings whose files are in the scratch directory; `more` goes into [config]. */
static struct haproxy_site *site_of(const struct place *place, const char *version,
                                    const char *more)
{
    char text[2048];
    const char *at = place->scratch.path;
    snprintf(text, sizeof text,
             "[haproxy]\nmap_file = %s/traffic.map\nstats_socket = %s/stats.sock\n"
             "[config]\nserver_state_file = %s/servers.state\n"
             "maintenance_map = %s/maintenance.map\nmaintenance_page = %s/closed.html\n"
             "error_files =\n%s",
             at, at, at, at, at, more);
    return good_site_new(version, text);
}

/* Whether `haproxy -c` takes it without a word of warning. */
static bool is_taken(struct place *place, const struct haproxy_site *site)
{
    static char text[HAPROXY_CONFIG_MAX];
    char command[512];
    struct str out = str_on(text, sizeof text);
    struct err err = {.text = ""};
    if (!haproxy_config_render(site, &out, &err))
        fail_msg("%s", err.text);
    scratch_write(&place->scratch, "haproxy.cfg", out.at, out.length, 0600);
    snprintf(command, sizeof command, "haproxy -V -c -f %s/haproxy.cfg 2>&1",
             place->scratch.path);
    FILE *haproxy = popen(command, "r");
    assert_non_null(haproxy);
    place->said[fread(place->said, 1, sizeof place->said - 1, haproxy)] = '\0';
    return pclose(haproxy) == 0 &&
           strcmp(place->said, "Configuration file is valid\n") == 0;
}

static void test_taken(void **state)
{
    struct place *place = *state;
    char tls[512];
    snprintf(
        tls, sizeof tls,
        "certificates = %s/certs\nhsts = 31536000\nstats_password = correct4horse\n"
        "bind = 127.0.0.2:8080\npreview_host = preview.example.com\n"
        "preview_sources = 203.0.113.7 2001:db8::/32\n"
        "preview_secret = 0123456789abcdef\nbalance = random\n",
        place->scratch.path);
    const char *const cases[] = {
        "",
        "balance = leastconn\npreview_host = preview.example.com\n",
        "stats_bind = :8405\nstats_password = a+b=c-d_e.f1\nlog_target = "
        "127.0.0.1:514\n",
        "drop_privileges = no\n[health]\npath = /a#b\"c\\d'e%20f?g=h,i\n",
        tls,
    };
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct haproxy_site *site = site_of(place, "2.6.12", cases[i]);
        if (!is_taken(place, site))
            fail_msg("%s: %s", cases[i], place->said);
        good_site_free(site);
    }
}

/* A fleet as large as we take, addresses of both kinds, an idle colour without any. */
static void test_fleets(void **state)
{
    struct place *place = *state;
    struct haproxy_site *site = site_of(place, "2.6.12", "");
    haproxy_site_add(site, COLOUR_GREEN, "web-green-6", "2001:db8::21");
    assert_true(is_taken(place, site));
    site->server_count = 2;
    assert_true(is_taken(place, site));
    for (int i = site->server_count; i < FLEET_HOSTS_MAX; i++) {
        char name[32], address[32];
        snprintf(name, sizeof name, "web-green-%d", i);
        snprintf(address, sizeof address, "10.1.%d.%d", i / 250, i % 250 + 1);
        assert_true(haproxy_site_add(site, COLOUR_GREEN, name, address));
    }
    if (!is_taken(place, site))
        fail_msg("%s", place->said);
    good_site_free(site);
}

/* Why versions matter: what a later one takes, HAProxy 2.6 refuses. */
static void test_another_version(void **state)
{
    struct place *place = *state;
    struct haproxy_site *site = site_of(place, "3.2.1", "");
    bool taken = is_taken(place, site);
    if (system("haproxy -v | grep -q 'version 2\\.6'") == 0) {
        assert_false(taken);
        assert_non_null(strstr(place->said, "init-state"));
    }
    good_site_free(site);
}

int main(void)
{
#define ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ROOM(test_taken),
        ROOM(test_fleets),
        ROOM(test_another_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
