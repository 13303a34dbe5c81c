/* Addresses of stores. */
#include "core/store.h"

#include "lib/test.h"

static void test_urls(void **state)
{
    static const char *const good[] = {
        "redis://10.0.0.9",
        "redis://10.0.0.9:6379",
        "redis://cache.internal:6379/7",
        "memcached://10.0.0.9",
        "memcached://[fd00::9]:11211",
        "postgresql://db_1.internal",
        "mysql://10.0.0.9:3307",
        "tcp://10.0.0.9:1521",
    };
    static const char *const bad[] = {
        "",
        "redis",
        "redis://",
        "rediss://10.0.0.9",
        "tcp://db",
        "redis://db:",
        "redis://db:0",
        "redis://db:65536",
        "redis://db:6379/",
        "redis://db:6379/x",
        "redis://db:6379/12345",
        "memcached://db/1",
        "redis://user:secret@db",
        "redis://db:6379 x",
        "redis://[fd00::9",
        "http://10.0.0.9:80",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(good); i++) {
        if (!store_url_is_good(good[i]))
            fail_msg("refused: %s", good[i]);
    }
    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        if (store_url_is_good(bad[i]))
            fail_msg("taken: %s", bad[i]);
    }
}

static void test_loopback(void **state)
{
    (void)state;
    assert_true(store_is_local("redis://127.0.0.1:6379"));
    assert_true(store_is_local("memcached://localhost"));
    assert_true(store_is_local("mysql://[::1]:3306"));
    assert_false(store_is_local("redis://10.127.0.1:6379"));
    assert_false(store_is_local(""));
}

static void test_names(void **state)
{
    (void)state;
    for (enum store_name store = 0; store < STORE_COUNT; store++)
        assert_int_equal(store_from_name(store_name(store)), store);
    assert_int_equal(store_from_name("elsewhere"), STORE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
