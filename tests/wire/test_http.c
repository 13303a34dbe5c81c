/* HTTP requests against a server that behaves as badly as servers do. */

#include "net/http.h"

#include "lib/http_server.h"
#include "lib/test.h"
#include "lib/wire_loop.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIMIT_MS = 60000, TEXT_MAX = 64 * 1024, SLOW_LOOKUP_MS = 20000 };

struct world {
    struct wire_loop wire;
    struct http_server server;
    struct http *http;
    struct http_reply reply;
    char url[128];
    int answers;
    struct http_answer answer; /* the newest; its body is in `body` */
    char body[TEXT_MAX];
    char text[TEXT_MAX];
};

/* Stands before libc's: a resolver that hangs for one name. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **list)
{
    (void)service;
    (void)hints;
    (void)list;
    struct timespec nap = {.tv_sec = SLOW_LOOKUP_MS / 1000};
    if (strcmp(node, "slow.test") == 0)
        nanosleep(&nap, NULL);
    return EAI_NONAME;
}

static void reply_as_told(void *context, const char *request, struct http_reply *reply)
{
    (void)request;
    *reply = ((struct world *)context)->reply;
}

static void on_answer(void *context, const struct http_answer *answer)
{
    struct world *world = context;

    world->answers++;
    world->answer = *answer;
    assert_true(answer->length < sizeof world->body);
    memcpy(world->body, answer->body, answer->length + 1);
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct err err;

    assert_non_null(world);
    wire_loop_init(&world->wire);
    http_server_open(&world->server, &world->wire.loop, reply_as_told, world);
    snprintf(world->url, sizeof world->url, "http://127.0.0.1:%d/v2/x",
             world->server.port);
    world->http = http_new(&world->wire.loop, "bgconsole/test", &err);
    assert_non_null(world->http);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;

    http_close(world->http);
    http_server_close(&world->server);
    wire_loop_close(&world->wire);
    http_free(world->http);
    free(world);
    return 0;
}

static struct http_request request_of(struct world *world)
{
    return (struct http_request){
        .method = HTTP_GET,
        .url = world->url,
        .connect_timeout_ms = 30000,
        .timeout_ms = 30000,
        .body_max = 1000,
        .on_answer = on_answer,
        .context = world,
    };
}

static void ask(struct world *world, const struct http_request *request)
{
    int before = world->answers;

    http_ask(world->http, request);
    assert_int_equal(world->answers, before); /* never from within */
    wire_loop_until(&world->wire, &world->answers, before + 1, LIMIT_MS);
}

static void test_answer(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    request.bearer = "dop_v1_secret";
    request.headers[0] = "ratelimit-remaining";
    request.headers[1] = "retry-after";
    world->reply.text = http_text(world->text, sizeof world->text, "200 OK",
                                  "RateLimit-Remaining:  4999 \r\n", "{\"a\":1}");
    ask(world, &request);
    assert_int_equal(world->answer.err.code, ERR_NONE);
    assert_int_equal(world->answer.status, 200);
    assert_string_equal(world->body, "{\"a\":1}");
    assert_string_equal(world->answer.headers[0], "4999");
    assert_string_equal(world->answer.headers[1], "");
    assert_non_null(strstr(world->server.request, "GET /v2/x HTTP/1.1\r\n"));
    assert_non_null(
        strstr(world->server.request, "Authorization: Bearer dop_v1_secret\r\n"));
    assert_non_null(strstr(world->server.request, "User-Agent: bgconsole/test\r\n"));
}

static void test_head(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    request.method = HTTP_HEAD;
    world->reply.text = "HTTP/1.1 503 Gone\r\nContent-Length: 5\r\n\r\n";
    ask(world, &request);
    assert_int_equal(world->answer.err.code, ERR_NONE);
    assert_int_equal(world->answer.status, 503);
    assert_non_null(strstr(world->server.request, "HEAD /v2/x "));
}

static void test_redirect_is_not_followed(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    world->reply.text = http_text(world->text, sizeof world->text, "302 Found",
                                  "Location: /elsewhere\r\n", "");
    ask(world, &request);
    assert_int_equal(world->answer.status, 302);
    assert_int_equal(world->server.requests, 1);
}

static void test_body_over_the_limit(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);
    char body[2001];

    memset(body, 'x', 2000);
    body[2000] = '\0';
    world->reply.text = http_text(world->text, sizeof world->text, "200 OK", "", body);
    ask(world, &request);
    assert_int_equal(world->answer.err.code, ERR_LIMIT);

    request.body_may_be_cut = true;
    ask(world, &request);
    assert_int_equal(world->answer.err.code, ERR_NONE);
    assert_int_equal(world->answer.length, 1000);
    assert_true(world->answer.cut);

    request.body_max = 2000;
    ask(world, &request);
    assert_int_equal(world->answer.length, 2000);
    assert_false(world->answer.cut);
}

