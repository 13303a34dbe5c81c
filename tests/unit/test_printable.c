#include "base/printable.h"

#include "base/utf8.h"
#include "lib/test.h"

#include <string.h>

/* What must come out of what a host may send; */
/* clang-format off */
static const struct {
    const char *name;              const char *bytes;                       const char *shown;
} cases[] = {
    {"plain",                      "Listening on 8080",                     "Listening on 8080"},
    {"UTF-8",                      "na\u00efve \u2713 \u4e2d",              "na\u00efve \u2713 \u4e2d"},
    {"colours",                    "\x1b[1;31mfailed\x1b[0m",               "failed"},
    {"clipboard",                  "a\x1b]52;c;cm0gLXJm\x07" "b",           "ab"},
    {"title and its report",       "\x1b]2;x\x1b\\\x1b[21tok",              "ok"},
    {"link over a line",           "\x1b]8;;http://a\nb\x1b\\link\x1b]8;;\x1b\\", "link"},
    {"DECRQSS",                    "\x1bP$qm\x1b\\ok",                      "ok"},
    {"user-defined keys",          "\x1bP0;1|17/6c73\x1b\\ok",              "ok"},
    {"sixel",                      "\x1bPq#0;2;0;0;0~~\x1b\\ok",            "ok"},
    {"kitty",                      "\x1b_Ga=T;AAAA\x1b\\ok",                "ok"},
    {"a file for iTerm2",          "\x1b]1337;File=name=eA==:AAAA\aok",     "ok"},
    {"modes",                      "\x1b[?2004h\x1b[?1049h\x1b[?1000hok",   "ok"},
    {"scroll region",              "\x1b[2;5rok",                           "ok"},
    {"full reset",                 "\x1b" "cok",                            "ok"},
    {"CSI, 8 bits",                "\xC2\x9B" "31mok",                      "ok"},
    {"CSI, raw byte",              "\x9B" "31mok",                          "\uFFFD31mok"},
    {"OSC, 8 bits",                "\xC2\x9D" "0;x\xC2\x9Cok",              "ok"},
    {"OSC without end",            "ok\x1b]0;title",                        "ok"},
    {"a lone ESC",                 "ok\x1b",                                "ok\u241B"},
    {"two ESC",                    "\x1b\x1b[31mok",                        "\u241Bok"},
    {"other C1",                   "a\xC2\x85z",                            "a<U+0085>z"},
    {"backspace",                  "ab\bc",                                 "ab\u2408c"},
    {"bell, DEL",                  "a\a\x7F",                               "a\u2407\u2421"},
    {"tab",                        "a\tb\t\tc",                             "a       b               c"},
    {"tab after a wide one",       "\u4e2d\tx",                             "\u4e2d      x"},
    {"newline",                    "two\nlines",                            "two lines"},
    {"overlong",                   "\xC0\x9Bx",                             "\uFFFD\uFFFDx"},
    {"surrogate",                  "\xED\xA0\x80x",                         "\uFFFD\uFFFD\uFFFDx"},
    {"cut off",                    "x\xE2\x80",                             "x\uFFFD\uFFFD"},
    {"cut off before a letter",    "\xE2\x80yes",                           "\uFFFD\uFFFDyes"},
    {"right to left",              "a\u202Eb\u2066c",                       "a<U+202E>b<U+2066>c"},
    {"zero width",                 "a\u200Bb\u200Dc\uFEFF",                 "a<U+200B>b<U+200D>c<U+FEFF>"},
    {"soft hyphen",                "a\u00ADb",                              "a<U+00AD>b"},
    {"separators",                 "a\u2028b\u2029",                        "a<U+2028>b<U+2029>"},
    {"tag characters",             "a\U000E0041",                           "a<U+E0041>"},
    {"private use",                "\uE000",                                "<U+E000>"},
    {"not a character",            "\xEF\xBF\xBF",                          "<U+FFFF>"},
    {"not assigned",               "\U0001FAE9",                            "<U+1FAE9>"},
    {"Hangul filler",              "a\u3164z",                              "a<U+3164>z"},
    {"emoji selector",             "\u2714\uFE0F ok",                       "\u2714 ok"},
    {"other selector",             "a\uFE00",                               "a<U+FE00>"},
    {"accents",                    "e\u0301\u0302",                         "e\u0301\u0302"},
    {"too many accents",           "e\u0301\u0301\u0301\u0301\u0301\u0301x", "e\u0301\u0301\u0301\u0301x"},
    {"an accent on nothing",       "\u0301x",                               "\u25CC\u0301x"},
    {"CRLF",                       "line\r",                                "line"},
    {"over the line",              "10 %\r100 %",                           "100 %"},
    {"a shorter one",              "Receiving\rdone",                       "doneiving"},
    {"erased, then shorter",       "Receiving\rdone\x1b[K",                 "done"},
    {"erased after the return",    "Receiving\r\x1b[2Kdone",                "done"},
    {"half of a wide one",         "\u4e2d\u6587\rabc",                     "abc "},
    {"accent of a covered one",    "e\u0301x\rA",                           "Ax"},
    {"many times over",            "aaaa\rbbb\rcc\rd",                      "dcba"},
};
/* clang-format on */

