#include "core/haproxy_version.h"

#include "lib/test.h"

static void test_read(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;       int major; int minor;
    } cases[] = {
        {"2.6.12-1+deb12u3",    2,         6},
        {"2.4.24-0ubuntu0.22.04.1", 2,     4},
        {"2.4",                 2,         4},
        {"3.0-dev5",            3,         0},
        {"3.10.1",              3,         10},
        {"10.0.0",              10,        0},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct haproxy_version version;
        struct err err = {.text = ""};
        if (!haproxy_version_read(cases[i].text, &version, &err))
            fail_msg("%s", err.text);
        assert_int_equal(version.major, cases[i].major);
        assert_int_equal(version.minor, cases[i].minor);
    }
}

static void test_refused(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;     enum err_code code;  const char *error;
    } cases[] = {
        {"2.2.9-2+deb11u6",   ERR_CONFIG,          "HAProxy 2.2.9-2+deb11u6 is too old: 2.4 or later is needed, as Ubuntu 22.04 and Debian 12 have it"},
        {"1.8.30",            ERR_CONFIG,          "HAProxy 1.8.30 is too old: 2.4 or later is needed, as Ubuntu 22.04 and Debian 12 have it"},
        {"",                  ERR_PROTOCOL,        "HAProxy's version is not known (\"\")"},
        {"2",                 ERR_PROTOCOL,        "HAProxy's version is not known (\"2\")"},
        {"2.",                ERR_PROTOCOL,        "HAProxy's version is not known (\"2.\")"},
        {"2.6x",              ERR_PROTOCOL,        "HAProxy's version is not known (\"2.6x\")"},
        {"v2.6",              ERR_PROTOCOL,        "HAProxy's version is not known (\"v2.6\")"},
        {"99999999999.1",     ERR_PROTOCOL,        "HAProxy's version is not known (\"99999999999.1\")"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct haproxy_version version;
        struct err err = {.text = ""};
        assert_false(haproxy_version_read(cases[i].text, &version, &err));
        assert_string_equal(err.text, cases[i].error);
        assert_int_equal(err.code, cases[i].code);
    }
}

static void test_features(void **state)
{
    (void)state;
    const struct haproxy_feature *spread = haproxy_feature_find("close_spread_time");
    const struct haproxy_feature *init = haproxy_feature_find("init_state");
    assert_null(haproxy_feature_find("warp_drive"));
    assert_false(haproxy_version_has(&(struct haproxy_version){2, 4}, spread));
    assert_true(haproxy_version_has(&(struct haproxy_version){2, 6}, spread));
    assert_true(haproxy_version_has(&(struct haproxy_version){3, 0}, spread));
    assert_false(haproxy_version_has(&(struct haproxy_version){2, 8}, init));
    assert_false(haproxy_version_has(&(struct haproxy_version){3, 0}, init));
    assert_true(haproxy_version_has(&(struct haproxy_version){3, 1}, init));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_features),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
