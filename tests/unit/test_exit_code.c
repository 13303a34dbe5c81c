#include "core/exit_code.h"

#include "base/str.h"
#include "lib/test.h"

#include <string.h>

static void test_code_of_run(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        enum run_state state;  enum stage stage;  enum run_state before;  enum run_input cause;  enum receipt_verdict verdict;  enum exit_code code;
    } cases[] = {
        {RUN_NONE,        STAGE_PREFLIGHT, RUN_NONE,           IN_DEPLOY,       RECEIPT_OPEN,     EXIT_OK},
        {RUN_DONE,        STAGE_FINISH,    RUN_FINISH_GATE,    IN_YES,          RECEIPT_CLEAN,    EXIT_OK},
        {RUN_STOPPED,     STAGE_PREFLIGHT, RUN_PREFLIGHT,      IN_CHECKS_BAD,   RECEIPT_OPEN,     EXIT_PREFLIGHT},
        {RUN_STOPPED,     STAGE_PREFLIGHT, RUN_PREFLIGHT,      IN_LATE,         RECEIPT_OPEN,     EXIT_PREFLIGHT},
        {RUN_STOPPED,     STAGE_PREFLIGHT, RUN_PLAN_GATE,      IN_LATE,         RECEIPT_OPEN,     EXIT_GATE},
        {RUN_STOPPED,     STAGE_PREFLIGHT, RUN_PLAN_GATE,      IN_NO,           RECEIPT_OPEN,     EXIT_PREFLIGHT},
        {RUN_STOPPED,     STAGE_DEPLOY,    RUN_FAILING,        IN_AT_REST,      RECEIPT_OPEN,     EXIT_DEPLOY},
        {RUN_STOPPED,     STAGE_CONFIGURE, RUN_READING_CONFIG, IN_CONFIG_BAD,   RECEIPT_OPEN,     EXIT_CONFIGURE},
        {RUN_STOPPED,     STAGE_CONFIGURE, RUN_CONFIG_GATE,    IN_NO,           RECEIPT_OPEN,     EXIT_CONFIGURE},
        {RUN_STOPPED,     STAGE_CONFIGURE, RUN_CONFIG_GATE,    IN_LATE,         RECEIPT_OPEN,     EXIT_GATE},
        {RUN_STOPPED,     STAGE_CONFIGURE, RUN_INSTALLING,     IN_REFUSED,      RECEIPT_OPEN,     EXIT_CONFIGURE},
        {RUN_UNKNOWN,     STAGE_CONFIGURE, RUN_INSTALLING,     IN_LATE,         RECEIPT_OPEN,     EXIT_CONFIGURE},
        {RUN_STOPPED,     STAGE_VERIFY,    RUN_DIAGNOSING,     IN_AT_REST,      RECEIPT_OPEN,     EXIT_VERIFY},
        {RUN_STOPPED,     STAGE_SWITCH,    RUN_SWITCH_GATE,    IN_LATE,         RECEIPT_OPEN,     EXIT_GATE},
        {RUN_STOPPED,     STAGE_SWITCH,    RUN_SWITCH_GATE,    IN_NO,           RECEIPT_OPEN,     EXIT_VERIFY},
        {RUN_STOPPED,     STAGE_SWITCH,    RUN_SWITCHING,      IN_REFUSED,      RECEIPT_OPEN,     EXIT_SWITCH},
        {RUN_STOPPED,     STAGE_SWITCH,    RUN_SWITCH_UNKNOWN, IN_READ_OLD,     RECEIPT_OPEN,     EXIT_SWITCH},
        {RUN_ABORTED,     STAGE_DEPLOY,    RUN_CANCELLING,     IN_AT_REST,      RECEIPT_OPEN,     EXIT_ABORTED},
        {RUN_RETURNED,    STAGE_WATCH,     RUN_WATCHING,       IN_ROLLBACK,     RECEIPT_FAILED,   EXIT_GUARD},
        {RUN_UNCONFIRMED, STAGE_FINISH,    RUN_FINISH_GATE,    IN_LATE,         RECEIPT_CLEAN,    EXIT_GATE},
        {RUN_UNCONFIRMED, STAGE_FINISH,    RUN_FINISH_GATE,    IN_NO,           RECEIPT_FAILED,   EXIT_GUARD},
        {RUN_UNCONFIRMED, STAGE_FINISH,    RUN_FINISH_GATE,    IN_NO,           RECEIPT_CLEAN,    EXIT_UNPROVEN},
        {RUN_UNCONFIRMED, STAGE_FINISH,    RUN_FINISH_GATE,    IN_NO,           RECEIPT_UNPROVEN, EXIT_UNPROVEN},
        {RUN_UNCONFIRMED, STAGE_FINISH,    RUN_FINISH_GATE,    IN_NO,           RECEIPT_OPEN,     EXIT_UNPROVEN},
        {RUN_UNKNOWN,     STAGE_DEPLOY,    RUN_FAILING,        IN_LATE,         RECEIPT_OPEN,     EXIT_DEPLOY},
        {RUN_UNKNOWN,     STAGE_SWITCH,    RUN_SWITCH_UNKNOWN, IN_LATE,         RECEIPT_OPEN,     EXIT_UNKNOWN},
        {RUN_WATCHING,    STAGE_WATCH,     RUN_SWITCHING,      IN_CHANGED,      RECEIPT_CLEAN,    EXIT_FAILED},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct run run = {
            .state = cases[i].state,
            .stage = cases[i].stage,
            .before = cases[i].before,
            .cause = cases[i].cause,
            .receipt.verdict = cases[i].verdict,
        };
        if (exit_code_of_run(&run) != cases[i].code)
            fail_msg("case %zu: %d instead of %d", i, exit_code_of_run(&run),
                     cases[i].code);
    }
}

