/* Pages of Droplets and refusals, as the API reference shows them and worse. */

#include "net/digitalocean_json.h"

#include "base/str.h"
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

/* A Droplet with `name` and `rest` of its fields. */
#define DROPLET(id, name, rest)                                                        \
    "{\"id\":" id ",\"name\":\"" name "\",\"status\":\"active\"," rest "}"
#define ADDRESSES                                                                      \
    "\"networks\":{\"v4\":["                                                           \
    "{\"ip_address\":\"10.0.0.11\",\"netmask\":\"255.255.240.0\",\"type\":"            \
    "\"private\"},"                                                                    \
    "{\"ip_address\":\"203.0.113.7\",\"type\":\"public\"},"                            \
    "{\"ip_address\":\"203.0.113.8\",\"type\":\"public\"}],"                           \
    "\"v6\":[{\"ip_address\":\"2001:db8::7\",\"type\":\"public\"}]}"
#define PAGE(droplets, rest) "{\"droplets\":[" droplets "]" rest "}"

struct reading {
    struct droplet_page page;
    struct err err;
};

static int begin(void **state)
{
    *state = calloc(1, sizeof(struct reading));
    return *state != NULL ? 0 : -1;
}

static int end(void **state)
{
    free(*state);
    return 0;
}

static bool read_page(struct reading *reading, const char *text)
{
    return digitalocean_json_page(text, strlen(text), ROLE_GREEN, &reading->page,
                                  &reading->err);
}

static void test_droplet(void **state)
{
    struct reading *reading = *state;

    assert_true(read_page(reading, PAGE(DROPLET("3164494", "web-green-1", ADDRESSES),
                                        ",\"links\":{},\"meta\":{\"total\":1}")));
    assert_int_equal(reading->page.count, 1);
    assert_int_equal(reading->page.total, 1);
    assert_int_equal(reading->page.next, 0);
    assert_int_equal(reading->page.droplets[0].id, 3164494);
    assert_int_equal(reading->page.droplets[0].role, ROLE_GREEN);
    assert_int_equal(reading->page.droplets[0].status, DROPLET_ACTIVE);
    assert_string_equal(reading->page.droplets[0].name, "web-green-1");
    assert_string_equal(reading->page.droplets[0].private_address, "10.0.0.11");
    assert_string_equal(reading->page.droplets[0].public_address, "203.0.113.7");
}

static void test_new_droplet_has_no_address_yet(void **state)
{
    struct reading *reading = *state;

    assert_true(read_page(reading,
                          "{\"droplets\":[{\"id\":1,\"name\":\"a\",\"status\":\"new\","
                          "\"networks\":{\"v4\":[],\"v6\":[]}}]}"));
    assert_int_equal(reading->page.droplets[0].status, DROPLET_NEW);
    assert_string_equal(reading->page.droplets[0].private_address, "");
    assert_int_equal(reading->page.total, -1);
}

static void test_only_ipv6(void **state)
{
    struct reading *reading = *state;

    assert_true(read_page(
        reading, PAGE(DROPLET("1", "a",
                              "\"networks\":{\"v4\":[],\"v6\":[{\"ip_address\":"
                              "\"2001:db8::7\",\"type\":\"public\"}]}"),
                      "")));
    assert_string_equal(reading->page.droplets[0].public_address, "2001:db8::7");
}

static void test_of_next_only_the_number_is_taken(void **state)
{
    struct reading *reading = *state;

    /* clang-format off */
    static const struct { const char *url; int next; } cases[] = {
        {"https://api.digitalocean.com/v2/droplets?page=2",             2},
        {"https://evil.example/?per_page=200&page=17&tag_name=blue",    17},
        {"https://evil.example/page=3?per_page=9&page=4",               4},
    };
    static const char *const bad[] = {
        "", "https://x/?per_page=9", "https://x/?page=", "https://x/?page=-1",
        "https://x/?page=0", "https://x/?notpage=3",
    };
    /* clang-format on */
    char text[256];

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct str out = str_on(text, sizeof text);
        str_addf(&out, PAGE("", ",\"links\":{\"pages\":{\"next\":\"%s\"}}"),
                 cases[i].url);
        assert_true(read_page(reading, text));
        assert_int_equal(reading->page.next, cases[i].next);
    }
    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        struct str out = str_on(text, sizeof text);
        str_addf(&out, PAGE("", ",\"links\":{\"pages\":{\"next\":\"%s\"}}"), bad[i]);
        assert_false(read_page(reading, text));
        assert_int_equal(reading->err.code, ERR_PROTOCOL);
    }
}

