/* Listing Droplets from an API that pages, shifts, limits and fails. */

#include "net/digitalocean.h"

#include "base/str.h"
#include "lib/heard.h"
#include "lib/http_server.h"
#include "lib/test.h"
#include "lib/wire_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_MS = 60000, TEXT_MAX = 64 * 1024, LARGE = 17 * 1024 * 1024 };

struct world {
    struct wire_loop wire;
    struct http_server server;
    struct http *http;
    struct settings settings;
    struct digitalocean *api;
    struct heard heard;
    char text[TEXT_MAX];
    char body[TEXT_MAX];
    char *large;
    int of_first_page; /* requests for page 1 of the first tag */
};

/* What the API has to say; each test has one. */
typedef void scene_fn(struct world *world, const char *tag, int page,
                      struct http_reply *reply);

struct play {
    struct world *world;
    scene_fn *scene;
};

static void on_request(void *context, const char *request, struct http_reply *reply)
{
    const struct play *play = context;
    char tag[64] = "";
    int page = 0;

    assert_int_equal(sscanf(request,
                            "GET /v2/droplets?tag_name=%63[^&]&per_page=200&page=%d "
                            "HTTP/1.1",
                            tag, &page),
                     2);
    assert_non_null(strstr(request, "\r\nAuthorization: Bearer dop_v1_test\r\n"));
    if (page == 1 && str_equal(tag, "blue"))
        play->world->of_first_page++;
    play->scene(play->world, tag, page, reply);
}

static void say(struct world *world, struct http_reply *reply, const char *status,
                const char *headers, const char *body)
{
    reply->text = http_text(world->text, sizeof world->text, status, headers, body);
}

/* A page with Droplets `first`.. `last`, named after their tag. */
static void say_page(struct world *world, struct http_reply *reply, const char *tag,
                     int first, int last, int total, const char *next)
{
    struct str body = str_on(world->body, sizeof world->body);

    str_add(&body, "{\"droplets\":[");
    for (int id = first; id <= last; id++)
        str_addf(&body,
                 "%s{\"id\":%d,\"name\":\"%s-%d\",\"status\":\"active\",\"networks\":"
                 "{\"v4\":[{\"ip_address\":\"10.0.0.%d\",\"type\":\"private\"}]}}",
                 id > first ? "," : "", id, tag, id, id % 250);
    str_addf(&body, "],\"meta\":{\"total\":%d},\"links\":{", total);
    if (next != NULL)
        str_addf(&body, "\"pages\":{\"next\":\"%s\"}", next);
    str_add(&body, "}}");
    assert_false(body.cut);
    say(world, reply, "200 OK",
        "RateLimit-Limit: 5000\r\nRateLimit-Remaining: 4998\r\n", body.at);
}

static void begin(struct world *world, struct play *play, scene_fn *scene)
{
    struct err err;

    memset(world, 0, sizeof *world);
    *play = (struct play){world, scene};
    settings_init(&world->settings);
    wire_loop_init(&world->wire);
    http_server_open(&world->server, &world->wire.loop, on_request, play);
    snprintf(world->settings.api_url, SETTING_TEXT_MAX, "http://127.0.0.1:%d/",
             world->server.port);
    str_copy(world->settings.tag_blue, SETTING_TEXT_MAX, "blue");
    str_copy(world->settings.tag_green, SETTING_TEXT_MAX, "green");
    str_copy(world->settings.tag_balancer, SETTING_TEXT_MAX, "lb");
    world->http = http_new(&world->wire.loop, "bgconsole/test", &err);
    world->api = digitalocean_new(&world->wire.loop, world->http, &world->settings,
                                  "dop_v1_test", heard_sink(&world->heard), &err);
    assert_non_null(world->api);
}

static void end(struct world *world)
{
    digitalocean_close(world->api);
    http_close(world->http);
    http_server_close(&world->server);
    wire_loop_close(&world->wire);
    digitalocean_free(world->api);
    http_free(world->http);
    free(world->large);
}

/* One listing of a whole play, from its beginning to its answer. */
static void list(struct world *world, struct play *play, scene_fn *scene)
{
    begin(world, play, scene);
    digitalocean_list(world->api, (struct ticket){.run = 3, .attempt = 7});
    assert_int_equal(world->heard.count, 0);
    wire_loop_until(&world->wire, &world->heard.count, 1, LIMIT_MS);
    assert_int_equal(world->heard.event.ticket.run, 3);
    assert_int_equal(world->heard.event.ticket.attempt, 7);
}

