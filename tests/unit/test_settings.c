#include "core/settings.h"

#include "base/file.h"
#include "core/settings_table.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APP                                                                            \
    "[environment]\napp = shop\n[app]\nrepository = https://git.example.com/shop\n"

static bool read_text(struct settings *settings, const char *text, struct err *err)
{
    return settings_read_text(settings, "x.ini", text, strlen(text), err);
}

static void test_defaults(void **state)
{
    (void)state;
    struct settings settings;
    struct err err = {.text = ""};
    if (!read_text(&settings, APP, &err))
        fail_msg("%s", err.text);
    assert_string_equal(settings.app, "shop");
    assert_string_equal(settings.environment, "production");
    assert_string_equal(settings.directory, "/opt/shop");
    assert_string_equal(settings.tag_balancer, "role:loadbalancer");
    assert_string_equal(settings.backend[1], "green_backend");
    assert_int_equal(settings.address, ADDRESS_PRIVATE);
    assert_int_equal(settings.health_method, PROBE_HEAD);
    assert_int_equal(settings.guard, GUARD_ASK);
    assert_int_equal(settings.become, BECOME_SUDO);
    assert_int_equal(settings.ssh_port, 22);
    assert_int_equal(settings.sample_ms, 1000);
    assert_true(settings.agent);
    assert_true(settings.production);
}

static void test_recipe_values(void **state)
{
    (void)state;
    struct settings settings;
    struct err err = {.text = ""};
    if (!read_text(&settings, APP "[recipe]\nstop_grace = 5\nserver = plackup\n", &err))
        fail_msg("%s", err.text);
    assert_int_equal(settings.recipe_value_count, 2);
    assert_string_equal(settings.recipe_values[1].name, "server");
    assert_string_equal(settings.recipe_values[1].value, "plackup");
    assert_int_equal(settings.recipe_values[1].line, 7);
    assert_false(read_text(&settings, APP "[recipe]\na = 1\na = 2\n", &err));
    assert_string_equal(err.text, "x.ini:7: [recipe] a: given already in line 6");
}

static void test_values(void **state)
{
    (void)state;
    struct settings settings;
    struct err err = {.text = ""};
    if (!read_text(&settings,
                   APP
                   "directory = /srv/shop\nrecipe = /etc/recipes/mine\n"
                   "[ssh]\nagent = no\nbecome = none\nkey_file = ~/.ssh/id_ed25519\n"
                   "[fleet]\naddress = public\n"
                   "[health]\nmethod = GET\nbody = all is well\n"
                   "[run]\nguard = rollback\nwatch = 5\n"
                   "[haproxy]\ncheck_address = [::1]:8443\n"
                   "[digitalocean]\napi_url = http://127.0.0.1:8081\n"
                   "token_command = pass show do/token\n",
                   &err))
        fail_msg("%s", err.text);
    assert_string_equal(settings.directory, "/srv/shop");
    assert_string_equal(settings.recipe, "/etc/recipes/mine");
    assert_string_equal(settings.key_file, "~/.ssh/id_ed25519");
    assert_string_equal(settings.health_body, "all is well");
    assert_string_equal(settings.check_address, "[::1]:8443");
    assert_string_equal(settings.token_command, "pass show do/token");
    assert_false(settings.agent);
    assert_int_equal(settings.become, BECOME_NONE);
    assert_int_equal(settings.address, ADDRESS_PUBLIC);
    assert_int_equal(settings.health_method, PROBE_GET);
    assert_int_equal(settings.guard, GUARD_ROLL_BACK);
    assert_int_equal(settings.watch_s, 5);
}

static void test_looks_of_production(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *name;    const char *asked;  bool production;
    } cases[] = {
        {"production",       "auto",             true },
        {"staging",          "auto",             false},
        {"staging",          "yes",              true },
        {"production",       "no",               false},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "[environment]\napp = shop\nname = %s\n[app]\nrepository = /srv/git\n"
                 "[screen]\nproduction = %s\n",
                 cases[i].name, cases[i].asked);
        struct settings settings;
        struct err err;
        assert_true(read_text(&settings, text, &err));
        assert_int_equal(settings.production, cases[i].production);
    }
}

