#include "core/shell_line.h"

#include "base/shell_quote.h"

#include <inttypes.h>

enum { PAIR_MAX = 512, BACKSLASH_COLS = 2 };

struct shell_line shell_line_on(struct str *out)
{
    return (struct shell_line){.out = out, .start = out->length};
}

void shell_line_break(struct shell_line *line)
{
    str_add(line->out, " \\\n");
    line->start = line->out->length;
    line->has_word = false;
    str_add(line->out, "    ");
}

static void write(struct shell_line *line, const char *text, bool is_value)
{
    if (line->has_word)
        str_add_char(line->out, ' ');
    if (is_value)
        shell_quote(line->out, text);
    else
        str_add(line->out, text);
}

/* How wide a word is shows only once it is quoted: one that is too wide is taken back
 * and begins the next line. */
static void add(struct shell_line *line, const char *text, bool is_value)
{
    size_t before = line->out->length;

    write(line, text, is_value);
    size_t width = line->out->length - line->start;
    if (line->has_word && width + BACKSLASH_COLS > SHELL_LINE_COLS) {
        line->out->length = before;
        line->out->at[before] = '\0';
        shell_line_break(line);
        write(line, text, is_value);
    }
    line->has_word = true;
}

void shell_word(struct shell_line *line, const char *text)
{
    add(line, text, true);
}

void shell_syntax(struct shell_line *line, const char *text)
{
    add(line, text, false);
}

void shell_pair(struct shell_line *line, const char *key, const char *value)
{
    char buffer[PAIR_MAX];
    struct str pair = str_on(buffer, sizeof buffer);

    str_addf(&pair, "%s=%s", key, value);
    shell_word(line, buffer);
}

void shell_pair_number(struct shell_line *line, const char *key, int64_t number)
{
    char buffer[PAIR_MAX];
    struct str pair = str_on(buffer, sizeof buffer);

    str_addf(&pair, "%s=%" PRId64, key, number);
    shell_word(line, buffer);
}

void shell_line_end(struct shell_line *line)
{
    str_add_char(line->out, '\n');
}