static void expect_failure(scene_fn *scene, enum err_code code, const char *part)
{
    struct world *world = malloc(sizeof *world);
    struct play play;

    list(world, &play, scene);
    assert_int_equal(world->heard.event.type, EV_FLEET_FAILED);
    if (world->heard.event.failure.code != code ||
        strstr(world->heard.text, part) == NULL)
        fail_msg("%s: %s", err_code_name(world->heard.event.failure.code),
                 world->heard.text);
    assert_null(strstr(world->heard.text, "dop_v1"));
    end(world);
    free(world);
}

static void expect_listing(scene_fn *scene, size_t count, int first_page_requests)
{
    struct world *world = malloc(sizeof *world);
    struct play play;

    list(world, &play, scene);
    if (world->heard.event.type != EV_FLEET_LISTED)
        fail_msg("%s", world->heard.text);
    assert_int_equal(world->heard.event.fleet.count, count);
    assert_int_equal(world->heard.event.fleet.limit_remaining, 4998);
    assert_int_equal(world->heard.event.fleet.limit_total, 5000);
    assert_int_equal(world->of_first_page, first_page_requests);
    for (size_t i = 0; i < count; i++) {
        const struct droplet *droplet = &world->heard.droplets[i];
        static const char *const tags[] = {"blue", "green", "lb"};
        assert_true(str_starts(droplet->name, tags[droplet->role]));
        assert_int_equal(droplet->status, DROPLET_ACTIVE);
        assert_true(str_starts(droplet->private_address, "10.0.0."));
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(world->heard.droplets[j].id, droplet->id);
    }
    end(world);
    free(world);
}

/* Blue has 450 in three pages, green 2, the load balancer 1. */
static void scene_pages(struct world *world, const char *tag, int page,
                        struct http_reply *reply)
{
    char next[64];

    snprintf(next, sizeof next, "https://elsewhere.example/steal?page=%d&per_page=9",
             page + 1);
    if (str_equal(tag, "green"))
        say_page(world, reply, tag, 1001, 1002, 2, NULL);
    else if (str_equal(tag, "lb"))
        say_page(world, reply, tag, 2001, 2001, 1, NULL);
    else
        say_page(world, reply, tag, page * 200 - 199, page == 3 ? 450 : page * 200, 450,
                 page < 3 ? next : NULL);
}

static void test_pages(void **state)
{
    (void)state;
    expect_listing(scene_pages, 453, 1);
}

/* A Droplet of page 1 comes again on page 2. */
static void scene_overlap(struct world *world, const char *tag, int page,
                          struct http_reply *reply)
{
    if (!str_equal(tag, "blue"))
        scene_pages(world, tag, page, reply);
    else if (page == 1)
        say_page(world, reply, tag, 1, 200, 210, "http://x/?page=2");
    else
        say_page(world, reply, tag, 200, 210, 210, NULL);
}

static void test_duplicates_over_pages(void **state)
{
    (void)state;
    expect_listing(scene_overlap, 213, 1);
}

/* The first reading misses one: it slipped from page 2 to page 1 between them. */
static void scene_shift(struct world *world, const char *tag, int page,
                        struct http_reply *reply)
{
    bool again = world->of_first_page > 1;

    if (!str_equal(tag, "blue"))
        scene_pages(world, tag, page, reply);
    else if (page == 1)
        say_page(world, reply, tag, 1, 200, 210, "http://x/?page=2");
    else
        say_page(world, reply, tag, again ? 201 : 202, 210, 210, NULL);
}

static void test_shifted_list_is_read_again(void **state)
{
    (void)state;
    expect_listing(scene_shift, 213, 2);
}

/* The first reading has one too many: it went while the list was read. */
static void scene_gone(struct world *world, const char *tag, int page,
                       struct http_reply *reply)
{
    if (str_equal(tag, "blue"))
        say_page(world, reply, tag, 1, world->of_first_page > 1 ? 5 : 6, 5, NULL);
    else
        scene_pages(world, tag, page, reply);
}

static void test_one_that_went_is_not_kept(void **state)
{
    (void)state;
    expect_listing(scene_gone, 8, 2);
}

static void scene_never_whole(struct world *world, const char *tag, int page,
                              struct http_reply *reply)
{
    (void)page;
    say_page(world, reply, tag, 1, 5, 6, NULL);
}

