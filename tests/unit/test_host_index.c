#include "core/host_index.h"

#include "lib/test.h"

#include <stdio.h>

/* How often `host` is among the candidates for `word`. */
static int found(const struct host_index *index, const char *word, int host)
{
    struct host_walk walk = host_index_walk(index, word);
    int times = 0;

    for (int i = host_walk_next(&walk); i >= 0; i = host_walk_next(&walk))
        times += i == host;
    return times;
}

static void test_find(void **state)
{
    (void)state;
    struct host_index index;

    host_index_init(&index);
    assert_int_equal(found(&index, "web-1", 0), 0);
    host_index_add(&index, "web-1", 0);
    host_index_add(&index, "10.0.0.1", 0);
    host_index_add(&index, "web-1", 7);
    host_index_add(&index, "", 9);
    assert_int_equal(found(&index, "web-1", 0), 1);
    assert_int_equal(found(&index, "web-1", 7), 1);
    assert_int_equal(found(&index, "10.0.0.1", 0), 1);
    assert_int_equal(found(&index, "", 9), 0);
}

/* Three words of each of the most hosts there are: all are found, and none is far. */
static void test_full(void **state)
{
    (void)state;
    enum { HOSTS = 2048, FAR = 200 };
    struct host_index index;
    char word[32];

    host_index_init(&index);
    for (int host = 0; host < HOSTS; host++) {
        for (int kind = 0; kind < 3; kind++) {
            snprintf(word, sizeof word, "10.%d.%d.%d", kind, host / 250, host % 250);
            host_index_add(&index, word, host);
        }
    }
    for (int host = 0; host < HOSTS; host++) {
        snprintf(word, sizeof word, "10.1.%d.%d", host / 250, host % 250);
        assert_true(found(&index, word, host) > 0);
        struct host_walk walk = host_index_walk(&index, word);
        int steps = 0;
        while (host_walk_next(&walk) >= 0)
            steps++;
        assert_true(steps < FAR);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
