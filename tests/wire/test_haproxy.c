/* The watch over a real HAProxy's stats socket, and over sockets that are none. */

#include "net/haproxy.h"

#include "base/str.h"
#include "lib/heard.h"
#include "lib/test.h"
#include "lib/wire_loop.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_MS = 60000, PATH_MAX_BYTES = 80, SKIP = 77, HOST = 4, NOBODY = 65534 };

extern char **environ;

struct world {
    struct wire_loop wire;
    struct settings settings;
    struct haproxy *haproxy;
    struct heard heard;
    char directory[32];
    pid_t pid; /* of HAProxy, 0: none was started */
};

static const char *file_in(const struct world *world, const char *name, char *path)
{
    struct str out = str_on(path, PATH_MAX_BYTES);

    str_addf(&out, "%s/%s", world->directory, name);
    assert_false(out.cut);
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void write_configuration(const struct world *world, const char *path)
{
    char text[4096];
    const char *directory = world->directory;

    snprintf(text, sizeof text,
             "global\n"
             "    stats socket %s/stats.sock mode 600 level admin\n"
             "defaults\n"
             "    mode http\n"
             "    timeout connect 1s\n"
             "    timeout client 5s\n"
             "    timeout server 5s\n"
             "frontend web\n"
             "    bind unix@%s/web.sock\n"
             "    http-request set-var(txn.green) "
             "str(green_share),map_str_int(%s/traffic.map,0)\n"
             "    use_backend green_backend if { var(txn.green) -m int 100 }\n"
             "    default_backend blue_backend\n"
             "backend blue_backend\n"
             "    server web-blue-1 unix@%s/blue.sock check inter 100\n"
             "backend green_backend\n"
             "    server web-green-1 unix@%s/green.sock check inter 100\n"
             "    server web-green-2 unix@%s/web.sock check inter 100\n",
             directory, directory, directory, directory, directory, directory);
    write_file(path, text);
}

static void start_haproxy(struct world *world)
{
    char configuration[PATH_MAX_BYTES], map[PATH_MAX_BYTES];
    char *words[] = {(char[]){"haproxy"}, (char[]){"-db"}, (char[]){"-q"},
                     (char[]){"-f"},      configuration,   NULL};

    write_file(file_in(world, "traffic.map", map), "green_share 0\n");
    write_configuration(world, file_in(world, "haproxy.cfg", configuration));
    assert_int_equal(posix_spawnp(&world->pid, "haproxy", NULL, NULL, words, environ),
                     0);
    while (access(world->settings.socket, F_OK) != 0) {
        assert_int_equal(waitpid(world->pid, NULL, WNOHANG), 0);
        usleep(10000);
    }
}

static void stop_haproxy(struct world *world)
{
    if (world->pid == 0)
        return;
    kill(world->pid, SIGKILL);
    waitpid(world->pid, NULL, 0);
    world->pid = 0;
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct settings *settings = &world->settings;
    struct err err;

    assert_non_null(world);
    snprintf(world->directory, sizeof world->directory, "/tmp/bgc-haproxy-XXXXXX");
    assert_non_null(mkdtemp(world->directory));
    wire_loop_init(&world->wire);
    settings_init(settings);
    settings->sample_ms = 50;
    file_in(world, "stats.sock", settings->socket);
    file_in(world, "traffic.map", settings->map_file);
    str_copy(settings->map_key, SETTING_TEXT_MAX, "green_share");
    str_copy(settings->frontend, SETTING_TEXT_MAX, "web");
    str_copy(settings->backend[COLOUR_BLUE], SETTING_TEXT_MAX, "blue_backend");
    str_copy(settings->backend[COLOUR_GREEN], SETTING_TEXT_MAX, "green_backend");
    world->haproxy =
        haproxy_new(&world->wire.loop, settings, heard_sink(&world->heard), &err);
    assert_non_null(world->haproxy);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;
    static const char *const names[] = {"stats.sock", "web.sock", "traffic.map",
                                        "haproxy.cfg"};
    char path[PATH_MAX_BYTES];

    haproxy_close(world->haproxy);
    wire_loop_close(&world->wire);
    haproxy_free(world->haproxy);
    stop_haproxy(world);
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        unlink(file_in(world, names[i], path));
    assert_int_equal(rmdir(world->directory), 0);
    free(world);
    return 0;
}

static void watch(struct world *world)
{
    haproxy_watch(world->haproxy, (struct ticket){.attempt = 6}, HOST);
    assert_int_equal(world->heard.count, 0);
}

static void hear_one_more(struct world *world)
{
    wire_loop_until(&world->wire, &world->heard.count, world->heard.count + 1,
                    LIMIT_MS);
    assert_int_equal(world->heard.event.ticket.attempt, 6);
    assert_int_equal(world->heard.event.host, HOST);
}

/* One command on HAProxy's socket, its answer left unread. */
static void command(const struct world *world, const char *line)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char answer[64];

    str_copy(address.sun_path, sizeof address.sun_path, world->settings.socket);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(fd, line, strlen(line)), strlen(line));
    while (read(fd, answer, sizeof answer) > 0)
        continue;
    close(fd);
}

