/* What is said to the helpers, and what they say: whole, in pieces of every size, and
 * with everything that is not the protocol. */

#include "net/helper_text.h"

#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- asking ---- */

static void test_request(void **state)
{
    char buffer[512];
    struct helper_request request;
    struct err err;
    (void)state;

    helper_request_begin(&request, buffer, sizeof buffer, "switch", "my-app");
    helper_request_add(&request, "run", "50 %\nof \x7fit");
    helper_request_number(&request, "epoch", 12);
    assert_true(helper_request_end(&request, NULL, 0, &err));
    assert_string_equal(request.text.at, "bgc 1\nverb=switch\nenv=my-app\n"
                                         "run=50 %25%0Aof %7Fit\nepoch=12\n\n");
}

static void test_request_with_body(void **state)
{
    char buffer[512];
    struct helper_request request;
    struct err err;
    (void)state;

    helper_request_begin_behind(&request, buffer, sizeof buffer, "1;\n__END__\n", 11,
                                "version", NULL);
    assert_true(helper_request_end(&request, "#!/bin/sh\n", 10, &err));
    assert_string_equal(request.text.at,
                        "1;\n__END__\nbgc 1\nverb=version\nbody=10\n\n#!/bin/sh\n");
}

static void test_request_too_large(void **state)
{
    enum { SIZE = 1024 * 1024 };
    char *buffer = malloc(SIZE), *value = malloc(SIZE);
    struct helper_request request;
    struct err err;
    (void)state;

    assert_non_null(buffer);
    assert_non_null(value);
    memset(value, 'x', SIZE);
    value[HELPER_LINE_MAX - 2] = '\0'; /* with "a=" just a line */
    helper_request_begin(&request, buffer, SIZE, "v", NULL);
    helper_request_add(&request, "a", value);
    assert_true(helper_request_end(&request, NULL, 0, &err));
    value[HELPER_LINE_MAX - 2] = 'x';
    value[HELPER_LINE_MAX - 1] = '\0';
    helper_request_begin(&request, buffer, SIZE, "v", NULL);
    helper_request_add(&request, "a", value);
    assert_false(helper_request_end(&request, NULL, 0, &err));
    assert_int_equal(err.code, ERR_LIMIT);

    helper_request_begin(&request, buffer, SIZE, "v", NULL);
    for (int i = 0; i < HELPER_LINES_MAX; i++)
        helper_request_number(&request, "a", i);
    assert_false(helper_request_end(&request, NULL, 0, &err));

    helper_request_begin(&request, buffer, 40, "v", "its-buffer-is-too-small-for-it");
    assert_false(helper_request_end(&request, NULL, 0, &err));
    helper_request_begin(&request, buffer, SIZE, "v", NULL);
    assert_false(helper_request_end(&request, value, HELPER_BODY_MAX + 1, &err));
    free(buffer);
    free(value);
}

/* ---- answered ---- */

/* Writes what the parser says of `text`, given in pieces of `piece` bytes: each line as
 * "key>value;", each block as "key@offset:bytes;", its end as "end>code;", nonsense as
 * "!words". */
static void parse(const char *text, size_t length, size_t piece, struct str *out)
{
    struct helper_answer answer;
    struct helper_item item;
    bool in_block = false;

    helper_answer_init(&answer);
    for (size_t at = 0; at < length;) {
        /* A copy of its own size, so that the sanitizer sees what reads too far. */
        size_t given = length - at < piece ? length - at : piece;
        char *bytes = malloc(given);
        assert_non_null(bytes);
        memcpy(bytes, text + at, given);
        size_t taken = helper_answer_take(&answer, bytes, given, &item);
        assert_in_range(taken, 1, given);
        at += taken;
        if (item.type == HELPER_LINE)
            str_addf(out, "%s>%s;", item.key, item.value);
        else if (item.type == HELPER_END)
            str_addf(out, "end>%s;", item.value);
        else if (item.type == HELPER_BAD)
            str_addf(out, "!%s", item.value);
        else if (item.type == HELPER_BLOCK) {
            if (!in_block)
                str_addf(out, "%s@%lld:", item.key, (long long)item.offset);
            str_add_bytes(out, item.bytes ? item.bytes : "", item.length);
            in_block = !item.is_last;
            if (item.is_last)
                str_add(out, ";");
        }
        free(bytes);
    }
}

