#include "core/front.h"

#include "base/str.h"
#include "core/settings.h"
#include "lib/test.h"

#include <string.h>

enum { RISE = 2, FALL = 3 };

static struct front front_of_site(void)
{
    struct front front;
    front_begin(&front, "10.0.0.5:80", "www.example.com");
    return front;
}

static void hear(struct front *front, enum probe_reason reason, int status, int times)
{
    struct probe_result result = {.reason = reason, .status = status, .elapsed_ms = 7};
    for (int i = 0; i < times; i++)
        front_take(front, &result, 1000, RISE, FALL);
}

static void says(const struct front *front, const char *wanted)
{
    struct settings settings;
    char sentence[FRONT_SENTENCE_MAX];

    settings_init(&settings);
    str_copy(settings.health_path, SETTING_TEXT_MAX, "/health");
    settings.health_method = PROBE_GET;
    settings.health_status = 200;
    front_sentence(front, &settings, sentence, sizeof sentence);
    assert_string_equal(sentence, wanted);
}

static void test_streaks(void **state)
{
    (void)state;
    struct front front = front_of_site();

    assert_int_equal(front_state(&front), FRONT_UNKNOWN);
    says(&front, "GET http://10.0.0.5:80/health as www.example.com: not asked yet");
    hear(&front, PROBE_OK, 200, RISE - 1);
    assert_int_equal(front_state(&front), FRONT_UNKNOWN);
    hear(&front, PROBE_OK, 200, 1);
    assert_int_equal(front_state(&front), FRONT_OK);
    says(&front, "GET http://10.0.0.5:80/health as www.example.com: 200 in 7 ms");
    hear(&front, PROBE_STATUS, 503, FALL - 1);
    assert_int_equal(front_state(&front), FRONT_OK);
    hear(&front, PROBE_STATUS, 503, 1);
    assert_int_equal(front_state(&front), FRONT_BAD);
    says(&front,
         "GET http://10.0.0.5:80/health as www.example.com: 503 (expected 200)");
    hear(&front, PROBE_OK, 200, 1);
    assert_int_equal(front_state(&front), FRONT_UNKNOWN);
    hear(&front, PROBE_OK, 200, RISE - 1);
    assert_int_equal(front_state(&front), FRONT_OK);
}

/* A firewall on the way says nothing of the release, however often. */
static void test_out_of_reach_is_not_known(void **state)
{
    (void)state;
    static const enum probe_reason reasons[] = {PROBE_REFUSED, PROBE_UNREACHABLE,
                                                PROBE_TIMEOUT, PROBE_RESET,
                                                PROBE_RESOLVE, PROBE_PROTOCOL};

    for (size_t i = 0; i < LENGTH_OF(reasons); i++) {
        struct front front = front_of_site();
        hear(&front, PROBE_OK, 200, RISE);
        hear(&front, reasons[i], 0, 3 * FALL);
        if (front_state(&front) != FRONT_UNKNOWN)
            fail_msg("%s is %s", probe_reason_name(reasons[i]),
                     front_state_name(front_state(&front)));
    }
    struct front front = front_of_site();
    hear(&front, PROBE_REFUSED, 0, 1);
    says(&front, "not known: GET http://10.0.0.5:80/health as www.example.com: nothing "
                 "listens on the port; the frontend cannot be asked from here (a "
                 "firewall?)");
    hear(&front, PROBE_OK, 200, RISE);
    assert_int_equal(front_state(&front), FRONT_OK);
}

static void test_redirect_is_not_known(void **state)
{
    (void)state;
    struct front front = front_of_site();

    hear(&front, PROBE_STATUS, 301, 3 * FALL);
    assert_int_equal(front_state(&front), FRONT_UNKNOWN);
    says(&front, "not known: GET http://10.0.0.5:80/health as www.example.com: 301 "
                 "(expected 200); a redirect says nothing of the app: let [haproxy] "
                 "check_address name a port that answers without it");
    hear(&front, PROBE_OK, 302, RISE); /* where the settings expect one */
    assert_int_equal(front_state(&front), FRONT_OK);
}

static void test_beginning_forgets(void **state)
{
    (void)state;
    struct front front = front_of_site();

    hear(&front, PROBE_STATUS, 500, FALL);
    front_begin(&front, "10.0.0.5:80", "");
    assert_int_equal(front_state(&front), FRONT_UNKNOWN);
    says(&front, "GET http://10.0.0.5:80/health: not asked yet");
}

static void test_address(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *check, *balancer, *wanted; } cases[] = {
        { "127.0.0.1:80",   "10.0.0.5",    "10.0.0.5:80"        },
        { "[::1]:8443",     "10.0.0.5",    "10.0.0.5:8443"      },
        { "127.0.0.1:8080", "2001:db8::5", "[2001:db8::5]:8080" },
        { "127.0.0.1:80",   "",            "127.0.0.1:80"       },
        { "[::1]:80",       "",            "[::1]:80"           },
    };
    /* clang-format on */

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct settings settings;
        char address[FRONT_ADDRESS_MAX];
        settings_init(&settings);
        str_copy(settings.check_address, SETTING_TEXT_MAX, cases[i].check);
        assert_true(
            front_address(&settings, cases[i].balancer, address, sizeof address));
        assert_string_equal(address, cases[i].wanted);
    }
    struct settings settings;
    char small[8];
    settings_init(&settings);
    assert_false(front_address(&settings, "10.0.0.5", small, sizeof small));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streaks),
        cmocka_unit_test(test_out_of_reach_is_not_known),
        cmocka_unit_test(test_redirect_is_not_known),
        cmocka_unit_test(test_beginning_forgets),
        cmocka_unit_test(test_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