static void test_samples(void **state)
{
    struct world *world = *state;
    char line[256];

    start_haproxy(world);
    watch(world);
    hear_one_more(world);
    assert_int_equal(world->heard.event.type, EV_SAMPLE);
    assert_int_equal(world->heard.sample.pid, world->pid);
    assert_int_equal(world->heard.sample.runtime_share, 0);
    assert_int_equal(world->heard.sample.disk_share, 0);
    assert_int_equal(world->heard.sample.map_entries, 1);
    assert_int_equal(world->heard.sample.server_count, 3);
    assert_string_equal(world->heard.rows[2].name, "web-green-2");
    assert_true(world->heard.sample.at_ms > 0);

    int64_t at_ms = world->heard.sample.at_ms;
    snprintf(line, sizeof line, "set map %s green_share 100\n",
             world->settings.map_file);
    command(world, line);
    write_file(world->settings.map_file, "green_share 25\n");
    hear_one_more(world);
    hear_one_more(world);
    assert_int_equal(world->heard.sample.runtime_share, 100);
    assert_int_equal(world->heard.sample.disk_share, 25);
    assert_true(world->heard.sample.at_ms > at_ms);
}

static void test_unknown_backend(void **state)
{
    struct world *world = *state;
    struct err err;

    start_haproxy(world);
    haproxy_close(world->haproxy);
    uv_run(&world->wire.loop, UV_RUN_NOWAIT);
    haproxy_free(world->haproxy);
    str_copy(world->settings.backend[COLOUR_GREEN], SETTING_TEXT_MAX, "gruen");
    world->haproxy = haproxy_new(&world->wire.loop, &world->settings,
                                 heard_sink(&world->heard), &err);
    watch(world);
    hear_one_more(world);
    assert_int_equal(world->heard.event.type, EV_SAMPLE_FAILED);
    assert_non_null(strstr(world->heard.text, "show servers state gruen: HAProxy "
                                              "answered \"Can't find backend.\""));
}

static void test_no_socket_then_one(void **state)
{
    struct world *world = *state;

    watch(world);
    hear_one_more(world);
    assert_int_equal(world->heard.event.type, EV_SAMPLE_FAILED);
    assert_int_equal(world->heard.event.failure.code, ERR_CONNECT);
    assert_non_null(strstr(world->heard.text, "there is no such socket"));
    start_haproxy(world);
    while (world->heard.event.type != EV_SAMPLE)
        hear_one_more(world); /* the watch goes on by itself */
}

static void test_haproxy_dies(void **state)
{
    struct world *world = *state;

    start_haproxy(world);
    watch(world);
    hear_one_more(world);
    stop_haproxy(world);
    while (world->heard.event.type != EV_SAMPLE_FAILED)
        hear_one_more(world);
    while (strstr(world->heard.text, "nobody listens") == NULL)
        hear_one_more(world);
}

static void test_no_permission(void **state)
{
    struct world *world = *state;

    bool root = geteuid() == 0; /* who may everything */

    start_haproxy(world);
    assert_int_equal(chmod(world->settings.socket, 0), 0);
    assert_int_equal(root ? seteuid(NOBODY) : 0, 0);
    watch(world);
    hear_one_more(world);
    assert_int_equal(root ? seteuid(0) : 0, 0);
    assert_int_equal(world->heard.event.failure.code, ERR_AUTH);
}

/* A socket that takes connections and never says a word, as HAProxy does when all
 * its ten are taken. */
static void test_silence(void **state)
{
    struct world *world = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    str_copy(address.sun_path, sizeof address.sun_path, world->settings.socket);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    watch(world);
    hear_one_more(world);
    assert_int_equal(world->heard.event.failure.code, ERR_TIMEOUT);
    assert_non_null(strstr(world->heard.text, "stats maxconn"));
    close(fd);
}

static void test_names_that_would_be_commands(void **state)
{
    struct world *world = *state;
    struct err err;

    str_copy(world->settings.frontend, SETTING_TEXT_MAX, "web;disable frontend web");
    assert_null(haproxy_new(&world->wire.loop, &world->settings,
                            heard_sink(&world->heard), &err));
    assert_int_equal(err.code, ERR_CONFIG);
}

static bool haproxy_is_there(void)
{
    pid_t pid;
    char *words[] = {(char[]){"haproxy"}, (char[]){"-v"}, NULL};
    posix_spawn_file_actions_t quiet;

    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addclose(&quiet, STDOUT_FILENO);
    bool there = posix_spawnp(&pid, "haproxy", &quiet, NULL, words, environ) == 0;
    posix_spawn_file_actions_destroy(&quiet);
    if (there)
        waitpid(pid, NULL, 0);
    return there;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_samples),
        TEST(test_unknown_backend),
        TEST(test_no_socket_then_one),
        TEST(test_haproxy_dies),
        TEST(test_no_permission),
        TEST(test_silence),
        TEST(test_names_that_would_be_commands),
    };

    if (!haproxy_is_there())
        return SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