/* What is too much is not even read to its end. */
static void test_body_without_end(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);
    int head = snprintf(world->text, sizeof world->text, "HTTP/1.1 200 OK\r\n\r\n");

    memset(world->text + head, 'x', 2000);
    world->reply = (struct http_reply){.text = world->text, .end = END_STALL};
    ask(world, &request);
    assert_int_equal(world->answer.err.code, ERR_LIMIT);
    assert_true(world->answer.elapsed_ms < request.timeout_ms / 2);
}

static void test_faults(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);
    static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf";
    /* clang-format off */
    static const struct {
        struct http_reply reply;
        enum err_code code;
    } cases[] = {
        {{.text = half, .end = END_CLOSE},        ERR_LOST},
        {{.text = half, .end = END_RESET},        ERR_LOST},
        {{.text = half, .end = END_STALL},        ERR_TIMEOUT},
        {{.text = "H", .end = END_STALL},         ERR_TIMEOUT},
        {{.text = "SSH-2.0-x\r\n"},               ERR_PROTOCOL},
        {{.text = "\0\0\0\0", .length = 4},       ERR_PROTOCOL},
    };
    /* clang-format on */

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        request.timeout_ms = cases[i].code == ERR_TIMEOUT ? 200 : 30000;
        world->reply = cases[i].reply;
        ask(world, &request);
        if (world->answer.err.code != cases[i].code)
            fail_msg("case %zu: %s: %s", i, err_code_name(world->answer.err.code),
                     world->answer.err.text);
    }
}

static void test_nothing_listens(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    request.url = "http://127.0.0.1:1/";
    ask(world, &request);
    assert_int_equal(world->answer.err.code, ERR_CONNECT);
    assert_int_equal(world->answer.system_error, ECONNREFUSED);
}

static void test_other_protocols_are_refused(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    request.url = "file:///etc/passwd";
    ask(world, &request);
    assert_int_not_equal(world->answer.err.code, ERR_NONE);
    assert_int_equal(world->answer.length, 0);
}

static void test_plain_answer_to_tls(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);
    char url[128];

    snprintf(url, sizeof url, "https://127.0.0.1:%d/", world->server.port);
    request.url = url;
    world->reply = (struct http_reply){.text = "HTTP/1.1 400 Bad\r\n\r\n"};
    request.timeout_ms = 500;
    ask(world, &request);
    assert_int_not_equal(world->answer.err.code, ERR_NONE);
    assert_int_equal(world->answer.status, 0);
}

static void test_proxy_is_not_used_on_loopback(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    world->reply.text = http_text(world->text, sizeof world->text, "200 OK", "", "ok");
    ask(world, &request);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_int_equal(world->answer.err.code, ERR_NONE);
}

/* The deadline, and closing, must not wait for the look-up's thread. */
static void test_hanging_lookup(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    request.url = "http://slow.test/";
    request.timeout_ms = 100;
    uint64_t begun = uv_hrtime();
    ask(world, &request);
    http_ask(world->http, &request);
    uv_run(&world->wire.loop, UV_RUN_NOWAIT);
    uv_run(&world->wire.loop, UV_RUN_NOWAIT);
    world_end(state);
    uint64_t spent_ms = (uv_hrtime() - begun) / 1000000;
    assert_true(spent_ms < SLOW_LOOKUP_MS / 2);
    world_begin(state);
}

static void test_closing_with_requests_open(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    world->reply = (struct http_reply){.text = "H", .end = END_STALL};
    for (int i = 0; i < 20; i++)
        http_ask(world->http, &request);
    wire_loop_until(&world->wire, &world->server.requests, 20, LIMIT_MS);
    assert_int_equal(world->answers, 0); /* teardown closes; leaks are ASan's to find */
}

/* Descriptors come and go with the same numbers: curl's REMOVE must free them. */
static void test_many_in_turn(void **state)
{
    struct world *world = *state;
    struct http_request request = request_of(world);

    request.fresh = true;
    world->reply.text = http_text(world->text, sizeof world->text, "200 OK", "", "ok");
    for (int round = 0; round < 20; round++) {
        int before = world->answers;
        for (int i = 0; i < 10; i++)
            http_ask(world->http, &request);
        wire_loop_until(&world->wire, &world->answers, before + 10, LIMIT_MS);
        assert_int_equal(world->answer.err.code, ERR_NONE);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_answer),
        TEST(test_head),
        TEST(test_redirect_is_not_followed),
        TEST(test_body_over_the_limit),
        TEST(test_body_without_end),
        TEST(test_faults),
        TEST(test_nothing_listens),
        TEST(test_other_protocols_are_refused),
        TEST(test_plain_answer_to_tls),
        TEST(test_proxy_is_not_used_on_loopback),
        TEST(test_hanging_lookup),
        TEST(test_closing_with_requests_open),
        TEST(test_many_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