static void test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char shown[256];
        size_t length =
            printable_text(cases[i].bytes, strlen(cases[i].bytes), shown, sizeof shown);
        if (strcmp(shown, cases[i].shown) != 0 || length != strlen(shown))
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].name, shown, cases[i].shown);
    }
}

static void test_nul_is_shown(void **state)
{
    (void)state;
    char shown[16];
    printable_text("a\0b", 3, shown, sizeof shown);
    assert_string_equal(shown, "a\u2400b");
}

static void test_what_is_cut_is_marked(void **state)
{
    (void)state;
    char shown[9];
    assert_int_equal(printable_text("12345678", 8, shown, sizeof shown), 8);
    assert_string_equal(shown, "12345678");
    assert_int_equal(printable_text("123456789", 9, shown, sizeof shown), 8);
    assert_string_equal(shown, "12345...");
    printable_text("1234\u4e2d56789", 12, shown, sizeof shown);
    assert_string_equal(shown, "1234...");
    printable_text("123456789", 9, shown, 3);
    assert_string_equal(shown, "12");
}

/* Every payload, split in two at every byte, shows what it shows whole. */
static void test_stream_split_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *bytes = cases[i].bytes;
        size_t length = strlen(bytes);
        if (memchr(bytes, '\n', length) != NULL)
            continue;
        for (size_t split = 0; split <= length; split++) {
            struct printable_stream stream;
            char line[PRINTABLE_LINE_MAX];
            bool complete;
            printable_stream_init(&stream);
            assert_int_equal(
                printable_stream_take(&stream, bytes, split, line, &complete), split);
            assert_false(complete);
            printable_stream_take(&stream, bytes + split, length - split, line,
                                  &complete);
            assert_int_equal(printable_stream_take(&stream, "\nx", 2, line, &complete),
                             1);
            assert_true(complete);
            assert_string_equal(line, cases[i].shown);
        }
    }
}

static void test_stream_lines(void **state)
{
    (void)state;
    struct printable_stream stream;
    char line[PRINTABLE_LINE_MAX];
    bool complete;
    const char *bytes = "one\n\ntwo\r\nthree";
    const char *expected[] = {"one", "", "two"};
    printable_stream_init(&stream);
    for (size_t i = 0; i < LENGTH_OF(expected); i++) {
        bytes += printable_stream_take(&stream, bytes, strlen(bytes), line, &complete);
        assert_true(complete);
        assert_string_equal(line, expected[i]);
    }
    printable_stream_take(&stream, bytes, strlen(bytes), line, &complete);
    assert_false(complete);
    assert_true(printable_stream_rest(&stream, line));
    assert_string_equal(line, "three");
    assert_false(printable_stream_rest(&stream, line));
}