/* The rollback went well, the deploy before it did not. */
static void test_return_of_the_guard(void **state)
{
    (void)state;
    struct run run = {.kind = RUN_ROLLBACK, .state = RUN_DONE, .returns = true};

    assert_int_equal(exit_code_of_run(&run), EXIT_GUARD);
    run.returns = false;
    assert_int_equal(exit_code_of_run(&run), EXIT_OK);
}

/* What stopped a run says more than where it stood. */
static void test_hooks_and_contracts(void **state)
{
    struct run stopped = {.state = RUN_STOPPED, .stage = STAGE_DEPLOY};
    struct run lost = {.state = RUN_UNKNOWN, .stage = STAGE_FINISH};

    (void)state;
    stopped.hooks[STAGE_DEPLOY][HOOK_POST].state = HOOK_FAILED;
    assert_int_equal(exit_code_of_run(&stopped), EXIT_DEPLOY);
    stopped.hooks[STAGE_DEPLOY][HOOK_PRE].state = HOOK_FAILED;
    assert_int_equal(exit_code_of_run(&stopped), EXIT_HOOK);
    stopped.kind = RUN_ROLLBACK; /* which no hook stops */
    assert_int_equal(exit_code_of_run(&stopped), EXIT_DEPLOY);

    for (enum contract_state it = CONTRACT_BEGUN; it < CONTRACT_STATE_COUNT; it++) {
        lost.contract.state = it;
        assert_int_equal(exit_code_of_run(&lost),
                         it == CONTRACT_DONE ? EXIT_UNKNOWN : EXIT_CONTRACT);
    }
}

static void test_table(void **state)
{
    (void)state;
    char text[4096];
    struct str out = str_on(text, sizeof text);

    exit_code_write_table(&out);
    assert_false(out.cut);
    assert_true(str_starts(text, "  0  done; for status: everything is well\n"));
    assert_non_null(strstr(text, "\n 13  the load balancer refused the switch"));
    assert_non_null(strstr(text, "\n 21  "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_code_of_run),
        cmocka_unit_test(test_return_of_the_guard),
        cmocka_unit_test(test_hooks_and_contracts),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
