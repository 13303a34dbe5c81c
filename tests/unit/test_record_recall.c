#include "core/record.h"

#include "base/str.h"
#include "lib/test.h"

#include <stdio.h>
#include <string.h>

enum { TALE_MAX = 64 };

/* A journal, told line by line. */
struct tale {
    size_t count;
    struct record records[TALE_MAX];
};

static void tell(struct tale *tale, enum record_type type, const char *state,
                 const char *what, const char *host, const char *step, const char *text)
{
    struct record *record = &tale->records[tale->count];

    memset(record, 0, sizeof *record);
    record->type = type;
    record->wall_ms = INT64_C(1795458182123) + (int64_t)tale->count * 1000;
    record->rc = -1;
    str_copy(record->run, sizeof record->run, "20261123T182302Z-7f3a");
    str_copy(record->state, sizeof record->state, state);
    str_copy(record->what, sizeof record->what, what);
    str_copy(record->host, sizeof record->host, host);
    str_copy(record->step, sizeof record->step, step);
    str_copy(record->text, sizeof record->text, text);
    tale->count++;
}

static void begin(struct tale *tale)
{
    tale->count = 0;
    tell(tale, RECORD_RUN, "preflight", "deploy", "", "", "release-2");
    tell(tale, RECORD_STATE, "deploying", "green", "", "", "");
}

static void assert_recall(const struct tale *tale, int count,
                          const char *const expected[])
{
    char lines[RECALL_LINES][RECALL_LINE_MAX];
    int said = record_recall(tale->records, tale->count, lines);

    for (int i = 0; i < said && i < count; i++)
        assert_string_equal(lines[i], expected[i]);
    assert_int_equal(said, count);
}

#define CUT_OFF "run 20261123T182302Z-7f3a, deploy release-2 to green, was cut off at "

static void test_nothing_to_say(void **state)
{
    (void)state;
    struct tale tale = {.count = 0};

    assert_recall(&tale, 0, NULL);
    begin(&tale);
    tell(&tale, RECORD_INTENT, "deploying", "job start", "web-green-1", "build", "");
    tell(&tale, RECORD_END, "unknown", "green", "", "", "the hosts do not answer");
    assert_recall(&tale, 0, NULL);
    tell(&tale, RECORD_RESULT, "unknown", "job cut off", "web-green-1", "build", "");
    assert_recall(&tale, 0, NULL);
}

static void test_jobs(void **state)
{
    (void)state;
    struct tale tale;

    begin(&tale);
    for (int i = 1; i <= 4; i++) {
        char host[32];
        snprintf(host, sizeof host, "web-green-%d", i);
        tell(&tale, RECORD_INTENT, "deploying", "job start", host, "fetch", "");
    }
    tell(&tale, RECORD_RESULT, "deploying", "job running", "web-green-2", "fetch", "");
    tell(&tale, RECORD_RESULT, "deploying", "job running", "web-green-1", "fetch", "");
    tell(&tale, RECORD_RESULT, "deploying", "job ended", "web-green-1", "fetch", "");
    tell(&tale, RECORD_INTENT, "deploying", "job start", "web-green-1", "build", "");
    tell(&tale, RECORD_RESULT, "deploying", "job refused", "web-green-4", "fetch", "");
    tell(&tale, RECORD_RESULT, "deploying", "job cut off", "web-green-2", "fetch", "");
    assert_recall(
        &tale, 4,
        (const char *const[]){
            CUT_OFF "\"deploying\", 18:23:13 UTC",
            "web-green-2: fetch was started; its end is not in the journal: ask the "
            "host",
            "web-green-3: fetch was asked for; its end is not in the journal: ask the "
            "host",
            "web-green-1: build was asked for; its end is not in the journal: ask the "
            "host",
        });
}

static void test_switch(void **state)
{
    (void)state;
    struct tale tale;

    begin(&tale);
    tell(&tale, RECORD_STATE, "switching", "green", "", "", "");
    tell(&tale, RECORD_INTENT, "switching", "switch", "lb-1", "", "");
    tell(&tale, RECORD_RESULT, "switching", "switch not answered", "lb-1", "", "");
    assert_recall(&tale, 2,
                  (const char *const[]){
                      CUT_OFF "\"switching\", 18:23:06 UTC",
                      "the switch was asked for and its answer is not in the journal: "
                      "the load balancer tells what is true",
                  });
    tell(&tale, RECORD_RESULT, "watching", "change answered", "lb-1", "", "ok");
    assert_recall(&tale, 2,
                  (const char *const[]){
                      CUT_OFF "\"watching\", 18:23:07 UTC",
                      "the traffic was switched and not yet confirmed: unless "
                      "somebody took over, the load balancer takes it back at its "
                      "deadline",
                  });
}

static void test_more_than_fit(void **state)
{
    (void)state;
    struct tale tale;
    char lines[RECALL_LINES][RECALL_LINE_MAX];

    begin(&tale);
    for (int i = 0; i < 20; i++) {
        char host[32];
        snprintf(host, sizeof host, "web-%d", i);
        tell(&tale, RECORD_INTENT, "deploying", "job start", host, "fetch", "");
    }
    assert_int_equal(record_recall(tale.records, tale.count, lines), RECALL_LINES);
    assert_string_equal(lines[RECALL_LINES - 1],
                        "and 14 more jobs whose end is not in the journal");
}

/* The tail may begin in the middle of a run, and with the end of another. */
static void test_a_tail(void **state)
{
    (void)state;
    struct tale tale = {.count = 0};

    tell(&tale, RECORD_END, "done", "blue", "", "", "");
    str_copy(tale.records[0].run, RUN_ID_MAX, "another");
    tell(&tale, RECORD_INTENT, "verifying", "job start", "web-1", "smoke", "");
    str_copy(tale.records[1].run, RUN_ID_MAX, "another");
    tell(&tale, RECORD_INTENT, "switching", "switch", "lb-1", "", "");
    str_copy(tale.records[2].run, RUN_ID_MAX, "another");
    tell(&tale, RECORD_STATE, "switching", "blue", "", "", "");
    str_copy(tale.records[3].run, RUN_ID_MAX, "another");
    tell(&tale, RECORD_RESULT, "plan gate", "probed", "web-1", "", "");
    assert_recall(&tale, 1,
                  (const char *const[]){
                      "run 20261123T182302Z-7f3a was cut off at \"plan gate\", "
                      "18:23:06 UTC",
                  });
    tell(&tale, RECORD_STATE, "deploying", "green", "", "", "");
    assert_recall(&tale, 1,
                  (const char *const[]){
                      "run 20261123T182302Z-7f3a to green, was cut off at "
                      "\"deploying\", 18:23:07 UTC",
                  });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_to_say), cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_switch),         cmocka_unit_test(test_more_than_fit),
        cmocka_unit_test(test_a_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