/* A sequence that a host never ends costs its own line, not the next one. */
static void test_stream_after_a_flood(void **state)
{
    (void)state;
    static char flood[1024 * 1024];
    memset(flood, 'x', sizeof flood);
    memcpy(flood, "\x1b]0;", 4);
    struct printable_stream stream;
    char line[PRINTABLE_LINE_MAX];
    bool complete;
    printable_stream_init(&stream);
    assert_int_equal(
        printable_stream_take(&stream, flood, sizeof flood, line, &complete),
        sizeof flood);
    printable_stream_take(&stream, "\n", 1, line, &complete);
    assert_true(complete);
    assert_string_equal(line, "...");
    printable_stream_take(&stream, "next\n", 5, line, &complete);
    assert_string_equal(line, "next");
}

static void test_stream_marks_a_long_line(void **state)
{
    (void)state;
    static char text[PRINTABLE_LINE_MAX * 2];
    memset(text, 'x', sizeof text);
    struct printable_stream stream;
    char line[PRINTABLE_LINE_MAX];
    bool complete;
    printable_stream_init(&stream);
    printable_stream_take(&stream, text, sizeof text, line, &complete);
    printable_stream_take(&stream, "\n", 1, line, &complete);
    assert_int_equal(strlen(line), PRINTABLE_LINE_MAX - 1);
    assert_string_equal(line + PRINTABLE_LINE_MAX - 5, "x...");
}

/* A progress bar that never ends its line is shown as it stands last. */
static void test_stream_of_a_progress_bar(void **state)
{
    (void)state;
    struct printable_stream stream;
    char line[PRINTABLE_LINE_MAX];
    bool complete;
    printable_stream_init(&stream);
    for (int i = 0; i < 1000; i++)
        printable_stream_take(&stream, "\rReceiving objects: 10 %", 24, line,
                              &complete);
    printable_stream_take(&stream, "\rReceiving objects: 99 %\n", 25, line, &complete);
    assert_true(complete);
    assert_string_equal(line, "Receiving objects: 99 %");
}

/* xorshift32: the same bytes in each run, so that a failure comes again. */
static uint32_t random_next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Bytes that mean something come more often than others. */
static char random_byte(uint32_t *seed)
{
    static const char meaningful[] =
        "\x1b\x1b[]P_^X\\0;1mK\a\b\t\r\n\xC2\x9B\x9C\xE2\x80\xAE"
        "\xCC\x81\xE4\xB8\xAD\xF0\x9F\x98\x80\xEF\xB8\x8F";
    uint32_t random = random_next(seed);
    if (random % 4 == 0)
        return (char)(random >> 8);
    return meaningful[(random >> 8) % (sizeof meaningful - 1)];
}

static void assert_printable(const char *shown, size_t length)
{
    while (length > 0) {
        uint32_t character;
        size_t taken = utf8_decode(shown, length, &character);
        assert_true(utf8_is_seen(character));
        assert_false(character == UTF8_BAD && taken == 1);
        shown += taken;
        length -= taken;
    }
}

/* Whatever comes in, what comes out can be shown, and is left alone the next time. */
static void test_any_bytes(void **state)
{
    (void)state;
    uint32_t seed = 20261123;
    for (int round = 0; round < 20000; round++) {
        char bytes[48], shown[512], again[512];
        size_t length = random_next(&seed) % sizeof bytes;
        for (size_t i = 0; i < length; i++)
            bytes[i] = random_byte(&seed);
        size_t size = round % 2 == 0 ? sizeof shown : 1 + random_next(&seed) % 40;
        size_t shown_length = printable_text(bytes, length, shown, size);
        assert_true(shown_length < size);
        assert_int_equal(shown_length, strlen(shown));
        assert_printable(shown, shown_length);
        printable_text(shown, shown_length, again, sizeof again);
        assert_string_equal(again, shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_nul_is_shown),
        cmocka_unit_test(test_what_is_cut_is_marked),
        cmocka_unit_test(test_stream_split_anywhere),
        cmocka_unit_test(test_stream_lines),
        cmocka_unit_test(test_stream_after_a_flood),
        cmocka_unit_test(test_stream_marks_a_long_line),
        cmocka_unit_test(test_stream_of_a_progress_bar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
