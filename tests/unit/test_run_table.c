#include "core/run_table.h"

#include "lib/good_model.h"
#include "lib/scratch.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A core in which all is well, and a copy to see what was changed. */
struct bench {
    struct good_model *good;
    struct core core;
    struct effects effects;
    struct run before;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct policy policy = {.yes = false};

    assert_non_null(bench);
    bench->good = good_model_new();
    core_init(&bench->core, &bench->good->settings, &bench->good->recipe, policy, 0);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    free(bench->good);
    free(bench);
    return 0;
}

static void put(struct bench *bench, enum run_state run_state, enum run_kind kind)
{
    bench->core.model = bench->good->model;
    bench->core.model.run.state = run_state;
    bench->core.model.run.stage = run_stage(run_state);
    bench->core.model.run.kind = kind;
    bench->effects.count = 0;
    bench->before = bench->core.model.run;
}

/* The first row for this state and input whose guard says yes; NULL: none. */
static const struct run_row *row_for(struct bench *bench, enum run_input input)
{
    const struct model *model = &bench->core.model;
    size_t count;
    const struct run_row *rows = run_rows(&count);

    for (size_t i = 0; i < count; i++) {
        struct why why = {.count = 0};
        if (rows[i].what != input || !(rows[i].where & IN_STATE(model->run.state)))
            continue;
        rows[i].guard(model, &why);
        if (why.count == 0)
            return &rows[i];
    }
    return NULL;
}

static void try_input(struct bench *bench, enum run_input input)
{
    const struct run *run = &bench->core.model.run;
    const struct run_row *row = row_for(bench, input);
    struct why why;
    bool taken = run_take(&bench->core, input, &bench->effects, &why);

    assert_int_equal(taken, row != NULL);
    if (row != NULL) {
        assert_int_equal(run->state,
                         row->to == RUN_STAYS ? bench->before.state : row->to);
        assert_true(run->state == bench->before.state || run->cause == input);
        return;
    }
    assert_true(why.count > 0);
    assert_int_equal(bench->effects.count, 0);
    assert_memory_equal(run, &bench->before, sizeof *run);
}

/* Each state with each input: a row is taken, or nothing is changed and words say why.
 */
static void test_states_and_inputs(void **state)
{
    struct bench *bench = *state;

    for (enum run_kind kind = 0; kind < RUN_KIND_COUNT; kind++) {
        for (enum run_state at = 0; at < RUN_STATE_COUNT; at++) {
            for (enum run_input input = 0; input < RUN_INPUT_COUNT; input++) {
                put(bench, at, kind);
                try_input(bench, input);
            }
        }
    }
}

static bool has_row(enum run_state at, enum run_input input)
{
    size_t count;
    const struct run_row *rows = run_rows(&count);

    for (size_t i = 0; i < count; i++) {
        if (rows[i].where & IN_STATE(at) && rows[i].what == input)
            return true;
    }
    return false;
}

static bool leads_out(enum run_state at)
{
    size_t count;
    const struct run_row *rows = run_rows(&count);

    for (size_t i = 0; i < count; i++) {
        if (rows[i].where & IN_STATE(at) && rows[i].to != at)
            return true;
    }
    return false;
}

/* The one state whose time is kept elsewhere: by the hosts, in the limits of each step.
 */
static bool keeps_its_own_time(enum run_state at)
{
    return at == RUN_DEPLOYING;
}

/* What the judge makes of a deadline, where it is not that it passed. */
static bool has_end(enum run_state at)
{
    return has_row(at, IN_LATE) || has_row(at, IN_HOLD_ENDED) ||
           has_row(at, IN_WINDOW_CLEAN);
}

static void test_no_state_is_for_ever(void **state)
{
    struct bench *bench = *state;

    for (enum run_state at = 0; at < RUN_STATE_COUNT; at++) {
        assert_true(leads_out(at));
        if (!run_is_open(at)) {
            assert_int_equal(run_limit_ms(&bench->core, at), 0);
            assert_true(has_row(at, IN_DEPLOY) && has_row(at, IN_ROLLBACK));
        } else if (keeps_its_own_time(at)) {
            assert_int_equal(run_limit_ms(&bench->core, at), 0);
            assert_true(strlen(run_limit_words(at)) > 0);
        } else {
            assert_true(run_limit_ms(&bench->core, at) > 0);
            assert_true(strlen(run_limit_words(at)) > 0);
            assert_true(has_end(at));
        }
    }
}

