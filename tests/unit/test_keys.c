/* Bytes in, names of keys out: whole, split, late, hostile. */

#include "lib/test.h"

#include "ui/keys.h"

#include "base/str.h"

#include <string.h>

enum { T0 = 1000 };

static void add_key(struct str *out, struct key key)
{
    char name[KEY_NAME_MAX];
    key_text(key, name);
    str_addf(out, "%s%s%s", out->length > 0 ? " " : "", key.pasted ? "pasted:" : "",
             name);
}

/* The keys that `bytes` make, without waiting. */
static void expect(const char *bytes, const char *expected)
{
    struct keys keys;
    struct key key;
    char buffer[1024];
    struct str got = str_on(buffer, sizeof buffer);
    keys_init(&keys);
    assert_int_equal(keys_feed(&keys, bytes, strlen(bytes), T0), strlen(bytes));
    while (keys_next(&keys, T0, &key))
        add_key(&got, key);
    assert_string_equal(buffer, expected);
}

static void names_what_is_typed(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *names;
    } cases[] = {
        {"dR/?", "d R / ?"},
        {"\r\n\t\x7f\x08", "Enter Enter Tab Backspace Backspace"},
        {"\x03\x0c\x1a ", "Ctrl-C Ctrl-L Ctrl-Z Space"},
        {"é漢😀", "é 漢 😀"},
        {"\x1bx\x1bé", "Alt-x Alt-é"},
        {"\x1b[A\x1b[B\x1bOC\x1bOD\x1bOM", "Up Down Right Left Enter"},
        {"\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "Home End Home End Home End"},
        {"\x1b[5~\x1b[6~\x1b[2~\x1b[3~\x1b[Z", "PgUp PgDn Ins Del Shift-Tab"},
        {"\x1bOP\x1b[11~\x1b[[A\x1b[15~\x1b[24~", "F1 F1 F1 F5 F12"},
        {"\x1b[1;5A\x1b[1;3C\x1b[5;5~", "Ctrl-Up Alt-Right Ctrl-PgUp"},
    };
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        expect(cases[i].bytes, cases[i].names);
}

static void swallows_what_it_does_not_know(void **state)
{
    (void)state;
    expect("\x1b[?2004ha", "a");    /* a mode */
    expect("\x1b[<0;10;20Mb", "b"); /* a mouse: M must not be taken for Enter */
    expect("\x1b[?1;2c\x1b[?5A\x1b[>1~b", "b"); /* what terminal are you? */
    expect("\x1b[99~c\x1b[1;1Xd", "c d");
    expect("\xff\xc3(e", "( e"); /* not UTF-8 */
    expect("\xc2\x9b"
           "f",
           "f"); /* a C1 control */
    expect("\x1b[\x07"
           "g",
           "Ctrl-G g"); /* broken off */
    expect("\x1b[1111111111111111111111111111111111111111~h",
           "1 1 1 1 1 1 1 1 1 1 ~ h"); /* too long: no key of ours begins with ~ */
}

static void waits_for_the_rest(void **state)
{
    (void)state;
    struct keys keys;
    struct key key;
    static const char *const pieces[] = {"\x1b", "[", "1;", "5", "A"};
    keys_init(&keys);
    for (size_t i = 0; i < LENGTH_OF(pieces); i++) {
        assert_false(keys_next(&keys, T0, &key));
        keys_feed(&keys, pieces[i], strlen(pieces[i]), T0);
    }
    assert_true(keys_next(&keys, T0, &key));
    assert_int_equal(key.sym, KEYSYM_UP);
    assert_true(key.ctrl);
    assert_true(keys_timeout(&keys) == INT64_MAX);

    keys_feed(&keys, "\xe6\xbc", 2, T0);
    assert_false(keys_next(&keys, T0, &key));
    keys_feed(&keys, "\xa2", 1, T0);
    assert_true(keys_next(&keys, T0, &key));
    assert_int_equal(key.character, 0x6f22);
}

static void escape_is_a_key_after_a_while(void **state)
{
    (void)state;
    struct keys keys;
    struct key key;
    keys_init(&keys);
    keys_feed(&keys, "\x1b", 1, T0);
    assert_false(keys_next(&keys, T0 + KEYS_ESCAPE_MS - 1, &key));
    assert_true(keys_timeout(&keys) == T0 + KEYS_ESCAPE_MS);
    assert_true(keys_next(&keys, T0 + KEYS_ESCAPE_MS, &key));
    assert_int_equal(key.sym, KEYSYM_ESCAPE);
    assert_false(keys_next(&keys, T0 + KEYS_ESCAPE_MS, &key));
    expect("\x1b\x1b[A", "Esc Up");
}

