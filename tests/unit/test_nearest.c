#include "base/nearest.h"

#include "lib/test.h"

static void test_distance(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *a;    const char *b;      int distance;
    } cases[] = {
        {"tries",         "tries",            0},
        {"trys",          "tries",            2},
        {"tires",         "tries",            1},
        {"tris",          "tries",            1},
        {"triess",        "tries",            1},
        {"status",        "statsu",           1},
        {"",              "a",                1},
        {"port",          "workers",          NEAREST_FAR},
        {"app",           "balancer_tag",     NEAREST_FAR},
        {"a word with more than 32 letters..", "x", NEAREST_FAR},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_int_equal(nearest_distance(cases[i].a, cases[i].b), cases[i].distance);
        assert_int_equal(nearest_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
