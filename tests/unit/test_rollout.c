#include "core/rollout.h"

#include "lib/test.h"

#include <stdlib.h>

static const struct recipe each_host = {.step_count = 3};
static const struct recipe once_first = {.step_count = 2, .steps[0].scope = STEP_ONCE};
static const struct recipe once_later = {.step_count = 3, .steps[1].scope = STEP_ONCE};
static const struct recipe diagnosing = {.step_count = 3,
                                         .steps[2].scope = STEP_ON_FAILURE};

static struct rollout *rollout_of(const struct recipe *recipe, int hosts, int parallel)
{
    struct rollout *rollout = calloc(1, sizeof *rollout);

    assert_non_null(rollout);
    rollout_init(rollout, recipe, parallel);
    for (int i = 0; i < hosts; i++)
        assert_true(rollout_add(rollout, 10 + i));
    return rollout;
}

/* Begins all that may begin now; returns how many that were. */
static int begin_all(struct rollout *rollout)
{
    int begun = 0;

    for (int i = rollout_next(rollout); i >= 0; i = rollout_next(rollout)) {
        rollout_begin(rollout, i, 5);
        begun++;
    }
    return begun;
}

static enum job_state state_of(const struct rollout *rollout, int target, int step)
{
    return rollout->targets[target].jobs[step].state;
}

static void test_targets(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 2, 1);

    assert_int_equal(rollout_target(rollout, 11)->host, 11);
    assert_null(rollout_target(rollout, 12));
    while (rollout->count < ROLLOUT_TARGETS_MAX)
        assert_true(rollout_add(rollout, 100 + rollout->count));
    assert_false(rollout_add(rollout, 1));
    free(rollout);
}

static void test_nothing_to_do_is_not_ok(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 0, 1);

    assert_int_equal(rollout_next(rollout), -1);
    assert_false(rollout_all_ok(rollout));
    assert_true(rollout_is_at_rest(rollout));
    free(rollout);
}

/* At most `parallel` hosts have begun and are not through, between steps too. */
static void test_parallel(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 4, 2);

    assert_false(rollout_is_at_rest(rollout)); /* host 0 may begin */
    assert_int_equal(begin_all(rollout), 2);
    assert_int_equal(state_of(rollout, 0, 0), JOB_STARTING);
    assert_int_equal(state_of(rollout, 1, 0), JOB_STARTING);
    rollout_ended(rollout, 1, 0, 6);
    assert_int_equal(rollout_next(rollout), 1); /* and not host 2 */
    assert_int_equal(begin_all(rollout), 1);
    assert_int_equal(state_of(rollout, 1, 1), JOB_STARTING);
    rollout_ended(rollout, 1, 0, 7);
    assert_int_equal(begin_all(rollout), 1);
    rollout_ended(rollout, 1, 0, 8); /* through: its place is free */
    assert_int_equal(rollout_next(rollout), 2);
    free(rollout);
}

static void test_all_the_way(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 3, 8);

    for (int step = 0; step < 3; step++) {
        assert_false(rollout_all_ok(rollout));
        assert_int_equal(begin_all(rollout), 3);
        for (int i = 0; i < 3; i++) {
            assert_false(rollout_is_at_rest(rollout));
            rollout_running(rollout, i);
            rollout_ended(rollout, i, 0, 100 + step);
        }
    }
    assert_true(rollout_all_ok(rollout));
    assert_true(rollout_is_at_rest(rollout));
    assert_int_equal(rollout_first_bad(rollout), -1);
    assert_int_equal(rollout->targets[2].jobs[1].started_ms, 5);
    assert_int_equal(rollout->targets[2].jobs[1].ended_ms, 101);
    free(rollout);
}

/* The others end the step that they are in and begin no other. */
static void test_failure_stops(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 3, 2);

    begin_all(rollout);
    rollout_ended(rollout, 1, 3, 6);
    assert_int_equal(rollout_first_bad(rollout), 1);
    assert_int_equal(state_of(rollout, 1, 0), JOB_FAILED);
    assert_int_equal(rollout->targets[1].jobs[0].rc, 3);
    assert_int_equal(rollout_next(rollout), -1);
    assert_false(rollout_is_at_rest(rollout)); /* host 0 is in its step */
    rollout_ended(rollout, 0, 0, 7);
    assert_int_equal(state_of(rollout, 0, 0), JOB_OK);
    assert_int_equal(rollout_next(rollout), -1);
    assert_true(rollout_is_at_rest(rollout));
    assert_false(rollout_all_ok(rollout));
    free(rollout);
}

