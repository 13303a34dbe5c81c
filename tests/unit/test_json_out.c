#include "base/json_out.h"

#include "lib/test.h"

#include <math.h>

static void test_commas_and_keys(void **state)
{
    (void)state;
    char buffer[512];
    struct str out = str_on(buffer, sizeof buffer);
    struct json_out json = json_out_on(&out);
    json_object_open(&json, NULL);
    json_put_string(&json, "app", "my-perl-app");
    json_put_integer(&json, "failed", 0);
    json_array_open(&json, "hosts");
    json_put_string(&json, NULL, "web-1");
    json_object_open(&json, NULL);
    json_object_close(&json);
    json_array_open(&json, NULL);
    json_array_close(&json);
    json_array_close(&json);
    json_put_real(&json, "rate", 412.256, 1);
    json_put_bool(&json, "live", true);
    json_put_bool(&json, "split", false);
    json_put_null(&json, "fuse");
    json_object_close(&json);
    assert_string_equal(out.at, "{\"app\":\"my-perl-app\",\"failed\":0,"
                                "\"hosts\":[\"web-1\",{},[]],\"rate\":412.3,"
                                "\"live\":true,\"split\":false,\"fuse\":null}");
    assert_false(out.cut);
}

static void test_numbers(void **state)
{
    (void)state;
    char buffer[512];
    struct str out = str_on(buffer, sizeof buffer);
    struct json_out json = json_out_on(&out);
    json_array_open(&json, NULL);
    json_put_integer(&json, NULL, INT64_MIN);
    json_put_integer(&json, NULL, INT64_MAX);
    json_put_real(&json, NULL, -0.5, 3);
    json_put_real(&json, NULL, 2.0, 0);
    json_put_real(&json, NULL, (double)INFINITY, 2);
    json_put_real(&json, NULL, (double)NAN, 2);
    json_array_close(&json);
    assert_string_equal(
        out.at, "[-9223372036854775808,9223372036854775807,-0.500,2,null,null]");
}

static void test_strings(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;            const char *json;
    } cases[] = {
        {"",                         "\"\""},
        {"say \"hi\"",               "\"say \\\"hi\\\"\""},
        {"C:\\x",                    "\"C:\\\\x\""},
        {"a\nb\tc\x1b\x7F",          "\"a\\nb\\u0009c\\u001b\\u007f\""},
        {"na\u00efve \u2713",        "\"na\u00efve \u2713\""},
        {"\xC0\x9B" "bad",           "\"\uFFFD\uFFFDbad\""},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char buffer[128];
        struct str out = str_on(buffer, sizeof buffer);
        struct json_out json = json_out_on(&out);
        json_put_string(&json, NULL, cases[i].text);
        assert_string_equal(out.at, cases[i].json);
    }
}

static void test_too_much_is_cut(void **state)
{
    (void)state;
    char buffer[8];
    struct str out = str_on(buffer, sizeof buffer);
    struct json_out json = json_out_on(&out);
    json_put_string(&json, NULL, "longer than this");
    assert_true(out.cut);

    char deep[256];
    out = str_on(deep, sizeof deep);
    json = json_out_on(&out);
    for (int i = 0; i < JSON_DEPTH_MAX + 4; i++)
        json_array_open(&json, NULL);
    assert_true(out.cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commas_and_keys),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_too_much_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
