/* A real TLS server whose certificate nobody vouches for: the token never reaches it.
 */

#include "net/http.h"

#include "lib/scratch.h"
#include "lib/sshd.h"
#include "lib/test.h"
#include "lib/wire_loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_MS = 60000, LINE_MAX_BYTES = 512, SKIP = 77 };

extern char **environ;

struct world {
    struct wire_loop wire;
    struct scratch scratch;
    struct http *http;
    int port;
    pid_t pid;
    int answers;
    struct http_answer answer;
};

static bool listens(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool yes = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;

    close(fd);
    return yes;
}

static void make_certificate(const struct world *world)
{
    char line[LINE_MAX_BYTES];

    snprintf(line, sizeof line,
             "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
             "-nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost "
             "-keyout key.pem -out cert.pem 2>/dev/null",
             world->scratch.path);
    assert_int_equal(system(line), 0);
}

static void start_server(struct world *world)
{
    char line[LINE_MAX_BYTES];
    char *words[] = {(char[]){"sh"}, (char[]){"-c"}, line, NULL};

    snprintf(line, sizeof line,
             "cd %s && exec openssl s_server -accept 127.0.0.1:%d -key key.pem -cert "
             "cert.pem -www >seen 2>&1 </dev/null",
             world->scratch.path, world->port);
    assert_int_equal(posix_spawnp(&world->pid, "sh", NULL, NULL, words, environ), 0);
    for (int i = 0; !listens(world->port); i++) {
        assert_true(i < LIMIT_MS / 10);
        usleep(10000);
    }
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct err err;

    assert_non_null(world);
    scratch_make(&world->scratch);
    world->port = sshd_free_port();
    make_certificate(world);
    start_server(world);
    wire_loop_init(&world->wire);
    world->http = http_new(&world->wire.loop, "bgconsole/test", &err);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;

    http_close(world->http);
    wire_loop_close(&world->wire);
    http_free(world->http);
    kill(world->pid, SIGKILL);
    waitpid(world->pid, NULL, 0);
    scratch_remove(&world->scratch);
    free(world);
    return 0;
}

static void on_answer(void *context, const struct http_answer *answer)
{
    struct world *world = context;

    world->answers++;
    world->answer = *answer;
}

static void test_untrusted_certificate(void **state)
{
    struct world *world = *state;
    char url[64];
    struct http_request request = {
        .url = url,
        .bearer = "dop_v1_secret",
        .connect_timeout_ms = 30000,
        .timeout_ms = 30000,
        .body_max = 65536,
        .on_answer = on_answer,
        .context = world,
    };

    snprintf(url, sizeof url, "https://localhost:%d/", world->port);
    http_ask(world->http, &request);
    wire_loop_until(&world->wire, &world->answers, 1, LIMIT_MS);
    assert_int_equal(world->answer.status, 0);
    assert_int_equal(world->answer.err.code, ERR_CONNECT);
    assert_non_null(strstr(world->answer.err.text, "certificate"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_untrusted_certificate, world_begin,
                                        world_end),
    };

    if (system("openssl version >/dev/null 2>&1") != 0)
        return SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
