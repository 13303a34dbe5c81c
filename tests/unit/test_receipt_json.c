#include "core/receipt_json.h"

#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

/* The shape is a contract: other consoles and scripts read it. */
static void test_body(void **state)
{
    (void)state;
    static char text[RECEIPT_BODY_MAX];
    struct good_model *good = good_model_new();
    struct run *run = &good->model.run;
    struct str out = str_on(text, sizeof text);

    run->state = RUN_DONE;
    run->begun_wall_ms = INT64_C(1795458182123);
    run->receipt = (struct receipt){
        .verdict = RECEIPT_CLEAN,
        .from = COLOUR_BLUE,
        .to = COLOUR_GREEN,
        .pid = 4711,
        .begin_ms = 1000,
        .end_ms = 32000,
        .requests = {1204, 3611},
        .app_5xx = {1, 2},
        .client_4xx = {3, 4},
        .retries = 5,
        .redispatches = 6,
        .client_aborts = 7,
        .server_aborts = 8,
        .own_requests = 9,
        .old_sessions = 10,
        .switch_us = 900,
        .timing = {.resolution_ms = 5,
                   .first_new_us = 240,
                   .last_old_us = TIMING_NOT_SEEN},
    };
    receipt_write_body(run, &out);
    assert_false(out.cut);
    assert_string_equal(
        text,
        "{\"version\":1,\"run\":\"20261123T182622Z-7f3a\",\"kind\":\"deploy\","
        "\"ref\":\"main\",\"sha\":\"" GOOD_SHA "\","
        "\"begun\":\"2026-11-23T18:23:02.123Z\",\"ended\":\"done\","
        "\"share_before\":0,\"share_after\":100,\"receipt\":{\"verdict\":\"clean\","
        "\"reason\":\"\",\"from\":\"blue\",\"to\":\"green\",\"failed\":0,"
        "\"blue\":{\"requests\":1204,\"app_5xx\":1,\"client_4xx\":3},"
        "\"green\":{\"requests\":3611,\"app_5xx\":2,\"client_4xx\":4},\"retries\":5,"
        "\"redispatches\":6,\"client_aborts\":7,\"server_aborts\":8,"
        "\"own_requests\":9,\"old_sessions\":10,\"switch_us\":900,"
        "\"timing\":{\"first_new_us\":240,\"last_old_us\":null,\"resolution_ms\":5},"
        "\"window_ms\":31000,\"worker_pid\":4711}}\n");
    free(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