/* On a slow line the rest may be long on its way: its letters must not become keys. */
static void half_a_sequence_is_no_key(void **state)
{
    (void)state;
    struct keys keys;
    struct key key;
    keys_init(&keys);
    keys_feed(&keys, "\x1b[", 2, T0);
    assert_false(keys_next(&keys, T0 + 4 * KEYS_ESCAPE_MS, &key));
    keys_feed(&keys, "A", 1, T0 + 4 * KEYS_ESCAPE_MS);
    assert_true(keys_next(&keys, T0 + 4 * KEYS_ESCAPE_MS, &key));
    assert_int_equal(key.sym, KEYSYM_UP);

    keys_feed(&keys, "\x1b[1", 3, T0);
    assert_false(keys_next(&keys, T0 + KEYS_SEQUENCE_MS, &key));
    assert_true(keys_timeout(&keys) == INT64_MAX);
}

static void a_paste_is_text_and_nothing_else(void **state)
{
    (void)state;
    expect("\x1b[200~ab\r\n\x03\x1bq\x1b[A\x1b[201~\r", "pasted:a pasted:b Enter");
}

static void an_endless_paste_ends_with_silence(void **state)
{
    (void)state;
    struct keys keys;
    struct key key;
    keys_init(&keys);
    keys_feed(&keys, "\x1b[200~a", 7, T0);
    assert_true(keys_next(&keys, T0, &key));
    assert_true(key.pasted);
    assert_false(keys_next(&keys, T0, &key));
    assert_true(keys_timeout(&keys) == T0 + KEYS_PASTE_MS);
    keys_feed(&keys, "b", 1, T0 + KEYS_PASTE_MS - 1);
    assert_true(keys_next(&keys, T0 + KEYS_PASTE_MS - 1, &key));
    assert_true(key.pasted);
    assert_false(keys_next(&keys, T0 + 2 * KEYS_PASTE_MS, &key));
    keys_feed(&keys, "c", 1, T0 + 2 * KEYS_PASTE_MS);
    assert_true(keys_next(&keys, T0 + 2 * KEYS_PASTE_MS, &key));
    assert_false(key.pasted);
}

static void takes_no_more_than_it_has_room_for(void **state)
{
    (void)state;
    struct keys keys;
    struct key key;
    char many[KEYS_PENDING_MAX + 10];
    int taken = 0;
    memset(many, 'x', sizeof many);
    keys_init(&keys);
    assert_int_equal(keys_feed(&keys, many, sizeof many, T0), KEYS_PENDING_MAX);
    while (keys_next(&keys, T0, &key))
        taken++;
    assert_int_equal(taken, KEYS_PENDING_MAX);
}

/* Whatever comes: it ends, and within a while nothing is pending. */
static void survives_any_bytes(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 2000; round++) {
        struct keys keys;
        struct key key;
        char bytes[64];
        int taken = 0;
        keys_init(&keys);
        for (size_t i = 0; i < sizeof bytes; i++) {
            static const char likely[] = "\x1b[[O~;0124AZ\xc3\xe6\xff\r";
            seed = seed * 1664525 + 1013904223;
            bytes[i] = seed >> 31 ? likely[(seed >> 8) % (sizeof likely - 1)]
                                  : (char)(seed >> 16);
        }
        keys_feed(&keys, bytes, sizeof bytes, T0);
        while (keys_next(&keys, T0 + 3 * KEYS_PASTE_MS, &key))
            taken++;
        assert_in_range(taken, 0, sizeof bytes);
        assert_true(keys_timeout(&keys) == INT64_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_what_is_typed),
        cmocka_unit_test(swallows_what_it_does_not_know),
        cmocka_unit_test(waits_for_the_rest),
        cmocka_unit_test(escape_is_a_key_after_a_while),
        cmocka_unit_test(half_a_sequence_is_no_key),
        cmocka_unit_test(a_paste_is_text_and_nothing_else),
        cmocka_unit_test(an_endless_paste_ends_with_silence),
        cmocka_unit_test(takes_no_more_than_it_has_room_for),
        cmocka_unit_test(survives_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
