#include "core/line_diff.h"

#include "base/str.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As `diff -u` marks lines; "~" where lines were left out. */
static void write_diff(struct line_diff *diff, struct str *out)
{
    static const char marks[] = {' ', '-', '+'};
    struct diff_line line;
    bool first = true;
    while (line_diff_next(diff, &line)) {
        if (line.begins_hunk && !first)
            str_add(out, "~\n");
        first = false;
        str_add_char(out, marks[line.kind]);
        str_add_bytes(out, line.text, (size_t)line.length);
        str_add_char(out, '\n');
    }
}

static void test_told(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *old;              const char *new;              const char *told;
    } cases[] = {
        {"",                          "",                           ""},
        {"a\n",                       "a\n",                        ""},
        {"a\n",                       "a",                          ""},
        {"",                          "a\n",                        "+a\n"},
        {"a\n",                       "",                           "-a\n"},
        {"a\n",                       "b\n",                        "-a\n+b\n"},
        {"a\nb\nc\n",                 "a\nc\n",                     " a\n-b\n c\n"},
        {"a\nc\n",                    "a\nb\nc\n",                  " a\n+b\n c\n"},
        {"a\n\nb\n",                  "a\nb\n",                     " a\n-\n b\n"},
        {"a\nb\nc\na\nb\nb\na\n",     "c\nb\na\nb\na\nc\n",         "-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n"},
        {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n", " 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
        {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n", "-1\n+x\n 2\n 3\n 4\n~\n 6\n 7\n 8\n-9\n+y\n"},
    };
    /* clang-format on */
    struct line_diff *diff = malloc(sizeof *diff);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char buffer[512];
        struct str out = str_on(buffer, sizeof buffer);
        line_diff_init(diff, cases[i].old, cases[i].new);
        write_diff(diff, &out);
        assert_string_equal(out.at, cases[i].told);
        assert_int_equal(line_diff_is_empty(diff), cases[i].told[0] == '\0');
        str_clear(&out);
        line_diff_rewind(diff);
        write_diff(diff, &out);
        assert_string_equal(out.at, cases[i].told);
    }
    free(diff);
}

static void test_numbers(void **state)
{
    (void)state;
    struct line_diff *diff = malloc(sizeof *diff);
    struct diff_line lines[4];
    line_diff_init(diff, "a\nb\nc\n", "a\nx\nc\n");
    for (size_t i = 0; i < LENGTH_OF(lines); i++)
        assert_true(line_diff_next(diff, &lines[i]));
    assert_int_equal(lines[0].old_number, 1);
    assert_int_equal(lines[0].new_number, 1);
    assert_int_equal(lines[1].old_number, 2);
    assert_int_equal(lines[1].new_number, 0);
    assert_int_equal(lines[2].old_number, 0);
    assert_int_equal(lines[2].new_number, 2);
    assert_int_equal(lines[3].old_number, 3);
    assert_int_equal(diff->added, 1);
    assert_int_equal(diff->removed, 1);
    free(diff);
}

/* What is kept and what comes is the new text; what is kept and what goes is the old.
 */
static void assert_rebuilds(struct line_diff *diff, const char *old_text,
                            const char *new_text)
{
    static char built[2][262144];
    struct str old_built = str_on(built[0], sizeof built[0]);
    struct str new_built = str_on(built[1], sizeof built[1]);
    line_diff_init(diff, old_text, new_text);
    int old_at = 0, new_at = 0;
    for (int i = 0; i < diff->step_count; i++) {
        const struct diff_text *a = &diff->old_text, *b = &diff->new_text;
        if (diff->steps[i] != DIFF_ADDED) {
            str_add_bytes(&old_built, a->text + a->starts[old_at],
                          (size_t)(a->starts[old_at + 1] - a->starts[old_at]));
            old_at++;
        }
        if (diff->steps[i] == DIFF_ADDED) {
            str_add_bytes(&new_built, b->text + b->starts[new_at],
                          (size_t)(b->starts[new_at + 1] - b->starts[new_at]));
            new_at++;
        } else if (diff->steps[i] == DIFF_SAME) {
            str_add_bytes(&new_built, a->text + a->starts[old_at - 1],
                          (size_t)(a->starts[old_at] - a->starts[old_at - 1]));
            new_at++;
        }
    }
    assert_string_equal(old_built.at, old_text);
    assert_string_equal(new_built.at, new_text);
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223; /* Numerical Recipes */
    return *seed >> 8;
}

static void random_text(uint32_t *seed, char *buffer, size_t size)
{
    struct str text = str_on(buffer, size);
    for (uint32_t left = next(seed) % 200; left > 0; left--)
        str_addf(&text, "%c\n", 'a' + (char)(next(seed) % 4));
}

static void test_random_texts(void **state)
{
    (void)state;
    struct line_diff *diff = malloc(sizeof *diff);
    uint32_t seed = 20261123;
    for (int round = 0; round < 2000; round++) {
        char old_text[512], new_text[512];
        random_text(&seed, old_text, sizeof old_text);
        random_text(&seed, new_text, sizeof new_text);
        assert_rebuilds(diff, old_text, new_text);
    }
    free(diff);
}

/* Two texts with nothing in common: too many edits to look for the fewest. */
static void test_all_different(void **state)
{
    (void)state;
    static char old_text[65536], new_text[65536];
    struct str a = str_on(old_text, sizeof old_text),
               b = str_on(new_text, sizeof new_text);
    for (int i = 0; i < 3000; i++) {
        str_addf(&a, "old %d\n", i);
        str_addf(&b, "new %d\n", i);
    }
    struct line_diff *diff = malloc(sizeof *diff);
    assert_rebuilds(diff, old_text, new_text);
    assert_int_equal(diff->removed, 3000);
    assert_int_equal(diff->added, 3000);
    assert_false(line_diff_is_cut(diff));
    free(diff);
}

static void test_too_long(void **state)
{
    (void)state;
    static char text[4 * LINE_DIFF_LINES_MAX];
    for (int i = 0; i < LINE_DIFF_LINES_MAX + 1; i++)
        memcpy(text + i * 2, "x\n", 3);
    struct line_diff *diff = malloc(sizeof *diff);
    line_diff_init(diff, text, "x\n");
    assert_true(line_diff_is_cut(diff));
    assert_int_equal(diff->removed, LINE_DIFF_LINES_MAX - 1);
    free(diff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told),         cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_random_texts), cmocka_unit_test(test_all_different),
        cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