static void test_refused(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;                           const char *error;
    } cases[] = {
        {"[health]\ntries = many",                  "x.ini:2: [health] tries = many: expected a whole number from 1 to 100"},
        {"[health]\ntries = 0",                     "x.ini:2: [health] tries = 0: expected a whole number from 1 to 100"},
        {"[run]\nwatch = 1.5",                      "x.ini:2: [run] watch = 1.5: expected a whole number of seconds from 1 to 86400"},
        {"[run]\nguard = pray",                     "x.ini:2: [run] guard = pray: expected watch, ask or rollback"},
        {"[ssh]\nagent = 1",                        "x.ini:2: [ssh] agent = 1: expected no or yes"},
        {"[ssh]\nagent =",                          "x.ini:2: [ssh] agent = : expected no or yes"},
        {"[fleet]\nblue_tag = a b",                 "x.ini:2: [fleet] blue_tag = a b: expected a tag: letters, digits, colons, dashes and underscores"},
        {"[config]\nmode = mine",                    "x.ini:2: [config] mode = mine: expected adopted or managed"},
        {"[config]\nstats_password = secret",        "x.ini:2: [config] stats_password = (not shown): expected at least 12 letters and digits, both, and dots, dashes, underscores, + or = among them"},
        {APP "[config]\nstats_bind = :8404",         "x.ini: [config] stats_bind = :8404 shows the statistics to others; set stats_password too, or keep it on 127.0.0.1"},
        {APP "[config]\nmaintenance_map =",          "x.ini: [config] maintenance_map and maintenance_page: set both, or leave both empty"},
        {"[fleet]\nblue_tag =",                     "x.ini:2: [fleet] blue_tag = : expected a tag: letters, digits, colons, dashes and underscores"},
        {"[health]\ntires = 5",                     "x.ini:2: [health] tires: there is no such key; did you mean [health] tries?"},
        {"[healht]\ntries = 5",                     "x.ini:2: [healht] tries: there is no such section; did you mean [health] tries?"},
        {"[health]\nwatch = 5",                     "x.ini:2: [health] watch: there is no such key; did you mean [run] watch?"},
        {"[other]\nthing = 5",                      "x.ini:2: [other] thing: there is no such section"},
        {"tries = 5",                               "x.ini:1: [] tries: there is no such section; did you mean [health] tries?"},
        {"[run]\nwatch = 5\nwatch = 6",             "x.ini:3: [run] watch: given already in line 2"},
        {"[environment]\nname = staging",           "x.ini: [environment] app is missing; it must be set, for instance to my-perl-app"},
        {"[environment]\napp = shop",               "x.ini: [app] repository is missing; it must be set, for instance to https://git.example.com/my-perl-app.git"},
        {APP "[fleet]\ngreen_tag = env:blue",       "x.ini:6: [fleet] blue_tag and green_tag are both env:blue; they must differ"},
        {APP "[haproxy]\nblue_backend = b\ngreen_backend = b", "x.ini:7: [haproxy] blue_backend and green_backend are both b; they must differ"},
        {"[environment]\napp = n123456789012345678901234567890123456789012345678901234567890\n[app]\nrepository = /srv/git",
            "x.ini: [environment] app and name have more than 62 characters"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct settings settings;
        struct err err = {.text = ""};
        assert_false(read_text(&settings, cases[i].text, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_string_equal(err.text, cases[i].error);
    }
}

/* Every value that goes to a shell, a socket or a path, with what must not get there.
 */
static void test_dangerous_values(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *section;  const char *key;         const char *value;
    } cases[] = {
        {"environment",       "app",                   "../etc"},
        {"environment",       "app",                   "-rf"},
        {"environment",       "app",                   ".."},
        {"environment",       "app",                   "my app"},
        {"environment",       "name",                  "a/b"},
        {"digitalocean",      "api_url",               "http://api.digitalocean.com"},
        {"digitalocean",      "api_url",               "http://127.0.0.1.example.com"},
        {"digitalocean",      "api_url",               "http://localhost@example.com/"},
        {"digitalocean",      "api_url",               "http://localhost:x@example.com/"},
        {"digitalocean",      "api_url",               "https://"},
        {"digitalocean",      "api_url",               "ftp://localhost"},
        {"digitalocean",      "token_file",            "token"},
        {"digitalocean",      "token_variable",        "A=B"},
        {"ssh",               "user",                  "-oProxyCommand=x"},
        {"ssh",               "user",                  "a;b"},
        {"ssh",               "port",                  "0"},
        {"ssh",               "port",                  "65536"},
        {"ssh",               "known_hosts",           ""},
        {"app",               "repository",            "--upload-pack=x"},
        {"app",               "repository",            "/srv/my git"},
        {"app",               "branch",                "-x"},
        {"app",               "branch",                "a..b"},
        {"app",               "branch",                "a b"},
        {"app",               "directory",             "opt/shop"},
        {"app",               "directory",             "/opt/../etc"},
        {"app",               "directory",             "/opt/$(id)"},
        {"app",               "psgi",                  "/app.psgi"},
        {"app",               "psgi",                  "../app.psgi"},
        {"app",               "psgi",                  "a/.."},
        {"app",               "linked",                "log/ /etc"},
        {"app",               "linked",                "a ./b"},
        {"app",               "linked",                "a/../../b"},
        {"app",               "linked",                "."},
        {"app",               "unit",                  "my-perl-app"},
        {"app",               "unit",                  "../x.service"},
        {"app",               "unit",                  ".service"},
        {"app",               "recipe",                "./mine"},
        {"health",            "path",                  "health"},
        {"health",            "path",                  "/a b"},
        {"health",            "release_header",        "X Release"},
        {"health",            "release_header",        "X-Release:"},
        {"haproxy",           "socket",                "admin.sock"},
        {"haproxy",           "map_file",              "/etc/a;b"},
        {"haproxy",           "map_key",               "a b"},
        {"haproxy",           "frontend",              "www;shutdown"},
        {"haproxy",           "blue_backend",          "b\xC3\xA9"},
        {"haproxy",           "check_address",         "127.0.0.1"},
        {"haproxy",           "check_address",         ":80"},
        {"haproxy",           "check_address",         "127.0.0.1:0"},
        {"haproxy",           "check_host",            "a b"},
        {"haproxy",           "sample",                "199"},
        {"config",            "bind",                  "80"},
        {"config",            "bind",                  ":"},
        {"config",            "bind",                  "*80"},
        {"config",            "bind",                  ":80 accept-proxy"},
        {"config",            "certificates",          "certs"},
        {"config",            "hsts",                  "-1"},
        {"config",            "preview_host",          "a b"},
        {"config",            "preview_sources",       "everybody"},
        {"config",            "preview_sources",       "10.0.0.0/"},
        {"config",            "preview_sources",       "10.0.0.1,10.0.0.2"},
        {"config",            "preview_sources",       "10.0.0.1 -f /etc/passwd"},
        {"config",            "maxconn",               "99"},
        {"config",            "balance",               "first"},
        {"config",            "error_files",           "/etc/haproxy errors"},
        {"config",            "log_target",            "syslog"},
        {"config",            "drop_privileges",       "maybe"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "[%s]\n%s = %s\n", cases[i].section, cases[i].key,
                 cases[i].value);
        struct settings settings;
        struct err err = {.text = ""};
        char begin[256];
        snprintf(begin, sizeof begin, "x.ini:2: [%s] %s = %s: expected ",
                 cases[i].section, cases[i].key, cases[i].value);
        if (read_text(&settings, text, &err) || strncmp(err.text, begin, strlen(begin)))
            fail_msg("[%s] %s = %s: %s", cases[i].section, cases[i].key, cases[i].value,
                     err.text);
    }
}

/* A password is long, has letters and digits, and needs no quotes; and nobody repeats
 * it. */
static void test_secrets(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *value;          bool good;
    } cases[] = {
        {"correct4horse",           true },
        {"a+b=c-d_e.f1",            true },
        {"short4horse",             false},
        {"correcthorse",            false},
        {"123456789012",            false},
        {"correct4 horse",          false},
        {"correct4horse\"",         false},
        {"correct4horse#",          false},
        {"correct4horse:",          false},
        {"-correct4horse",          false},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char text[256], buffer[16384];
        struct settings settings;
        struct err err = {.text = ""};
        snprintf(text, sizeof text, APP "[config]\nstats_password = %s\n",
                 cases[i].value);
        assert_int_equal(read_text(&settings, text, &err), cases[i].good);
        assert_null(strstr(err.text, cases[i].value));
        if (!cases[i].good)
            continue;
        struct str out = str_on(buffer, sizeof buffer);
        settings_write_effective(&settings, &out);
        assert_null(strstr(out.at, cases[i].value));
        assert_non_null(strstr(out.at, "config.stats_password = (not shown)\n"));
        assert_non_null(strstr(out.at, "config.preview_secret =     ; default\n"));
    }
}

