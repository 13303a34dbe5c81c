#include "core/ask.h"

#include "lib/good_model.h"
#include "lib/test.h"

enum { HOSTS = 20, AT_ONCE = 8 };

struct bench {
    struct settings settings;
    struct recipe recipe;
    struct core core;
    struct effects effects;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    settings_init(&bench->settings);
    core_init(&bench->core, &bench->settings, &bench->recipe, (struct policy){0}, 1);
    bench->core.model.now.mono_ms = GOOD_NOW;
    for (int i = 0; i < HOSTS; i++)
        good_host(&bench->core.model, ROLE_GREEN, "web", GOOD_SHA);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

/* How many hosts are asked for their facts now. */
static int asked(struct bench *bench)
{
    int count = 0;

    bench->effects.count = 0;
    ask_what_is_due(&bench->core, &bench->effects);
    for (size_t i = 0; i < bench->effects.count; i++)
        count += bench->effects.items[i].type == FX_ASK_HOST;
    return count;
}

static void test_known_hosts(void **state)
{
    assert_int_equal(asked(*state), HOSTS);
}

/* A host that was never heard has no connection yet; an answer of any kind makes room
 * for the next one, and nobody wakes for those that wait. */
static void test_first_contacts(void **state)
{
    struct bench *bench = *state;
    struct host *hosts = bench->core.model.fleet.hosts;

    for (int i = 0; i < HOSTS; i++)
        hosts[i].facts.at_ms = 0;
    assert_int_equal(asked(bench), AT_ONCE);
    assert_int_equal(asked(bench), 0);
    for (int i = 0; i < HOSTS; i++)
        bench->core.schedule.probe_ms[i] = GOOD_NOW + 1000;
    assert_true(ask_next_ms(&bench->core) >= GOOD_NOW);
    hosts[0].facts.at_ms = GOOD_NOW;
    ask_answered_facts(&bench->core, 0, true);
    assert_int_equal(asked(bench), 1);
    ask_answered_facts(&bench->core, 1, false); /* it does not answer */
    ask_answered_facts(&bench->core, 2, false);
    assert_int_equal(asked(bench), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_known_hosts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_first_contacts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
