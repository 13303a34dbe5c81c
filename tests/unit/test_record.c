#include "core/record.h"

#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

static int setup(void **state)
{
    *state = good_model_new();
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void assert_json(const struct record *record, const char *expected)
{
    char text[2048];
    struct str out = str_on(text, sizeof text);
    struct json_out json = json_out_on(&out);

    json_object_open(&json, NULL);
    record_write(record, &json);
    json_object_close(&json);
    assert_string_equal(text, expected);
}

#define OF_RUN "\"run\":\"20261123T182622Z-7f3a\","
#define AT_SWITCH_GATE OF_RUN "\"state\":\"switch gate\","
#define PAIR ",\"epoch\":3,\"seq\":8"
#define BRINGS ",\"sha\":\"" GOOD_SHA "\",\"release\":\"20261123T182622Z-4e2b9d0\""

static void test_names(void **state)
{
    (void)state;
    for (enum record_type type = 0; type < RECORD_TYPE_COUNT; type++) {
        enum record_type found = RECORD_TYPE_COUNT;
        assert_true(record_type_from_name(record_type_name(type), &found));
        assert_int_equal(found, type);
    }
    enum record_type none;
    assert_false(record_type_from_name("", &none));
    assert_false(record_type_from_name("runs", &none));
}

static void test_intents(void **state)
{
    struct good_model *good = *state;
    struct effect effect = {.type = FX_JOB_START, .host = GOOD_GREEN_2, .step = 1};
    struct record record;

    assert_true(record_of_effect(&good->model, &effect, &record));
    assert_int_equal(record.mono_ms, GOOD_NOW);
    assert_int_equal(record.wall_ms, good->model.now.wall_ms);
    assert_int_equal(record.rc, -1);
    assert_json(
        &record,
        "{\"type\":\"intent\"," AT_SWITCH_GATE
        "\"what\":\"job start\",\"host\":\"web-green-2\",\"step\":\"build\"" PAIR "}");

    effect = (struct effect){.type = FX_CHANGE, .host = GOOD_BALANCER, .step = -1};
    good->model.run.change = (struct change){
        .kind = CHANGE_SWITCH, .from = SHARE_BLUE, .to = SHARE_GREEN, .nonce = "n-8"};
    assert_true(record_of_effect(&good->model, &effect, &record));
    assert_json(&record, "{\"type\":\"intent\"," AT_SWITCH_GATE
                         "\"what\":\"switch\",\"host\":\"lb-1\"" PAIR
                         ",\"from\":0,\"to\":100,\"nonce\":\"n-8\"}");
}

/* A question that changes nothing is no record. */
static void test_mere_questions(void **state)
{
    struct good_model *good = *state;
    /* clang-format off */
    static const enum effect_type questions[] = {
        FX_LIST_FLEET, FX_WATCH_BALANCER, FX_ASK_BALANCER, FX_ASK_HOST, FX_RESOLVE, FX_PROBE,
        FX_JOB_FOLLOW,
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(questions); i++) {
        struct effect effect = {.type = questions[i], .host = -1, .step = -1};
        struct record record;
        assert_false(record_of_effect(&good->model, &effect, &record));
    }
}

static void test_states(void **state)
{
    struct good_model *good = *state;
    struct model *model = &good->model;
    struct effect effect = {.type = FX_NOTE, .host = -1, .step = -1};
    struct record record;

    effect.state = RUN_PREFLIGHT;
    assert_true(record_of_effect(model, &effect, &record));
    assert_json(&record, "{\"type\":\"run\"," OF_RUN
                         "\"state\":\"preflight\",\"what\":\"deploy\"" PAIR
                         ",\"text\":\"main\"}");

    effect.state = RUN_VERIFYING; /* the run itself has gone on in the same turn */
    str_copy(effect.note, sizeof effect.note, "all hosts deployed: deploying -> ...");
    assert_true(record_of_effect(model, &effect, &record));
    assert_json(&record, "{\"type\":\"state\"," OF_RUN
                         "\"state\":\"verifying\",\"what\":\"green\"" PAIR BRINGS
                         ",\"text\":\"all hosts deployed: deploying -> ...\"}");

    effect.state = RUN_DONE;
    str_copy(model->run.reason, RUN_REASON_MAX, "green is live");
    model->run.receipt = (struct receipt){.verdict = RECEIPT_CLEAN,
                                          .pid = 4711,
                                          .begin_ms = 1000,
                                          .end_ms = 61000,
                                          .requests = {12, 34}};
    assert_true(record_of_effect(model, &effect, &record));
    assert_json(&record,
                "{\"type\":\"end\"," OF_RUN
                "\"state\":\"done\",\"what\":\"green\"" PAIR BRINGS
                ",\"text\":\"green is live; receipt clean: 12 requests blue, 34 green, "
                "failed 0, app 5xx 0, worker 4711, 01:00 window\"}");

    model->run.reason[0] = '\0';
    assert_true(record_of_effect(model, &effect, &record));
    assert_true(str_starts(record.text, "receipt clean: 12 requests"));

    effect.state = RUN_NONE;
    str_copy(effect.note, sizeof effect.note, "a word");
    assert_true(record_of_effect(model, &effect, &record));
    assert_json(&record, "{\"type\":\"note\"," AT_SWITCH_GATE "\"what\":\"note\"" PAIR
                         ",\"text\":\"a word\"}");
}

static void test_results(void **state)
{
    struct good_model *good = *state;
    struct record record;
    struct event event = {
        .type = EV_JOB_ENDED, .ticket.run = 42, .host = GOOD_GREEN_1, .job.rc = 0};

    assert_true(record_of_event(&good->model, &event, &record));
    assert_json(&record, "{\"type\":\"result\"," AT_SWITCH_GATE
                         "\"what\":\"job ended\",\"host\":\"web-green-1\","
                         "\"step\":\"fetch\"" PAIR ",\"rc\":0}");

    event = (struct event){.type = EV_CHANGE_ANSWERED,
                           .ticket.run = 42,
                           .host = GOOD_BALANCER,
                           .step = -1,
                           .answer = {.ok = true, .code = "ok", .took_us = 120}};
    assert_true(record_of_event(&good->model, &event, &record));
    assert_string_equal(record.what, "change answered");
    assert_string_equal(record.text, "ok, took 120 us");
    event.answer.ok = false;
    event.answer.code = "not_ready";
    event.answer.message = "green/web-green-1 is DOWN";
    assert_true(record_of_event(&good->model, &event, &record));
    assert_string_equal(record.text, "not_ready: green/web-green-1 is DOWN");

    event.ticket.run = 41; /* of a run that is past */
    assert_false(record_of_event(&good->model, &event, &record));

    event = (struct event){.type = EV_CHANGE_SILENT,
                           .ticket.run = 42,
                           .host = GOOD_BALANCER,
                           .step = -1,
                           .failure = {ERR_LOST, "lb-1: the line dropped"}};
    assert_true(record_of_event(&good->model, &event, &record));
    assert_string_equal(record.text, "lb-1: the line dropped");

    event = (struct event){.type = EV_INTENT,
                           .host = -1,
                           .step = -1,
                           .intent = {.kind = INTENT_DEPLOY, .ref = "release-2"}};
    assert_true(record_of_event(&good->model, &event, &record));
    assert_int_equal(record.type, RECORD_NOTE);
    assert_string_equal(record.text, "the operator wants: deploy release-2");

    event = (struct event){.type = EV_RESOLVED,
                           .ticket.run = 42,
                           .host = GOOD_BLUE_1,
                           .step = 2, /* the recipe has no such */
                           .sha = GOOD_SHA};
    assert_true(record_of_event(&good->model, &event, &record));
    assert_string_equal(record.text, GOOD_SHA);
    assert_string_equal(record.host, "web-blue-1");
    assert_string_equal(record.step, "");
    event.type = EV_JOB_RUNNING;
    event.host = good->model.fleet.count; /* nor the fleet such a host */
    assert_true(record_of_event(&good->model, &event, &record));
    assert_string_equal(record.host, "");

    event = (struct event){.type = EV_TICK, .host = -1, .step = -1};
    assert_false(record_of_event(&good->model, &event, &record));
}

/* Only a probe that changed the verdict is worth a line. */
static void test_probes(void **state)
{
    struct good_model *good = *state;
    struct host *host = &good->model.fleet.hosts[GOOD_GREEN_1];
    struct probe_result result = {.reason = PROBE_STATUS, .detail = "schema is 41"};
    struct event event = {
        .type = EV_PROBED, .host = GOOD_GREEN_1, .step = -1, .probe = &result};
    struct record record;

    host->health.state = HEALTH_SICK;
    host->health.since_ms = GOOD_NOW - 1;
    assert_false(record_of_event(&good->model, &event, &record));
    host->health.since_ms = GOOD_NOW;
    assert_true(record_of_event(&good->model, &event, &record));
    assert_string_equal(record.text,
                        "sick: another status than expected: schema is 41");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup_teardown(test_intents, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mere_questions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_states, setup, teardown),
        cmocka_unit_test_setup_teardown(test_results, setup, teardown),
        cmocka_unit_test_setup_teardown(test_probes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
