#include "net/receipt_read.h"

#include "core/receipt_json.h"
#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

/* What was written is read back. */
static void test_there_and_back(void **state)
{
    (void)state;
    static char text[RECEIPT_BODY_MAX];
    struct good_model *good = good_model_new();
    struct run *run = &good->model.run;
    struct str out = str_on(text, sizeof text);
    struct kept_receipt kept;
    struct err err;
    char wrote[200], read[200];

    run->receipt = (struct receipt){
        .verdict = RECEIPT_UNPROVEN,
        .reason = "no request came",
        .to = COLOUR_GREEN,
        .pid = 4711,
        .begin_ms = 1000,
        .end_ms = 32000,
        .requests = {1204, 3611},
        .failed = 3,
        .app_5xx = {1, 2},
        .server_aborts = 8,
        .switch_us = 900,
        .timing = {.resolution_ms = 5,
                   .first_new_us = 240,
                   .last_old_us = TIMING_NOT_SEEN},
    };
    receipt_write_body(run, &out);
    assert_true(receipt_read(text, out.length, &kept, &err));
    assert_string_equal(kept.run, run->id);
    assert_string_equal(kept.kind, "deploy");
    assert_string_equal(kept.sha, GOOD_SHA);
    assert_int_equal(kept.receipt.server_aborts, 8);
    assert_int_equal(kept.receipt.switch_us, 900);
    assert_int_equal(kept.receipt.timing.resolution_ms, 5);
    assert_int_equal(kept.receipt.timing.first_new_us, 240);
    assert_true(kept.receipt.timing.last_old_us == TIMING_NOT_SEEN);
    assert_int_equal(kept.receipt.to, COLOUR_GREEN);
    receipt_sentence(&run->receipt, wrote, sizeof wrote);
    receipt_sentence(&kept.receipt, read, sizeof read);
    assert_string_equal(read, wrote);
    free(good);
}

static void test_other_bytes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",     "{",
        "[]",   "{\"receipt\":{}}",
        "null", "{\"receipt\":{\"verdict\":\"clean\"}}"};
    struct kept_receipt kept;
    struct err err;

    for (size_t i = 0; i < LENGTH_OF(texts); i++)
        assert_false(receipt_read(texts[i], strlen(texts[i]), &kept, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_other_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
