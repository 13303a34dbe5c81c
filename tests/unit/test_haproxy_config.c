#include "core/haproxy_config.h"

#include "base/file.h"
#include "lib/good_site.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVERYTHING                                                                     \
    "[config]\ncertificates = /etc/haproxy/certs\nhsts = 31536000\n"                   \
    "preview_host = preview.example.com\npreview_sources = 203.0.113.7 10.0.0.0/8\n"   \
    "preview_secret = 0123456789abcdef\nstats_password = correct4horse\n"              \
    "bind = 203.0.113.1:80\nbalance = leastconn\n"                                     \
    "[haproxy]\ncheck_host = www.example.com\n"
#define NOTHING                                                                        \
    "[config]\nmaintenance_map =\nmaintenance_page =\nerror_files =\n"                 \
    "drop_privileges = no\n"

static char *render(const struct haproxy_site *site)
{
    char *text = malloc(HAPROXY_CONFIG_MAX);
    assert_non_null(text);
    struct str out = str_on(text, HAPROXY_CONFIG_MAX);
    struct err err = {.text = ""};
    if (!haproxy_config_render(site, &out, &err))
        fail_msg("%s", err.text);
    return text;
}

static void compare_with_golden(const char *path, const char *text)
{
    if (getenv("GENERATE") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
    }
    size_t length;
    struct err err = {.text = ""};
    char *golden = file_read(path, HAPROXY_CONFIG_MAX, &length, &err);
    if (golden == NULL)
        fail_msg("%s", err.text);
    if (strcmp(golden, text) != 0)
        fail_msg("%s is not what is rendered; run this test with GENERATE=1 and read "
                 "the difference",
                 path);
    free(golden);
}

/* One file for each version that differs, the settings at their extremes. */
static void test_golden(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *path;                                  const char *version; const char *more;
    } cases[] = {
        {"tests/unit/data/haproxy-2.4-least.cfg",          "2.4.24",            NOTHING},
        {"tests/unit/data/haproxy-2.6-defaults.cfg",       "2.6.12",            NULL},
        {"tests/unit/data/haproxy-2.8-everything.cfg",     "2.8.5",             EVERYTHING},
        {"tests/unit/data/haproxy-3.2-everything.cfg",     "3.2.1",             EVERYTHING},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct haproxy_site *site = good_site_new(cases[i].version, cases[i].more);
        char *text = render(site);
        compare_with_golden(cases[i].path, text);
        free(text);
        good_site_free(site);
    }
}

static void test_no_stats_admin(void **state)
{
    (void)state;
    struct haproxy_site *site = good_site_new("2.6.12", EVERYTHING);
    char *text = render(site);
    assert_null(strstr(text, "stats admin"));
    assert_non_null(strstr(text, "stats auth bgconsole:correct4horse\n"));
    free(text);
    good_site_free(site);
}

/* The default of the map is the live share: an empty map changes nothing. */
static void test_live_share(void **state)
{
    (void)state;
    struct haproxy_site *site = good_site_new("2.6.12", NULL);
    site->live_share = SHARE_GREEN;
    char *text = render(site);
    assert_non_null(strstr(text, "traffic.map,100)\n"));
    free(text);
    good_site_free(site);
}

static void test_check_bind(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *bind;     const char *check_address;  bool own;
    } cases[] = {
        {":80",               "127.0.0.1:80",             false},
        {"*:80",              "127.0.0.1:80",             false},
        {"0.0.0.0:80",        "127.0.0.1:80",             false},
        {"[::]:80",           "[::1]:80",                 false},
        {"127.0.0.1:8080",    "127.0.0.1:8080",           false},
        {":80",               "127.0.0.1:8080",           true },
        {"203.0.113.1:80",    "127.0.0.1:80",             true },
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char more[128], line[64];
        snprintf(more, sizeof more,
                 "[config]\nbind = %s\n[haproxy]\ncheck_address = %s\n", cases[i].bind,
                 cases[i].check_address);
        snprintf(line, sizeof line, "    bind %s\n    bind %s\n", cases[i].bind,
                 cases[i].check_address);
        struct haproxy_site *site = good_site_new("2.6.12", more);
        char *text = render(site);
        assert_int_equal(strstr(text, line) != NULL, cases[i].own);
        free(text);
        good_site_free(site);
    }
}

static void test_ipv6_and_words(void **state)
{
    (void)state;
    struct haproxy_site *site =
        good_site_new("2.6.12", "[health]\npath = /a#b\"c\\d'e?f=g\n");
    haproxy_site_add(site, COLOUR_BLUE, "web-blue-3", "2001:db8::3");
    char *text = render(site);
    assert_non_null(strstr(text, "server web-blue-3 [2001:db8::3]:8080 check\n"));
    assert_non_null(strstr(text, "uri /a\\#b\\\"c\\\\d\\'e?f=g ver"));
    free(text);
    good_site_free(site);
}

static void test_refused(void **state)
{
    (void)state;
    struct haproxy_site *site = good_site_new("2.6.12", NULL);
    static char buffer[HAPROXY_CONFIG_MAX];
    struct err err = {.text = ""};
    struct str out = str_on(buffer, 100);
    assert_false(haproxy_config_render(site, &out, &err));
    assert_string_equal(err.text,
                        "haproxy.cfg.in: the rendering is longer than 99 bytes");

    out = str_on(buffer, sizeof buffer);
    site->server_count = 0;
    assert_false(haproxy_config_render(site, &out, &err));
    assert_string_equal(err.text, "BLUE gets traffic and would have no server: no "
                                  "Droplet has the tag env:blue");
    good_site_free(site);
}

static void test_a_large_site(void **state)
{
    (void)state;
    struct haproxy_site *site = good_site_new("2.6.12", EVERYTHING);
    for (int i = site->server_count; i < FLEET_HOSTS_MAX; i++) {
        char name[64];
        snprintf(name, sizeof name,
                 "a-name-of-the-greatest-length-that-a-droplet-has-%04d", i);
        haproxy_site_add(site, COLOUR_GREEN, name,
                         "2001:db8:1234:5678:9abc:def0:1234:5678");
    }
    char *text = render(site);
    free(text);
    good_site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),         cmocka_unit_test(test_no_stats_admin),
        cmocka_unit_test(test_live_share),     cmocka_unit_test(test_check_bind),
        cmocka_unit_test(test_ipv6_and_words), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_a_large_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