#define NO_LINE                                                                        \
    "!a line is not key=value; do the login files of this user print something?"

/* clang-format off */
static const struct {
    const char *text;
    const char *wanted;
} answers[] = {
    {"end=ok\n",                              "end>ok;"},
    {"a=1\nb=two words\nend=ok\n",            "a>1;b>two words;end>ok;"},
    {"a=\nend=ok\n",                          "a>;end>ok;"},
    {"a=b=c\nend=ok\n",                       "a>b=c;end>ok;"},
    {"a=%25%0a%41\nend=ok\n",                 "a>%\nA;end>ok;"},
    {"message=no\nend=stale\n",               "message>no;end>stale;"},
    {"a=1\nend=ok",                           "a>1;"},                    /* cut off */
    {"log=7 5\nab\nc\n\nrc=0\nend=ok\n",      "log@7:ab\nc\n;rc>0;end>ok;"},
    {"log=0 0\n\nrc=0\n",                     "log@0:;rc>0;"},
    {"sample=3\nxyz\nat=5\n",                 "sample@0:xyz;at>5;"},
    {"receipt=4\n{\"\"}\nend=ok\n",           "receipt@0:{\"\"};end>ok;"},
    {"log=0 2\nab\nlog=2 1\nc\n",             "log@0:ab;log@2:c;"},
    {"end=ok\nmore=1\n",                      "end>ok;!something follows the end"},
    {"Welcome to Debian\n",                   NO_LINE},
    {"=1\n",                                  NO_LINE},
    {"a b=1\n",                               NO_LINE},
    {"a=%2\n",                                NO_LINE},
    {"a=%zz\n",                               NO_LINE},
    {"a=%00\n",                               NO_LINE},
    {"log=5\nabcde\n",                        "!a block has no valid length"},
    {"log=-1 5\nabcde\n",                     "!a block has no valid length"},
    {"log=0 99999999999\n",                   "!a block has no valid length"},
    {"sample=x\n",                            "!a block has no valid length"},
    {"sample=2\nabc\n",                       "sample@0:ab;!a block is longer than told"},
};
/* clang-format on */

static void test_answers(void **state)
{
    char got[4096];
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(answers); i++) {
        size_t length = strlen(answers[i].text);
        for (size_t piece = 1; piece <= length; piece++) {
            struct str out = str_on(got, sizeof got);
            parse(answers[i].text, length, piece, &out);
            if (strcmp(got, answers[i].wanted) != 0)
                fail_msg("row %zu by %zu: got \"%s\"", i, piece, got);
        }
    }
}

static void test_nul_in_a_line(void **state)
{
    char got[256];
    struct str out = str_on(got, sizeof got);
    (void)state;
    parse("a=1\0b\n", 6, 6, &out);
    assert_string_equal(got, "!a line holds a NUL");
}

static void test_long_lines(void **state)
{
    char text[HELPER_LINE_MAX + 2], got[HELPER_LINE_MAX + 64];
    struct str out = str_on(got, sizeof got);
    (void)state;

    memset(text, 'x', sizeof text);
    text[1] = '=';
    text[HELPER_LINE_MAX] = '\n';
    parse(text, HELPER_LINE_MAX + 1, 1000, &out);
    assert_int_equal(out.length, HELPER_LINE_MAX + 1); /* "x>...;" */
    str_clear(&out);
    text[HELPER_LINE_MAX] = 'x';
    text[HELPER_LINE_MAX + 1] = '\n';
    parse(text, HELPER_LINE_MAX + 2, 1000, &out);
    assert_string_equal(got, "!a line is longer than allowed");
}

/* Whatever comes, the parser takes it all and stays within its bounds. */
static void test_any_bytes(void **state)
{
    static const char alphabet[] = "ab=%0\n 5lognd";
    char text[200], got[4096];
    unsigned random = 12345;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct str out = str_on(got, sizeof got);
        for (size_t i = 0; i < sizeof text; i++) {
            random = random * 1103515245 + 12345;
            text[i] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
        }
        memcpy(text, round % 2 ? "log=0 50\n" : "sample=9\n", 9);
        parse(text, sizeof text, 1 + (size_t)round % 64, &out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_request_with_body),
        cmocka_unit_test(test_request_too_large),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_nul_in_a_line),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