static void test_lost_is_never_ok(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 2, 2);

    begin_all(rollout);
    rollout_lost(rollout, 0, 9);
    assert_int_equal(state_of(rollout, 0, 0), JOB_LOST);
    assert_int_equal(rollout->targets[0].jobs[0].ended_ms, 9);
    assert_int_equal(rollout_first_bad(rollout), 0);
    rollout_ended(rollout, 1, 0, 10);
    assert_int_equal(rollout_next(rollout), -1); /* host 1 does not go on */
    free(rollout);
}

/* What is heard of a job that is not open any more, or not yet, changes nothing. */
static void test_late_words(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 2, 1);

    begin_all(rollout);
    rollout_lost(rollout, 0, 9);
    for (int target = 0; target < 2; target++) {
        enum job_state before = state_of(rollout, target, 0);
        rollout_running(rollout, target);
        rollout_cut(rollout, target, 500);
        rollout_ended(rollout, target, 0, 10);
        rollout_lost(rollout, target, 11);
        assert_int_equal(state_of(rollout, target, 0), before);
    }
    assert_int_equal(rollout->targets[0].jobs[0].ended_ms, 9);
    free(rollout);
}

static void test_cut_line(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 1, 1);
    const struct job *job = &rollout->targets[0].jobs[0];

    begin_all(rollout);
    assert_true(rollout_cut(rollout, 0, 500));
    assert_int_equal(job->state, JOB_CUT);
    assert_in_range(job->retry_ms, 501, 500 + JOB_RETRY_FIRST_MS);
    rollout_ask_again(rollout, 0, 900);
    assert_int_equal(job->state, JOB_STARTING);
    assert_true(rollout_cut(rollout, 0, 1000));
    assert_true(job->retry_ms > 1000 + JOB_RETRY_FIRST_MS / 2);
    assert_int_equal(job->cut_ms, 500);
    assert_false(rollout_is_at_rest(rollout));
    assert_int_equal(rollout_next(rollout), -1); /* never run a second time */
    rollout_running(rollout, 0);
    assert_int_equal(job->state, JOB_RUNNING);
    assert_true(job->heard);
    assert_int_equal(job->cut_ms, 0);
    rollout_ended(rollout, 0, 0, 7);
    assert_int_equal(job->state, JOB_OK);
    free(rollout);
}

/* Not by a number of tries: a host that boots refuses at once, one that is gone never
 * answers. */
static void test_cut_for_too_long(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 1, 1);
    const struct job *job = &rollout->targets[0].jobs[0];

    begin_all(rollout);
    for (int64_t now_ms = 500; now_ms < 500 + JOB_LOST_MS; now_ms += 100) {
        assert_true(rollout_cut(rollout, 0, now_ms));
        assert_in_range(job->retry_ms, now_ms + 1, now_ms + JOB_RETRY_CAP_MS);
        rollout_ask_again(rollout, 0, now_ms);
    }
    assert_false(rollout_cut(rollout, 0, 500 + JOB_LOST_MS));
    rollout_running(rollout, 0);
    assert_true(rollout_cut(rollout, 0, 500 + JOB_LOST_MS)); /* it was heard */
    free(rollout);
}

/* A start that was asked for and not performed leaves the job as it was. */
static void test_start_taken_back(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 1, 1);
    const struct job *job = &rollout->targets[0].jobs[0];

    rollout_begin(rollout, 0, 7);
    rollout_take_back(rollout, 8);
    assert_int_equal(job->state, JOB_STARTING);
    rollout_cut(rollout, 0, 8);
    rollout_ask_again(rollout, 0, 9);
    rollout_take_back(rollout, 9); /* the second start: the first may have come through */
    assert_int_equal(job->state, JOB_CUT);
    rollout_ask_again(rollout, 0, 10);
    rollout_running(rollout, 0);
    rollout_cut(rollout, 0, 11);
    rollout_ask_again(rollout, 0, 12);
    rollout_take_back(rollout, 12); /* only followed, and that is performed */
    assert_int_equal(job->state, JOB_STARTING);
    free(rollout);
}

static void test_cancel(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&each_host, 3, 2);

    begin_all(rollout);
    rollout_cancel(rollout);
    rollout_ended(rollout, 1, 0, 6); /* it was faster than our cancel */
    assert_int_equal(state_of(rollout, 1, 0), JOB_OK);
    assert_int_equal(rollout_next(rollout), -1);
    assert_false(rollout_is_at_rest(rollout));
    rollout_ended(rollout, 0, 143, 7);
    assert_int_equal(state_of(rollout, 0, 0), JOB_CANCELLED);
    assert_int_equal(rollout_first_bad(rollout), -1);
    assert_true(rollout_is_at_rest(rollout));
    assert_false(rollout_all_ok(rollout));
    free(rollout);
}

