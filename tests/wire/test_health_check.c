/* Checks of a frontend: under a host name, with a header, and what is no answer. What
 * is judged of an answer is in test_probe.c. */

#include "net/health_check.h"

#include "base/str.h"
#include "core/front.h"
#include "lib/http_server.h"
#include "lib/test.h"
#include "lib/wire_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_MS = 60000, REQUESTS_MAX = 2, SUBJECT = 1 };

struct world {
    struct wire_loop wire;
    struct http_server server;
    struct http *http;
    struct settings settings;
    struct health_checks *checks;
    const char *reply;
    char requests[REQUESTS_MAX][HTTP_SERVER_REQUEST_MAX];
    int results;
    struct health_check check; /* of the newest result */
    struct probe_result result;
};

static void on_request(void *context, const char *request, struct http_reply *reply)
{
    struct world *world = context;
    int number = world->server.requests - 1;

    assert_in_range(number, 0, REQUESTS_MAX - 1);
    str_copy(world->requests[number], sizeof world->requests[number], request);
    reply->text = world->reply;
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct err err;

    assert_non_null(world);
    wire_loop_init(&world->wire);
    http_server_open(&world->server, &world->wire.loop, on_request, world);
    settings_init(&world->settings);
    world->settings.health_timeout_s = 30;
    str_copy(world->settings.health_path, SETTING_TEXT_MAX, "/health");
    world->http = http_new(&world->wire.loop, "bgconsole/test", &err);
    world->checks = health_checks_new(world->http, &world->settings);
    world->reply = "HTTP/1.1 200 OK\r\n\r\n";
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;

    http_close(world->http);
    http_server_close(&world->server);
    wire_loop_close(&world->wire);
    health_checks_free(world->checks);
    http_free(world->http);
    free(world);
    return 0;
}

static void on_result(void *context, const struct health_check *check,
                      const struct probe_result *result)
{
    struct world *world = context;

    world->check = *check;
    world->result = *result;
    world->results++;
}

static void ask(struct world *world, const char *address, const char *name,
                const char *header)
{
    int before = world->results;

    health_checks_ask(world->checks, &(struct health_check){.ticket = {.attempt = 9},
                                                            .subject = SUBJECT,
                                                            .address = address,
                                                            .name = name,
                                                            .header = header,
                                                            .on_result = on_result,
                                                            .context = world});
    assert_int_equal(world->results, before);
    wire_loop_until(&world->wire, &world->results, before + 1, LIMIT_MS);
    assert_int_equal(world->check.ticket.attempt, 9);
    assert_int_equal(world->check.subject, SUBJECT);
}

/* Asks the server; `address` is "127.0.0.1:PORT" then. */
static void ask_server(struct world *world, const char *name, const char *header)
{
    char address[32];
    snprintf(address, sizeof address, "127.0.0.1:%d", world->server.port);
    ask(world, address, name, header);
}

static bool was_sent(const struct world *world, int request, const char *line)
{
    return strstr(world->requests[request], line) != NULL;
}

static void test_name_and_header(void **state)
{
    struct world *world = *state;

    ask_server(world, "preview.example.com", "X-Preview: s3cret");
    assert_int_equal(world->result.reason, PROBE_OK);
    assert_true(was_sent(world, 0, "HEAD /health HTTP/1.1\r\n"));
    assert_true(was_sent(world, 0, "\r\nHost: preview.example.com\r\n"));
    assert_true(was_sent(world, 0, "\r\nX-Preview: s3cret\r\n"));
    assert_false(was_sent(world, 0, "127.0.0.1"));
}

static void test_without_a_name(void **state)
{
    struct world *world = *state;
    char host[64];

    ask_server(world, "", NULL);
    snprintf(host, sizeof host, "\r\nHost: 127.0.0.1:%d\r\n", world->server.port);
    assert_true(was_sent(world, 0, host));
}

/* The GET that explains goes the same way, else another backend would answer it. */
static void test_explanation_goes_the_same_way(void **state)
{
    struct world *world = *state;
    struct front front;
    char wanted[200], sentence[FRONT_SENTENCE_MAX];

    world->reply = "HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nno server";
    ask_server(world, "preview.example.com", "X-Preview: s3cret");
    assert_int_equal(world->server.requests, 2);
    assert_true(was_sent(world, 1, "GET /health HTTP/1.1\r\n"));
    assert_true(was_sent(world, 1, "\r\nHost: preview.example.com\r\n"));
    assert_true(was_sent(world, 1, "\r\nX-Preview: s3cret\r\n"));

    snprintf(wanted, sizeof wanted, "127.0.0.1:%d", world->server.port);
    front_begin(&front, wanted, "preview.example.com");
    front_take(&front, &world->result, 1000, 1, 1);
    assert_int_equal(front_state(&front), FRONT_BAD);
    snprintf(wanted, sizeof wanted,
             "HEAD http://127.0.0.1:%d/health as preview.example.com: 503 (expected "
             "200): no server",
             world->server.port);
    front_sentence(&front, &world->settings, sentence, sizeof sentence);
    assert_string_equal(sentence, wanted);
}

static void test_address_forms(void **state)
{
    struct world *world = *state;

    ask(world, "127.0.0.1:1", NULL, NULL);
    assert_int_equal(world->result.reason, PROBE_REFUSED);
    ask(world, "[::1]:1", NULL, NULL);
    assert_int_equal(world->result.reason, PROBE_REFUSED);
    ask(world, "::1:1", NULL, NULL);
    assert_int_equal(world->result.reason, PROBE_REFUSED);
    ask(world, "localhost:1", NULL, NULL); /* names are never looked up */
    assert_int_equal(world->result.reason, PROBE_RESOLVE);
    ask(world, "", NULL, NULL);
    assert_int_equal(world->result.reason, PROBE_RESOLVE);
    ask(world, "[", NULL, NULL);
    assert_int_equal(world->result.reason, PROBE_RESOLVE);
    assert_int_equal(world->server.requests, 0);
}

static void test_closing_amid_a_check(void **state)
{
    struct world *world = *state;

    health_checks_ask(world->checks, &(struct health_check){.address = "127.0.0.1:1",
                                                            .on_result = on_result,
                                                            .context = world});
    /* world_end() frees all, and nothing is told. */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_name_and_header),
        TEST(test_without_a_name),
        TEST(test_explanation_goes_the_same_way),
        TEST(test_address_forms),
        TEST(test_closing_amid_a_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
