/* A line to type into, a word that must be typed, a yes. */

#include "lib/test.h"

#include "ui/canvas_text.h"
#include "ui/prompt.h"

#include <string.h>

/* Types `bytes`; returns the last answer. */
static enum prompt_answer type(struct prompt *prompt, const char *bytes)
{
    struct keys keys;
    struct key key;
    enum prompt_answer answer = PROMPT_EDITING;
    keys_init(&keys);
    keys_feed(&keys, bytes, strlen(bytes), 0);
    while (keys_next(&keys, KEYS_ESCAPE_MS, &key))
        answer = prompt_key(prompt, key);
    return answer;
}

static struct prompt open(enum prompt_kind kind, const char *text)
{
    struct prompt prompt;
    prompt_open(&prompt, kind, 1, "Deploy what?");
    prompt_prefill(&prompt, text);
    return prompt;
}

static void edits_a_line(void **state)
{
    (void)state;
    static const struct {
        const char *before, *typed, *after;
    } cases[] = {
        {"main", "v2", "v2"},           /* what was offered gives way */
        {"main", "\x1b[F-2", "main-2"}, /* unless another key came first */
        {"main", "\x7f\x7f", "ma"},
        {"main", "\x1b[D\x1b[D\x7fX", "mXin"},
        {"main", "\x1b[H\x1b[3~M", "Main"},
        {"main", "\x01release/\x05!", "release/main!"},
        {"one two three", "\x17", "one two "},
        {"one two", "\x15", ""},
        {"one two", "\x01\x0b", ""},
        {"漢字", "\x7f", "漢"},
        {"漢字", "\x1b[D\x1b[D\x1b[Dé", "é漢字"},
        {"", "\x7f\x1b[3~\x1b[D\x1b[C\x17", ""},
        {"main", "\x1bx\x0cy", "mainy"}, /* Alt and other Ctrl keys type nothing */
    };
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct prompt prompt = open(PROMPT_TEXT, cases[i].before);
        assert_int_equal(type(&prompt, cases[i].typed), PROMPT_EDITING);
        assert_string_equal(prompt.text, cases[i].after);
    }
}

static void keeps_its_bound_at_a_character(void **state)
{
    (void)state;
    struct prompt prompt = open(PROMPT_TEXT, "");
    type(&prompt, "x");
    for (int i = 0; i < 2 * PROMPT_TEXT_MAX; i++)
        type(&prompt, "漢");
    assert_int_equal(prompt.length, 1 + (PROMPT_TEXT_MAX - 2) / 3 * 3);
    assert_int_equal(strlen(prompt.text), prompt.length);
}

static void enter_accepts_and_escape_cancels(void **state)
{
    (void)state;
    struct prompt prompt = open(PROMPT_TEXT, "main");
    assert_int_equal(type(&prompt, "\r"), PROMPT_ACCEPTED);
    assert_false(prompt_is_open(&prompt));
    assert_string_equal(prompt.text, "main");

    prompt = open(PROMPT_TEXT, "main");
    assert_int_equal(type(&prompt, "\x1b"), PROMPT_CANCELLED);
    prompt = open(PROMPT_TEXT, "main");
    assert_int_equal(type(&prompt, "\x03"), PROMPT_CANCELLED);
}

static void a_word_must_be_typed_whole(void **state)
{
    (void)state;
    struct prompt prompt = open(PROMPT_WORD, "");
    prompt_demand(&prompt, "green");
    assert_int_equal(type(&prompt, "\r"), PROMPT_EDITING);
    assert_true(prompt.mistyped);
    assert_int_equal(type(&prompt, "blue\r"), PROMPT_EDITING);
    assert_int_equal(type(&prompt, "\x15"
                                   "Green\r"),
                     PROMPT_ACCEPTED);
}

static void a_paste_never_answers(void **state)
{
    (void)state;
    struct prompt prompt = open(PROMPT_CONFIRM, "");
    assert_int_equal(type(&prompt, "\x1b[200~y\r\n\x1b[201~"), PROMPT_EDITING);
    assert_true(prompt_is_open(&prompt));
    struct key enter = {.sym = KEYSYM_ENTER, .pasted = true};
    assert_int_equal(prompt_key(&prompt, enter), PROMPT_EDITING);
    prompt = open(PROMPT_TEXT, "");
    assert_int_equal(type(&prompt, "\x1b[200~feature\r\x1b[201~"), PROMPT_EDITING);
    assert_string_equal(prompt.text, "feature");
}

static void a_question_takes_yes_or_no(void **state)
{
    (void)state;
    struct prompt prompt = open(PROMPT_CONFIRM, "");
    assert_int_equal(type(&prompt, "xyz"), PROMPT_EDITING);
    assert_string_equal(prompt.text, "");
    assert_int_equal(type(&prompt, "\r"), PROMPT_ACCEPTED);
    prompt = open(PROMPT_CONFIRM, "");
    assert_int_equal(type(&prompt, "n"), PROMPT_CANCELLED);
}

static void shows_the_cursor_in_a_long_text(void **state)
{
    (void)state;
    char buffer[512];
    struct str text = str_on(buffer, sizeof buffer);
    struct canvas canvas;
    struct prompt prompt =
        open(PROMPT_TEXT, "0123456789012345678901234567890123456789");
    assert_true(canvas_init(&canvas, 1, 60));
    prompt_draw(&prompt, canvas_area(&canvas));
    canvas_write_text(&canvas, true, &text);
    assert_string_equal(
        buffer, " Deploy what? 8901234567890123456789  Enter ok · Esc cancel\n");
    assert_int_equal(canvas.cursor_row, 0);
    assert_in_range(canvas.cursor_col, 14, 59);
    canvas_close(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_a_line),
        cmocka_unit_test(keeps_its_bound_at_a_character),
        cmocka_unit_test(enter_accepts_and_escape_cancels),
        cmocka_unit_test(a_word_must_be_typed_whole),
        cmocka_unit_test(a_paste_never_answers),
        cmocka_unit_test(a_question_takes_yes_or_no),
        cmocka_unit_test(shows_the_cursor_in_a_long_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