static void test_once_first(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&once_first, 3, 2);

    assert_int_equal(begin_all(rollout), 1);
    rollout_ended(rollout, 0, 0, 6);
    assert_int_equal(state_of(rollout, 1, 0), JOB_SKIPPED);
    assert_int_equal(state_of(rollout, 2, 0), JOB_SKIPPED);
    /* Passing a step is no beginning: only two places are taken. */
    assert_int_equal(begin_all(rollout), 2);
    assert_int_equal(state_of(rollout, 2, 1), JOB_WAITING);
    rollout_ended(rollout, 0, 0, 7);
    assert_int_equal(begin_all(rollout), 1);
    rollout_ended(rollout, 1, 0, 8);
    rollout_ended(rollout, 2, 0, 8);
    assert_true(rollout_all_ok(rollout));
    free(rollout);
}

/* Those who come to the step early wait; those who come later pass it. */
static void test_once_later(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&once_later, 3, 2);

    begin_all(rollout);
    rollout_ended(rollout, 1, 0, 6);
    assert_int_equal(rollout_next(rollout), -1);
    rollout_ended(rollout, 0, 0, 7);
    assert_int_equal(rollout_next(rollout), 0);
    begin_all(rollout);
    assert_int_equal(state_of(rollout, 1, 1), JOB_WAITING);
    rollout_ended(rollout, 0, 0, 8);
    assert_int_equal(state_of(rollout, 1, 1), JOB_SKIPPED);
    assert_int_equal(begin_all(rollout), 2);
    rollout_ended(rollout, 0, 0, 9);
    rollout_ended(rollout, 1, 0, 9);
    begin_all(rollout);
    rollout_ended(rollout, 2, 0, 10);
    assert_int_equal(state_of(rollout, 2, 1), JOB_SKIPPED);
    begin_all(rollout);
    rollout_ended(rollout, 2, 0, 11);
    assert_true(rollout_all_ok(rollout));
    free(rollout);
}

static void test_once_fails(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&once_first, 3, 3);

    begin_all(rollout);
    rollout_ended(rollout, 0, 1, 6);
    assert_int_equal(state_of(rollout, 1, 0), JOB_WAITING);
    assert_true(rollout_is_at_rest(rollout));
    assert_int_equal(rollout_first_bad(rollout), 0);
    free(rollout);
}

static void test_diagnosis(void **state)
{
    (void)state;
    struct rollout *rollout = rollout_of(&diagnosing, 2, 2);

    assert_int_equal(rollout->step_count, 2);
    assert_false(rollout_open_diagnosis(rollout, &diagnosing));
    for (int step = 0; step < 2; step++) {
        begin_all(rollout);
        rollout_ended(rollout, 0, 0, 6);
        rollout_ended(rollout, 1, 0, 6);
    }
    assert_true(rollout_all_ok(rollout));
    assert_true(rollout_open_diagnosis(rollout, &diagnosing));
    assert_int_equal(rollout_next(rollout), -1);
    rollout_begin(rollout, 1, 20);
    assert_false(rollout_is_at_rest(rollout));
    rollout_ended(rollout, 1, 0, 21);
    assert_true(rollout_is_at_rest(rollout));
    free(rollout);
}

static void test_states(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        enum job_state state;  const char *name;  bool open;  bool ended;
    } cases[] = {
        {JOB_WAITING,          "waiting",         false,      false},
        {JOB_STARTING,         "starting",        true,       false},
        {JOB_RUNNING,          "running",         true,       false},
        {JOB_CUT,              "cut off",         true,       false},
        {JOB_CANCELLED,        "cancelled",       false,      true },
        {JOB_OK,               "ok",              false,      true },
        {JOB_FAILED,           "failed",          false,      true },
        {JOB_LOST,             "lost",            false,      true },
        {JOB_SKIPPED,          "skipped",         false,      true },
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_string_equal(job_state_name(cases[i].state), cases[i].name);
        assert_int_equal(job_is_open(cases[i].state), cases[i].open);
        assert_int_equal(job_is_ended(cases[i].state), cases[i].ended);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_nothing_to_do_is_not_ok),
        cmocka_unit_test(test_parallel),
        cmocka_unit_test(test_all_the_way),
        cmocka_unit_test(test_failure_stops),
        cmocka_unit_test(test_lost_is_never_ok),
        cmocka_unit_test(test_late_words),
        cmocka_unit_test(test_cut_line),
        cmocka_unit_test(test_cut_for_too_long),
        cmocka_unit_test(test_start_taken_back),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_once_first),
        cmocka_unit_test(test_once_later),
        cmocka_unit_test(test_once_fails),
        cmocka_unit_test(test_diagnosis),
        cmocka_unit_test(test_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