static void test_a_list_that_never_agrees(void **state)
{
    (void)state;
    expect_failure(scene_never_whole, ERR_PROTOCOL, "5 Droplets in the pages");
}

static void scene_both_colours(struct world *world, const char *tag, int page,
                               struct http_reply *reply)
{
    (void)page;
    say_page(world, reply, tag, 7, 7, 1, NULL);
}

static void test_two_tags(void **state)
{
    (void)state;
    expect_failure(scene_both_colours, ERR_CONFIG,
                   "Droplet green-7 (id 7) has the tags blue and green");
}

static void scene_next_is_back(struct world *world, const char *tag, int page,
                               struct http_reply *reply)
{
    (void)page;
    say_page(world, reply, tag, 1, 200, 450, "http://x/?page=1");
}

static void test_next_that_leads_back(void **state)
{
    (void)state;
    expect_failure(scene_next_is_back, ERR_PROTOCOL, "the page after 1 would be 1");
}

static void scene_401(struct world *world, const char *tag, int page,
                      struct http_reply *reply)
{
    (void)tag;
    (void)page;
    say(world, reply, "401 Unauthorized", "",
        "{\"id\":\"unauthorized\",\"message\":\"Unable to authenticate you\","
        "\"request_id\":\"4d9d8375\"}");
}

static void test_401(void **state)
{
    (void)state;
    expect_failure(scene_401, ERR_AUTH,
                   "GET /v2/droplets?tag_name=blue&per_page=200&page=1: 401 "
                   "unauthorized: Unable to authenticate you (request 4d9d8375); the "
                   "token is not valid");
}

static void scene_403(struct world *world, const char *tag, int page,
                      struct http_reply *reply)
{
    (void)tag;
    (void)page;
    say(world, reply, "403 Forbidden", "",
        "{\"id\":\"forbidden\",\"message\":\"You are not authorized\"}");
}

static void test_403(void **state)
{
    (void)state;
    expect_failure(scene_403, ERR_AUTH, "droplet:read");
}

/* Refused twice, then well. */
static void scene_passing_500(struct world *world, const char *tag, int page,
                              struct http_reply *reply)
{
    if (str_equal(tag, "blue") && page == 1 && world->of_first_page < 3)
        say(world, reply, "500 Oops", "",
            "{\"id\":\"server_error\",\"message\":\"x\"}");
    else
        scene_pages(world, tag, page, reply);
}

static void test_500_is_tried_again(void **state)
{
    (void)state;
    expect_listing(scene_passing_500, 453, 3);
}

static void scene_502(struct world *world, const char *tag, int page,
                      struct http_reply *reply)
{
    (void)tag;
    (void)page;
    say(world, reply, "502 Bad Gateway", "", "<html>\033[2Jsorry</html>");
}

static void test_502_html(void **state)
{
    (void)state;
    expect_failure(scene_502, ERR_PROTOCOL, "page=1: 502; the API has trouble");
}

static void scene_short_rest(struct world *world, const char *tag, int page,
                             struct http_reply *reply)
{
    if (str_equal(tag, "blue") && page == 1 && world->of_first_page < 2)
        say(world, reply, "429 Too Many", "Retry-After: 1\r\n",
            "{\"id\":\"too_many_requests\",\"message\":\"API rate limit exceeded.\"}");
    else
        scene_pages(world, tag, page, reply);
}

static void test_429_with_a_short_rest(void **state)
{
    (void)state;
    uint64_t begun = uv_hrtime();
    expect_listing(scene_short_rest, 453, 2);
    assert_true(uv_hrtime() - begun >= UINT64_C(1000000000));
}

static void scene_long_rest(struct world *world, const char *tag, int page,
                            struct http_reply *reply)
{
    (void)tag;
    (void)page;
    say(world, reply, "429 Too Many", "Retry-After: 60\r\n",
        "{\"id\":\"too_many_requests\",\"message\":\"API rate limit exceeded.\"}");
}

static void test_429_with_a_long_rest(void **state)
{
    (void)state;
    struct world *world = malloc(sizeof *world);
    struct play play;

    list(world, &play, scene_long_rest);
    assert_non_null(strstr(world->heard.text, "429 too_many_requests"));
    digitalocean_list(world->api, (struct ticket){.run = 3, .attempt = 8});
    wire_loop_until(&world->wire, &world->heard.count, 2, LIMIT_MS);
    assert_non_null(strstr(world->heard.text, "asked for a rest of 60 s more"));
    assert_int_equal(world->server.requests, 1); /* the API was left alone */
    end(world);
    free(world);
}

