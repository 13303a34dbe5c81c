/* Health checks of a host that is well, sick, slow, or something else altogether. */

#include "net/probe.h"

#include "base/str.h"
#include "lib/heard.h"
#include "lib/http_server.h"
#include "lib/test.h"
#include "lib/wire_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_MS = 60000, TEXT_MAX = 4096, REPLIES_MAX = 2, HOST = 5 };

struct world {
    struct wire_loop wire;
    struct http_server server;
    struct http *http;
    struct settings settings;
    struct probe *probe;
    struct heard heard;
    struct http_reply replies[REPLIES_MAX]; /* to the first request, to the second */
    char requests[REPLIES_MAX][16];         /* what they began with */
    char text[TEXT_MAX];
};

static void on_request(void *context, const char *request, struct http_reply *reply)
{
    struct world *world = context;
    int number = world->server.requests - 1;

    assert_in_range(number, 0, REPLIES_MAX - 1);
    sscanf(request, "%15s", world->requests[number]);
    *reply = world->replies[number];
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct err err;

    assert_non_null(world);
    wire_loop_init(&world->wire);
    http_server_open(&world->server, &world->wire.loop, on_request, world);
    settings_init(&world->settings);
    world->settings.port = world->server.port;
    world->settings.health_method = PROBE_HEAD;
    world->settings.health_status = 200;
    world->settings.health_timeout_s = 30;
    str_copy(world->settings.health_path, SETTING_TEXT_MAX, "/health");
    str_copy(world->settings.release_header, SETTING_TEXT_MAX, "X-Release");
    world->http = http_new(&world->wire.loop, "bgconsole/test", &err);
    world->probe = probe_new(world->http, &world->settings, heard_sink(&world->heard));
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;

    http_close(world->http);
    http_server_close(&world->server);
    wire_loop_close(&world->wire);
    probe_free(world->probe);
    http_free(world->http);
    free(world);
    return 0;
}

static const struct probe_result *probe_at(struct world *world, const char *address)
{
    int before = world->heard.count;

    probe_host(world->probe, (struct ticket){.run = 2, .attempt = 9}, HOST, address);
    assert_int_equal(world->heard.count, before);
    wire_loop_until(&world->wire, &world->heard.count, before + 1, LIMIT_MS);
    assert_int_equal(world->heard.event.type, EV_PROBED);
    assert_int_equal(world->heard.event.ticket.attempt, 9);
    assert_int_equal(world->heard.event.host, HOST);
    return &world->heard.probe;
}

static void test_well(void **state)
{
    struct world *world = *state;

    world->replies[0].text = "HTTP/1.1 200 OK\r\nx-release: 4e2b9d0\r\n\r\n";
    const struct probe_result *result = probe_at(world, "127.0.0.1");
    assert_int_equal(result->reason, PROBE_OK);
    assert_int_equal(result->status, 200);
    assert_string_equal(result->release, "4e2b9d0");
    assert_string_equal(world->requests[0], "HEAD");
    assert_int_equal(world->server.requests, 1);
    assert_non_null(strstr(world->server.request, "HEAD /health HTTP/1.1\r\n"));
    assert_non_null(strstr(world->server.request, "User-Agent: bgconsole/"));
}

static void test_sick_head_is_explained_by_a_get(void **state)
{
    struct world *world = *state;

    world->replies[0].text = "HTTP/1.1 500 Oops\r\nX-Release: old\r\n\r\n";
    world->replies[1].text = http_text(world->text, sizeof world->text, "500 Oops", "",
                                       "database schema\nis \033[31m41\n");
    const struct probe_result *result = probe_at(world, "127.0.0.1");
    assert_int_equal(result->reason, PROBE_STATUS);
    assert_int_equal(result->status, 500);
    assert_string_equal(result->release, "old");
    assert_string_equal(world->requests[1], "GET");
    assert_non_null(strstr(result->detail, "database schema"));
    assert_null(strchr(result->detail, '\033'));
}

