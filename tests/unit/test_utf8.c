#include "base/utf8.h"

#include "lib/test.h"

#include <string.h>

static void test_decode(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *name;         const char *bytes;       uint32_t character;  size_t taken;
    } cases[] = {
        {"ascii",                 "a",                     'a',                 1},
        {"two bytes",             "\xC3\xA9",              0xE9,                2},
        {"three bytes",           "\xE2\x9C\x93",          0x2713,              3},
        {"four bytes",            "\xF0\x9F\x98\x80",      0x1F600,             4},
        {"the last one",          "\xF4\x8F\xBF\xBF",      0x10FFFF,            4},
        {"above the last one",    "\xF4\x90\x80\x80",      UTF8_BAD,            1},
        {"overlong two",          "\xC0\x9B",              UTF8_BAD,            1},
        {"overlong three",        "\xE0\x9F\xBF",          UTF8_BAD,            1},
        {"overlong four",         "\xF0\x8F\xBF\xBF",      UTF8_BAD,            1},
        {"first surrogate",       "\xED\xA0\x80",          UTF8_BAD,            1},
        {"before the surrogates", "\xED\x9F\xBF",          0xD7FF,              3},
        {"a lone continuation",   "\x9B",                  UTF8_BAD,            1},
        {"cut after one",         "\xE2",                  UTF8_BAD,            1},
        {"cut after two",         "\xE2\x80",              UTF8_BAD,            1},
        {"broken at its end",     "\xE2\x80" "a",          UTF8_BAD,            1},
        {"never a lead",          "\xFF\xFE",              UTF8_BAD,            1},
        {"the real U+FFFD",       "\xEF\xBF\xBD",          UTF8_BAD,            3},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        uint32_t character;
        size_t taken = utf8_decode(cases[i].bytes, strlen(cases[i].bytes), &character);
        if (taken != cases[i].taken || character != cases[i].character)
            fail_msg("%s: U+%04X in %zu", cases[i].name, (unsigned)character, taken);
    }
}

static void test_encode_is_the_way_back(void **state)
{
    (void)state;
    for (uint32_t character = 0; character <= 0x10FFFF; character++) {
        if (character == 0xD800)
            character = 0xE000;
        char bytes[UTF8_BYTES_MAX];
        uint32_t again;
        size_t length = utf8_encode(character, bytes);
        assert_int_equal(utf8_decode(bytes, length, &again), length);
        assert_int_equal(again, character);
    }
}

static void test_width(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *name;       uint32_t character;  int width;
    } cases[] = {
        {"letter",              'a',                 1},
        {"e acute",             0xE9,                1},
        {"combining acute",     0x301,               0},
        {"enclosing circle",    0x20DD,              0},
        {"Hangul vowel",        0x1161,              0},
        {"box",                 0x2502,              1},
        {"block",               0x2588,              1},
        {"full circle",         0x25CF,              1},
        {"check mark",          0x2714,              1},
        {"half circle",         0x25D0,              1},
        {"CJK",                 0x4E2D,              2},
        {"fullwidth A",         0xFF21,              2},
        {"Hangul syllable",     0xAC00,              2},
        {"emoji",               0x1F600,             2},
        {"watch",               0x231A,              2},
        {"white check mark",    0x2705,              2},
        {"CJK of plane 2",      0x20000,             2},
        {"braille",             0x28FF,              1},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (utf8_width(cases[i].character) != cases[i].width)
            fail_msg("%s is not %d wide", cases[i].name, cases[i].width);
    assert_int_equal(utf8_text_width(""), 0);
    assert_int_equal(utf8_text_width("e\u0301 \u4E2D\u6587 ok"), 9);
}

static void test_seen(void **state)
{
    (void)state;
    static const uint32_t seen[] = {' ',    '~',   0xA0,    0x2502,
                                    0x4E2D, 0x301, 0x1F600, UTF8_BAD};
    static const uint32_t unseen[] = {
        0x00,   0x1B,   0x7F,   0x9B,   0xAD,    0x61C,   0x200B,
        0x200D, 0x200E, 0x2028, 0x202E, 0x2060,  0x2066,  0x3164,
        0xE000, 0xFE0F, 0xFEFF, 0xFFFF, 0x1FAE9, 0xE0041, 0x10FFFF,
    };
    for (size_t i = 0; i < LENGTH_OF(seen); i++)
        if (!utf8_is_seen(seen[i]))
            fail_msg("U+%04X has a look", (unsigned)seen[i]);
    for (size_t i = 0; i < LENGTH_OF(unseen); i++)
        if (utf8_is_seen(unseen[i]))
            fail_msg("U+%04X has no look", (unsigned)unseen[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_encode_is_the_way_back),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
