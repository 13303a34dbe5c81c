/* What records leave of a run: told line by line. */

#include "core/remains.h"

#include "base/str.h"
#include "core/record.h"
#include "lib/test.h"

#include <string.h>

enum { TALE_MAX = 32 };

struct tale {
    size_t count;
    struct record records[TALE_MAX];
    struct recipe recipe;
    struct remains remains;
};

static struct record *tell(struct tale *tale, enum record_type type, const char *state,
                           const char *what)
{
    struct record *record = &tale->records[tale->count++];

    *record = (struct record){.type = type, .rc = -1, .epoch = 4};
    str_copy(record->run, sizeof record->run, "20261123T182302Z-7f3a");
    str_copy(record->state, sizeof record->state, state);
    str_copy(record->what, sizeof record->what, what);
    return record;
}

static void tell_switch(struct tale *tale, int from, int to, const char *nonce)
{
    struct record *record = tell(tale, RECORD_INTENT, "switching", "switch");

    record->from = from;
    record->to = to;
    str_copy(record->nonce, sizeof record->nonce, nonce);
}

static struct record *tell_job(struct tale *tale, enum record_type type,
                               const char *what, const char *step)
{
    struct record *record = tell(tale, type, "deploying", what);

    str_copy(record->host, sizeof record->host, "web-green-1");
    str_copy(record->step, sizeof record->step, step);
    return record;
}

static void begin(struct tale *tale)
{
    memset(tale, 0, sizeof *tale);
    tale->recipe.step_count = 2;
    str_copy(tale->recipe.steps[0].name, RECIPE_NAME_MAX, "fetch");
    str_copy(tale->recipe.steps[1].name, RECIPE_NAME_MAX, "build");
    str_copy(tell(tale, RECORD_RUN, "preflight", "deploy")->text, 16, "release-2");
}

static const struct remains *read_tale(struct tale *tale)
{
    assert_true(
        remains_read(tale->records, tale->count, &tale->recipe, &tale->remains));
    return &tale->remains;
}

static void test_beginning(void **state)
{
    struct tale tale;

    (void)state;
    begin(&tale);
    const struct remains *remains = read_tale(&tale);
    assert_int_equal(remains->kind, RUN_DEPLOY);
    assert_int_equal(remains->state, RUN_PREFLIGHT);
    assert_string_equal(remains->ref, "release-2");
    assert_false(remains->target_known);
    assert_false(remains_read(tale.records, 0, &tale.recipe, &tale.remains));
}

static void test_jobs(void **state)
{
    struct tale tale;

    (void)state;
    begin(&tale);
    tell(&tale, RECORD_STATE, "deploying", "green");
    tell_job(&tale, RECORD_INTENT, "job start", "fetch");
    tell_job(&tale, RECORD_RESULT, "job running", "fetch");
    tell_job(&tale, RECORD_RESULT, "job ended", "fetch")->rc = 0;
    tell_job(&tale, RECORD_INTENT, "job start", "build");
    tell_job(&tale, RECORD_INTENT, "job start", "no step of ours");
    const struct remains *remains = read_tale(&tale);
    const struct remains_host *host = remains_host_find(remains, "web-green-1");
    assert_non_null(host);
    assert_int_equal(host->jobs[0].end, KNOWN_ENDED);
    assert_int_equal(host->jobs[0].rc, 0);
    assert_int_equal(host->jobs[1].end, KNOWN_ASKED);
    assert_null(remains_host_find(remains, "web-green-2"));
    assert_int_equal(remains->target, COLOUR_GREEN);
}

/* It entered the state, and the load balancer was not asked: nothing is on its way. */
static void test_change_that_was_not_asked_for(void **state)
{
    struct tale tale;

    (void)state;
    begin(&tale);
    tell(&tale, RECORD_STATE, "switch gate", "green");
    tell(&tale, RECORD_STATE, "switching", "green");
    assert_int_equal(read_tale(&tale)->state, RUN_SWITCH_GATE);
    assert_false(tale.remains.switched);
    tell_switch(&tale, 0, 5, "n-1");
    assert_int_equal(read_tale(&tale)->state, RUN_SWITCHING);
    assert_true(tale.remains.switched);
    assert_string_equal(tale.remains.nonce, "n-1");
}

/* The share before the run is that of the first step, whatever follows. */
static void test_canary(void **state)
{
    struct tale tale;

    (void)state;
    begin(&tale);
    tell(&tale, RECORD_STATE, "switching", "green");
    tell_switch(&tale, 0, 5, "n-1");
    tell(&tale, RECORD_STATE, "canary hold", "green");
    tell(&tale, RECORD_STATE, "switching", "green");
    tell_switch(&tale, 5, 50, "n-2");
    assert_int_equal(read_tale(&tale)->share_before, 0);
    assert_int_equal(tale.remains.share_after, 50);
    assert_int_equal(tale.remains.made_epoch, 4);
    tell(&tale, RECORD_STATE, "canary gate", "green"); /* it was refused */
    assert_int_equal(read_tale(&tale)->share_after, 5);
}

/* Who tried to go on and could not has not moved it, and has not ended it. */
static void test_resume_leaves_it(void **state)
{
    struct tale tale;

    (void)state;
    begin(&tale);
    tell(&tale, RECORD_STATE, "watching", "green");
    tell(&tale, RECORD_RESUME, "preflight", "green");
    tell(&tale, RECORD_NOTE, "unknown", "note");
    assert_int_equal(read_tale(&tale)->state, RUN_WATCHING);
    assert_false(tale.remains.ended);
    tell(&tale, RECORD_END, "done", "green");
    assert_true(read_tale(&tale)->ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beginning),
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_change_that_was_not_asked_for),
        cmocka_unit_test(test_canary),
        cmocka_unit_test(test_resume_leaves_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