static void test_rows_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < setting_count(); i++) {
        const struct setting *row = setting_at(i);
        struct settings settings = {0};
        const char *good = row->example != NULL ? row->example : row->fallback;
        if (!setting_put(row, &settings, good))
            fail_msg("[%s] %s does not take %s", row->section, row->key, good);
        char value[SETTING_TEXT_MAX];
        setting_get(row, &settings, value);
        assert_string_equal(value, good);
        assert_int_equal(setting_find(row->section, row->key), (int)i);
        assert_true(strlen(row->help) > 10);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(setting_at(j)->offset, row->offset);
    }
}

/* GENERATE=1 writes the file anew. */
static void test_example_file(void **state)
{
    (void)state;
    static char buffer[65536];
    struct str example = str_on(buffer, sizeof buffer);
    settings_write_example(&example);
    assert_false(example.cut);
    if (getenv("GENERATE") != NULL) {
        FILE *file = fopen("bgconsole.ini.example", "w");
        assert_non_null(file);
        fputs(example.at, file);
        fclose(file);
    }
    struct err err = {.text = ""};
    size_t length;
    char *committed =
        file_read("bgconsole.ini.example", SETTINGS_FILE_MAX, &length, &err);
    if (committed == NULL || strcmp(committed, example.at) != 0)
        fail_msg("bgconsole.ini.example is not what the table says; "
                 "run this test with GENERATE=1");
    free(committed);

    struct settings settings;
    if (!read_text(&settings, example.at, &err))
        fail_msg("%s", err.text);
}