/* The HEAD decides: a GET that is well does not make the host well. */
static void test_explanation_does_not_acquit(void **state)
{
    struct world *world = *state;

    world->replies[0].text = "HTTP/1.1 405 No\r\n\r\n";
    world->replies[1].text =
        http_text(world->text, sizeof world->text, "200 OK", "", "fine");
    assert_int_equal(probe_at(world, "127.0.0.1")->reason, PROBE_STATUS);
    assert_int_equal(world->heard.probe.status, 405);
}

static void test_explanation_keeps_the_budget(void **state)
{
    struct world *world = *state;

    world->replies[0].text = "HTTP/1.1 500 Oops\r\n\r\n";
    world->replies[1] = (struct http_reply){.text = "H", .end = END_STALL};
    world->settings.health_timeout_s = 4;
    uint64_t begun = uv_hrtime();
    assert_int_equal(probe_at(world, "127.0.0.1")->reason, PROBE_STATUS);
    assert_true(uv_hrtime() - begun < UINT64_C(7500000000));
}

static void test_body(void **state)
{
    struct world *world = *state;

    str_copy(world->settings.health_body, SETTING_TEXT_MAX, "all good");
    world->replies[0].text =
        http_text(world->text, sizeof world->text, "200 OK", "", "is all good?");
    assert_int_equal(probe_at(world, "127.0.0.1")->reason, PROBE_OK);
    assert_string_equal(world->requests[0], "GET"); /* HEAD has no body */

    char other[TEXT_MAX];
    world->replies[1].text = http_text(other, sizeof other, "200 OK", "", "all bad");
    assert_int_equal(probe_at(world, "127.0.0.1")->reason, PROBE_BODY);
    assert_string_equal(world->heard.probe.detail, "all bad");
}

static void test_faults(void **state)
{
    struct world *world = *state;
    /* clang-format off */
    static const struct {
        struct http_reply reply;
        enum probe_reason reason;
    } cases[] = {
        {{.text = "HTTP/1.1 200", .end = END_RESET}, PROBE_RESET},
        {{.text = "HTTP/1.1 200", .end = END_STALL}, PROBE_TIMEOUT},
        {{.text = "SSH-2.0-OpenSSH_9.2\r\n"},        PROBE_PROTOCOL},
    };
    /* clang-format on */

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        world->settings.health_timeout_s = cases[i].reason == PROBE_TIMEOUT ? 1 : 30;
        world->server.requests = 0;
        world->replies[0] = cases[i].reply;
        const struct probe_result *result = probe_at(world, "127.0.0.1");
        if (result->reason != cases[i].reason)
            fail_msg("case %zu: %s: %s", i, probe_reason_name(result->reason),
                     result->detail);
        assert_int_not_equal(result->detail[0], '\0');
    }
}

static void test_nothing_listens(void **state)
{
    struct world *world = *state;

    world->settings.port = 1;
    assert_int_equal(probe_at(world, "127.0.0.1")->reason, PROBE_REFUSED);
    assert_int_equal(probe_at(world, "::1")->reason, PROBE_REFUSED);
}

static void test_names_are_never_looked_up(void **state)
{
    struct world *world = *state;

    assert_int_equal(probe_at(world, "localhost")->reason, PROBE_RESOLVE);
    assert_int_equal(probe_at(world, "")->reason, PROBE_RESOLVE);
    assert_int_equal(probe_at(world, "127.0.0.1/x?")->reason, PROBE_RESOLVE);
    assert_int_equal(world->server.requests, 0);
}

static void test_closing_amid_a_check(void **state)
{
    struct world *world = *state;

    world->replies[0] = (struct http_reply){.text = "H", .end = END_STALL};
    probe_host(world->probe, (struct ticket){0}, HOST, "127.0.0.1");
    wire_loop_until(&world->wire, &world->server.requests, 1, LIMIT_MS);
    assert_int_equal(world->heard.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_well),
        TEST(test_sick_head_is_explained_by_a_get),
        TEST(test_explanation_does_not_acquit),
        TEST(test_explanation_keeps_the_budget),
        TEST(test_body),
        TEST(test_faults),
        TEST(test_nothing_listens),
        TEST(test_names_are_never_looked_up),
        TEST(test_closing_amid_a_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