static void test_hostile_name_is_made_printable(void **state)
{
    struct reading *reading = *state;

    assert_true(read_page(
        reading, PAGE(DROPLET("1", "web\\u001b[2J\\n\\u202e1", ADDRESSES), "")));
    assert_null(strchr(reading->page.droplets[0].name, '\033'));
    assert_null(strchr(reading->page.droplets[0].name, '\n'));
    assert_null(strstr(reading->page.droplets[0].name, "\u202e"));
}

static void test_refused(void **state)
{
    struct reading *reading = *state;

    /* clang-format off */
    static const struct { const char *text, *part; } cases[] = {
        {"",                                      "not JSON"},
        {"[]",                                    "no list of droplets"},
        {"{\"droplets\":{}}",                     "no list of droplets"},
        {"{\"droplets\":[1]}",                    "no id"},
        {PAGE(DROPLET("\"7\"", "a", ADDRESSES), ""), "Droplet \"a\" has no id"},
        {PAGE(DROPLET("0", "a", ADDRESSES), ""),  "no id"},
        {PAGE(DROPLET("7", "", ADDRESSES), ""),   "Droplet 7 has no name"},
        {"{\"droplets\":[{\"id\":1,\"name\":\"a\",\"status\":\"melted\"}]}",
                                                  "Droplet a: its status \"melted\""},
        {PAGE(DROPLET("1", "a", "\"networks\":{\"v4\":[{\"ip_address\":\"-oProxyCommand=x\","
              "\"type\":\"private\"}]}"), ""),    "Droplet a: \"-oProxyCommand=x\" is no address"},
        {PAGE(DROPLET("1", "a", "\"networks\":{\"v4\":[{\"ip_address\":\"::1\"}]}"), ""),
                                                  "is no address"},
        {"{\"droplets\":[],\"droplets\":[]}",     "not JSON"},
        {PAGE("", "} trailing"),                  "not JSON"},
        {"{\"droplets\":[],\"meta\":{\"total\":1e999}}", "not JSON"},
    };
    /* clang-format on */

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_false(read_page(reading, cases[i].text));
        if (strstr(reading->err.text, cases[i].part) == NULL)
            fail_msg("case %zu: %s", i, reading->err.text);
    }
}

static void test_more_than_a_page(void **state)
{
    struct reading *reading = *state;

    char *text = malloc(64 * 1024);
    struct str out = str_on(text, 64 * 1024);

    str_add(&out, "{\"droplets\":[");
    for (int i = 0; i <= API_PAGE_DROPLETS; i++)
        str_addf(&out, "%s{\"id\":%d,\"name\":\"a\",\"status\":\"off\"}",
                 i > 0 ? "," : "", i + 1);
    str_add(&out, "]}");
    assert_false(read_page(reading, text));
    assert_int_equal(reading->err.code, ERR_LIMIT);
    free(text);
}

static void test_deep_nesting(void **state)
{
    struct reading *reading = *state;

    char text[8192];

    memset(text, '[', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(read_page(reading, text));
}

static void test_refusals(void **state)
{
    struct reading *reading = *state;

    /* clang-format off */
    static const struct { int status; const char *body; enum err_code code; const char *text; } cases[] = {
        {401, "{\"id\":\"unauthorized\",\"message\":\"Unable to authenticate you\"}", ERR_AUTH,
         "GET /v2/x: 401 unauthorized: Unable to authenticate you; the token is not valid: "
         "check token_command, token_file or the environment variable"},
        {403, "{}", ERR_AUTH,
         "GET /v2/x: 403; the token may not do this: it needs the scope droplet:read"},
        {404, "not json", ERR_REFUSED, "GET /v2/x: 404; check api_url"},
        {418, "{\"message\":\"tea\\u001b[2Jpot\",\"request_id\":\"r1\"}", ERR_REFUSED,
         "GET /v2/x: 418: teapot (request r1)"},
    };
    /* clang-format on */

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        digitalocean_json_refusal("GET /v2/x", cases[i].status, cases[i].body,
                                  strlen(cases[i].body), &reading->err);
        assert_int_equal(reading->err.code, cases[i].code);
        assert_string_equal(reading->err.text, cases[i].text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_droplet),
        TEST(test_new_droplet_has_no_address_yet),
        TEST(test_only_ipv6),
        TEST(test_of_next_only_the_number_is_taken),
        TEST(test_hostile_name_is_made_printable),
        TEST(test_refused),
        TEST(test_more_than_a_page),
        TEST(test_deep_nesting),
        TEST(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