static void scene_429_without_a_rest(struct world *world, const char *tag, int page,
                                     struct http_reply *reply)
{
    (void)tag;
    (void)page;
    say(world, reply, "429 Too Many", "", "{\"id\":\"too_many_requests\"}");
}

static void test_429_without_a_rest(void **state)
{
    (void)state;
    expect_failure(scene_429_without_a_rest, ERR_REFUSED, "429 too_many_requests");
}

static void scene_truncated(struct world *world, const char *tag, int page,
                            struct http_reply *reply)
{
    (void)tag;
    (void)page;
    say(world, reply, "200 OK", "", "{\"droplets\":[{\"id\":1,\"na");
}

static void test_truncated_json(void **state)
{
    (void)state;
    expect_failure(scene_truncated, ERR_PROTOCOL, "the answer is not JSON");
}

static void scene_large(struct world *world, const char *tag, int page,
                        struct http_reply *reply)
{
    (void)tag;
    (void)page;
    if (world->large == NULL) {
        world->large = malloc(LARGE);
        memset(world->large, ' ', LARGE);
        memcpy(world->large, "HTTP/1.1 200 OK\r\n\r\n", 19);
    }
    *reply = (struct http_reply){.text = world->large, .length = LARGE};
}

static void test_oversized_body(void **state)
{
    (void)state;
    expect_failure(scene_large, ERR_LIMIT, "the answer is larger than 16777216 bytes");
}

/* Broken off three times, then well. */
static void scene_resets(struct world *world, const char *tag, int page,
                         struct http_reply *reply)
{
    if (str_equal(tag, "blue") && page == 1 && world->of_first_page < 4)
        *reply = (struct http_reply){.text = "HTTP/1.1 200 OK\r\n", .end = END_RESET};
    else
        scene_pages(world, tag, page, reply);
}

static void test_reset_is_tried_again(void **state)
{
    (void)state;
    expect_listing(scene_resets, 453, 4);
}

static void scene_always_reset(struct world *world, const char *tag, int page,
                               struct http_reply *reply)
{
    (void)world;
    (void)tag;
    (void)page;
    *reply = (struct http_reply){.text = "H", .end = END_RESET};
}

static void test_reset_without_end(void **state)
{
    (void)state;
    expect_failure(scene_always_reset, ERR_LOST, "the connection ended");
}

static void test_closing_amid_a_listing(void **state)
{
    (void)state;
    struct world *world = malloc(sizeof *world);
    struct play play;

    begin(world, &play, scene_pages);
    digitalocean_list(world->api, (struct ticket){.attempt = 1});
    wire_loop_until(&world->wire, &world->server.requests, 2, LIMIT_MS);
    end(world);
    assert_int_equal(world->heard.count, 0);
    free(world);
}

static void test_token_never_travels_in_clear(void **state)
{
    (void)state;
    struct settings *settings = malloc(sizeof *settings);
    struct heard *heard = malloc(sizeof *heard);
    struct err err;

    settings_init(settings);
    str_copy(settings->api_url, SETTING_TEXT_MAX, "http://api.example.com");
    assert_null(
        digitalocean_new(NULL, NULL, settings, "dop_v1_test", heard_sink(heard), &err));
    assert_int_equal(err.code, ERR_CONFIG);
    free(settings);
    free(heard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_duplicates_over_pages),
        cmocka_unit_test(test_shifted_list_is_read_again),
        cmocka_unit_test(test_one_that_went_is_not_kept),
        cmocka_unit_test(test_a_list_that_never_agrees),
        cmocka_unit_test(test_two_tags),
        cmocka_unit_test(test_next_that_leads_back),
        cmocka_unit_test(test_401),
        cmocka_unit_test(test_403),
        cmocka_unit_test(test_500_is_tried_again),
        cmocka_unit_test(test_502_html),
        cmocka_unit_test(test_429_with_a_short_rest),
        cmocka_unit_test(test_429_with_a_long_rest),
        cmocka_unit_test(test_429_without_a_rest),
        cmocka_unit_test(test_truncated_json),
        cmocka_unit_test(test_oversized_body),
        cmocka_unit_test(test_reset_is_tried_again),
        cmocka_unit_test(test_reset_without_end),
        cmocka_unit_test(test_closing_amid_a_listing),
        cmocka_unit_test(test_token_never_travels_in_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
