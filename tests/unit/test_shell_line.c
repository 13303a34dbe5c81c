#include "core/shell_line.h"

#include "lib/test.h"

#include <string.h>

enum { TEXT_MAX = 8192 };

static void test_one_line(void **state)
{
    (void)state;
    char text[TEXT_MAX];
    struct str out = str_on(text, sizeof text);
    struct shell_line line = shell_line_on(&out);

    shell_syntax(&line, "printf '%s\\n'");
    shell_pair(&line, "run", "it's");
    shell_pair_number(&line, "seq", 8);
    shell_syntax(&line, "|");
    shell_line_break(&line);
    shell_word(&line, "ssh");
    shell_word(&line, "my host");
    shell_line_end(&line);
    assert_string_equal(
        text, "printf '%s\\n' 'run=it'\\''s' seq=8 | \\\n    ssh 'my host'\n");
}

/* Words of each width, many of them: none is cut, and no line is wider than the screen.
 */
static void test_long_command_is_folded(void **state)
{
    (void)state;
    char text[TEXT_MAX], word[SHELL_LINE_COLS];

    for (size_t width = 1; width < SHELL_LINE_COLS / 2; width++) {
        struct str out = str_on(text, sizeof text);
        struct shell_line line = shell_line_on(&out);
        int words = 0;
        memset(word, 'x', width);
        word[width] = '\0';
        for (int i = 0; i < 80; i++)
            shell_word(&line, word);
        shell_line_end(&line);
        assert_false(out.cut);
        for (const char *at = text; *at != '\0'; at += strcspn(at, "\n") + 1)
            assert_true(strcspn(at, "\n") <= SHELL_LINE_COLS);
        for (const char *at = text; (at = strstr(at, word)) != NULL; at += width)
            words++;
        assert_int_equal(words, 80);
    }
}

/* It is longer than any line, so it stands alone. */
static void test_long_word_is_whole(void **state)
{
    (void)state;
    char text[TEXT_MAX], word[201];
    struct str out = str_on(text, sizeof text);
    struct shell_line line = shell_line_on(&out);

    memset(word, 'x', 200);
    word[200] = '\0';
    shell_word(&line, "cat");
    shell_word(&line, word);
    shell_line_end(&line);
    assert_true(str_starts(text, "cat \\\n    xxx"));
    assert_non_null(strstr(text, word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_line),
        cmocka_unit_test(test_long_command_is_folded),
        cmocka_unit_test(test_long_word_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
