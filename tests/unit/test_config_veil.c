#include "core/config_veil.h"

#include "lib/test.h"

#include <string.h>

static void test_veiled(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *line;                                        const char *shown;
    } cases[] = {
        {"",                                                     ""},
        {"    option httplog",                                   "    option httplog"},
        {"    user haproxy",                                     "    user haproxy"},
        {"    stats auth bgconsole:correct4horse",               "    stats auth bgconsole:(not shown)"},
        {"    stats auth admin:a:b if TRUE",                     "    stats auth admin:(not shown) if TRUE"},
        {"    stats auth admin",                                 "    stats auth admin"},
        {"  acl may_preview req.hdr(X-Bgconsole-Preview) -m str 0123456789abcdef", "  acl may_preview req.hdr(X-Bgconsole-Preview) -m str (not shown)"},
        {"  user bob insecure-password pw groups g",             "  user bob insecure-password (not shown) groups g"},
        {"  user bob password $6$x",                             "  user bob password (not shown)"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char buffer[256];
        struct str out = str_on(buffer, sizeof buffer);
        config_veil(cases[i].line, strlen(cases[i].line), &out);
        assert_string_equal(out.at, cases[i].shown);
    }
}

/* A line of a larger text ends where its length says. */
static void test_length(void **state)
{
    (void)state;
    char buffer[64];
    struct str out = str_on(buffer, sizeof buffer);
    config_veil("stats auth a:b\nstats auth c:d", 12, &out);
    assert_string_equal(out.at, "stats auth a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_veiled),
        cmocka_unit_test(test_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