/* Each row can be reached: none before it for the same state and input always holds. */
static void test_no_row_is_hidden(void **state)
{
    size_t count;
    const struct run_row *rows = run_rows(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        uint32_t left = rows[i].where;
        for (size_t earlier = 0; earlier < i; earlier++) {
            if (rows[earlier].what == rows[i].what &&
                strlen(run_guard_words(rows[earlier].guard)) == 0)
                left &= ~rows[earlier].where;
        }
        assert_true(left != 0);
        assert_string_not_equal(run_guard_words(rows[i].guard), "?");
    }
}

/* Traffic moves from one gate alone, and what leads there has passed verify; further
 * steps of a canary follow a step. */
static void test_one_way_to_the_switch(void **state)
{
    const uint32_t further = IN_STATE(RUN_HOLDING) | IN_STATE(RUN_STEP_GATE);
    size_t count;
    const struct run_row *rows = run_rows(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].to == RUN_SWITCHING && rows[i].where != IN_STATE(RUN_SWITCHING)) {
            assert_int_equal(rows[i].where & ~(IN_STATE(RUN_SWITCH_GATE) | further), 0);
            assert_true(rows[i].guard == guard_target_ready ||
                        rows[i].guard == guard_steps_alone);
        }
        if (rows[i].to == RUN_SWITCH_GATE) {
            assert_int_equal(rows[i].where, IN_STATE(RUN_VERIFYING));
            assert_true(rows[i].guard == guard_target_ready);
        }
    }
}

static const char head[] =
    "# The run's machine\n"
    "\n"
    "A run is one attempt to bring a release to production, or to go back.\n"
    "What may happen next is one table, `src/core/run_table.c`; this page is made from "
    "it.\n"
    "\n"
    "A row holds when the run is at one of the states under *where*, *what happened* "
    "happens, and the *guard* gives no reason against it.\n"
    "The first row that holds is taken: the run goes to the state under *where to*, "
    "and "
    "then asks the world for *what we ask*.\n"
    "It may stay there for *how long*; then \"the deadline passed\" happens.\n"
    "Where no row holds nothing changes, and the operator reads why.\n"
    "\n";

/* docs/run-machine.md is what the table says; GENERATE=1 writes it anew. */
static void test_docs(void **state)
{
    static const char path[] = "docs/run-machine.md";
    enum { PAGE_MAX = 32 * 1024 };
    char *page = malloc(PAGE_MAX), *committed = malloc(PAGE_MAX);
    struct str out = str_on(page, PAGE_MAX);

    (void)state;
    str_add(&out, head);
    run_write_table(&out);
    assert_false(out.cut);
    if (getenv("GENERATE") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(page, file);
        fclose(file);
    }
    scratch_read(path, committed, PAGE_MAX);
    assert_string_equal(committed, page);
    free(page);
    free(committed);
}

/* The lease knows its holder by the run's id: consoles that begin in one second differ.
 */
static void test_id_of_its_own(void **state)
{
    struct bench *bench = *state;
    char ids[3][RUN_ID_MAX];
    struct why why;

    for (uint32_t i = 0; i < 3; i++) {
        put(bench, RUN_NONE, RUN_DEPLOY);
        bench->core.runs = 0;
        bench->core.salt = 0xfffeu + (i << 16);
        assert_true(run_take(&bench->core, IN_DEPLOY, &bench->effects, &why));
        str_copy(ids[i], RUN_ID_MAX, bench->core.model.run.id);
    }
    assert_string_not_equal(ids[0], ids[1]);
    assert_string_not_equal(ids[1], ids[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_id_of_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(test_states_and_inputs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_state_is_for_ever, setup, teardown),
        cmocka_unit_test(test_no_row_is_hidden),
        cmocka_unit_test(test_one_way_to_the_switch),
        cmocka_unit_test(test_docs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