/* What the example offers behind a semicolon is what holds without it. */
static void test_example_shows_the_defaults(void **state)
{
    (void)state;
    static char buffer[65536], bare[65536];
    struct str example = str_on(buffer, sizeof buffer);
    settings_write_example(&example);
    size_t kept = 0;
    for (const char *at = example.at; *at != '\0'; at++)
        if (!(at[0] == ';' && at[1] != ' ' && at[1] != '\n'))
            bare[kept++] = *at;
    bare[kept] = '\0';
    struct settings silent, spoken;
    struct err err = {.text = ""};
    assert_true(read_text(&silent, example.at, &err));
    if (!read_text(&spoken, bare, &err))
        fail_msg("%s", err.text);
    static char one[16384], other[16384];
    struct str effective = str_on(one, sizeof one);
    struct str effective_too = str_on(other, sizeof other);
    settings_write_effective(&silent, &effective);
    settings_write_effective(&spoken, &effective_too);
    assert_false(effective.cut);
    assert_string_equal(one, other);
}

static void test_effective(void **state)
{
    (void)state;
    struct settings settings;
    struct err err;
    assert_true(read_text(&settings, APP "[run]\nwatch = 5\nparallel = 20\n", &err));
    char buffer[16384];
    struct str out = str_on(buffer, sizeof buffer);
    settings_write_effective(&settings, &out);
    assert_non_null(strstr(out.at, "environment.app = shop\n"));
    assert_non_null(strstr(out.at, "run.watch = 5\n"));
    assert_non_null(strstr(out.at, "run.parallel = 20    ; default\n"));
    assert_non_null(strstr(out.at, "app.directory = /opt/shop\n"));
    assert_non_null(strstr(out.at, "ssh.agent = yes    ; default\n"));
}

static void test_env_name(void **state)
{
    (void)state;
    struct settings settings = {.app = "My_Perl.App", .environment = "Production"};
    char name[64];
    settings_env_name(&settings, name, sizeof name);
    assert_string_equal(name, "my-perl-app-production");
}

/* The example with bytes changed, dropped and doubled: it is read or refused with a
 * reason, and the sanitizers have nothing to say. */
static void test_damaged_files(void **state)
{
    (void)state;
    static char text[65536];
    uint32_t seed = 20261123;
    for (int round = 0; round < 3000; round++) {
        struct str example = str_on(text, sizeof text);
        settings_write_example(&example);
        for (int i = 0; i < 1 + round % 8; i++) {
            seed = seed * 1664525 + 1013904223; /* Numerical Recipes */
            text[seed % example.length] = (char)(seed >> 24);
        }
        struct settings settings;
        struct err err = {.code = ERR_NONE, .text = ""};
        bool good = settings_read_text(&settings, "x.ini", text, example.length, &err);
        assert_true(good ||
                    (err.code == ERR_CONFIG && strstr(err.text, "x.ini") == err.text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_damaged_files),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_recipe_values),
        cmocka_unit_test(test_looks_of_production),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_dangerous_values),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_rows_are_whole),
        cmocka_unit_test(test_example_file),
        cmocka_unit_test(test_example_shows_the_defaults),
        cmocka_unit_test(test_effective),
        cmocka_unit_test(test_env_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
