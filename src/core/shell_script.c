#include "core/shell_script.h"

#include "base/str.h"

#include <string.h>

/* One line while it is read. */
struct scan {
    struct shell_reader *reader;
    struct shell_line *line;
    const char *at, *end;
    struct shell_word word;
    struct str text; /* of the word */
    bool in_word;
    bool at_command; /* the next word is a command's name */
    bool redirects;  /* the next word is where a redirection leads to */
};

static bool is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

static char top(const struct shell_reader *reader)
{
    return reader->depth > 0 ? reader->open[reader->depth - 1] : '\0';
}

/* Deeper than SHELL_DEPTH_MAX nothing is told apart any more. */
static void push(struct shell_reader *reader, char what)
{
    if (reader->depth < SHELL_DEPTH_MAX)
        reader->open[reader->depth++] = what;
}

static void pop(struct shell_reader *reader)
{
    if (reader->depth > 0)
        reader->depth--;
}

static void begin_word(struct scan *scan)
{
    if (scan->in_word)
        return;
    scan->word = (struct shell_word){.begins_command = scan->at_command,
                                     .redirects = scan->redirects};
    scan->text = str_on(scan->word.text, sizeof scan->word.text);
    scan->in_word = true;
}

static void add(struct scan *scan, char byte)
{
    begin_word(scan);
    str_add_char(&scan->text, byte);
}

/* After these a command still begins. */
static bool is_before_command(const char *word)
{
    static const char *const words[] = {"if",    "then", "else",    "elif", "while",
                                        "until", "do",   "{",       "!",    "time",
                                        "exec",  "env",  "command", "nohup"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_equal(word, words[i]))
            return true;
    }
    return false;
}

static void end_word(struct scan *scan)
{
    struct shell_line *line = scan->line;

    if (!scan->in_word)
        return;
    scan->in_word = false;
    if (scan->word.redirects)
        scan->redirects = false;
    else
        scan->at_command = scan->word.begins_command &&
                           (scan->word.assigns || is_before_command(scan->word.text));
    if (line->word_count < SHELL_WORDS_MAX)
        line->words[line->word_count++] = scan->word;
}

static void begin_command(struct scan *scan)
{
    end_word(scan);
    scan->at_command = true;
    scan->redirects = false;
}

/* To behind the bracket that closes, `depth` of them being open. */
static void skip_closed(struct scan *scan, char opens, char closes, int depth)
{
    while (scan->at < scan->end && depth > 0) {
        depth += *scan->at == opens;
        depth -= *scan->at == closes;
        scan->at++;
    }
}

/* `at` is behind the `$`. The names of numbers ($#, $?, $$, $!, $-) never split. */
static void take_value(struct scan *scan)
{
    const char *from = scan->at;
    bool guarded = false;

    if (*scan->at == '{') {
        scan->at++;
        skip_closed(scan, '{', '}', 1);
        for (const char *byte = from; byte < scan->at; byte++)
            guarded = guarded || *byte == '?';
        if (from + 1 < scan->end && from[1] == '#')
            return;
    } else if (*scan->at == '@' || *scan->at == '*' ||
               (*scan->at >= '0' && *scan->at <= '9')) {
        scan->at++;
    } else {
        while (scan->at < scan->end && is_name_byte(*scan->at))
            scan->at++;
    }
    if (scan->at == from) {
        scan->at += scan->at < scan->end && strchr("#?$!-", *scan->at) != NULL;
        return;
    }
    const char *behind = scan->at;
    if (behind < scan->end && *behind == '"' && top(scan->reader) == '"')
        behind++;
    scan->word.expands = true;
    scan->word.splits = scan->word.splits || top(scan->reader) != '"';
    if (scan->text.length == 0 && !guarded && behind < scan->end && *behind == '/')
        scan->word.may_be_root = true;
    str_add_bytes(&scan->text, from - 1, (size_t)(scan->at - from) + 1);
}

static void take_dollar(struct scan *scan)
{
    begin_word(scan);
    scan->at++;
    if (scan->at == scan->end) {
        str_add_char(&scan->text, '$');
    } else if (scan->at + 1 < scan->end && scan->at[0] == '(' && scan->at[1] == '(') {
        scan->at++;
        scan->at++;
        skip_closed(scan, '(', ')', 2);
    } else if (*scan->at == '(') {
        scan->at++;
        push(scan->reader, '(');
        begin_command(scan);
    } else {
        take_value(scan);
    }
}

/* `at` is behind `<<`. */
static void take_here_document(struct scan *scan)
{
    struct shell_reader *reader = scan->reader;
    struct str delimiter = str_on(reader->delimiter, sizeof reader->delimiter);

    reader->strips_tabs = scan->at < scan->end && *scan->at == '-';
    scan->at += reader->strips_tabs;
    while (scan->at < scan->end && *scan->at == ' ')
        scan->at++;
    for (; scan->at < scan->end && strchr(" \t;&|)", *scan->at) == NULL; scan->at++) {
        if (strchr("'\"\\", *scan->at) == NULL)
            str_add_char(&delimiter, *scan->at);
    }
}

static void take_redirection(struct scan *scan)
{
    char which = *scan->at++;

    end_word(scan);
    if (which == '<' && scan->end - scan->at >= 1 && scan->at[0] == '<' &&
        (scan->end - scan->at < 2 || scan->at[1] != '<')) {
        scan->at++;
        take_here_document(scan);
        return;
    }
    while (scan->at < scan->end && strchr("<>&|", *scan->at) != NULL)
        scan->at++;
    scan->redirects = true;
}

/* What means something outside quotes; false: it is a byte like any other. */
static bool take_special(struct scan *scan)
{
    switch (*scan->at) {
    case ' ':
    case '\t':
        end_word(scan);
        scan->at++;
        return true;
    case '(':
        push(scan->reader, '(');
        begin_command(scan);
        scan->at++;
        return true;
    case ')':
        if (top(scan->reader) == '(')
            pop(scan->reader);
        begin_command(scan);
        scan->at++;
        return true;
    case ';':
    case '&':
    case '|':
    case '`':
        begin_command(scan);
        scan->at++;
        return true;
    case '<':
    case '>':
        take_redirection(scan);
        return true;
    default:
        return false;
    }
}

static bool has_excuse(const char *text, size_t length)
{
    static const char words[] = "lint ok: ";

    for (size_t i = 0; i + sizeof words <= length; i++) {
        if (memcmp(text + i, words, sizeof words - 1) == 0)
            return true;
    }
    return false;
}

static void take_comment(struct scan *scan)
{
    if (has_excuse(scan->at, (size_t)(scan->end - scan->at))) {
        scan->line->excused = true;
        scan->reader->excuses = scan->line->word_count == 0;
    }
    scan->at = scan->end;
}

static void take_escaped(struct scan *scan)
{
    scan->at++;
    if (scan->at == scan->end) {
        scan->reader->continues = true;
        return;
    }
    add(scan, *scan->at++);
}

static void take_byte(struct scan *scan)
{
    struct shell_reader *reader = scan->reader;
    char byte = *scan->at, open = top(reader);

    if (open == '\'') {
        begin_word(scan);
        if (byte == '\'')
            pop(reader);
        else
            str_add_char(&scan->text, byte);
        scan->at++;
    } else if (byte == '\\') {
        take_escaped(scan);
    } else if (byte == '$') {
        take_dollar(scan);
    } else if (byte == '"' || (byte == '\'' && open != '"')) {
        begin_word(scan);
        if (open == byte)
            pop(reader);
        else
            push(reader, byte);
        scan->at++;
    } else if (open == '"') {
        add(scan, byte);
        scan->at++;
    } else if (byte == '#' && !scan->in_word) {
        take_comment(scan);
    } else if (!take_special(scan)) {
        begin_word(scan);
        if (byte == '=' && !scan->word.expands && scan->text.length > 0)
            scan->word.assigns = true;
        add(scan, byte);
        scan->at++;
    }
}

static void scan_line(struct shell_reader *reader, struct shell_line *line,
                      size_t length)
{
    struct scan scan = {
        .reader = reader,
        .line = line,
        .at = reader->text,
        .end = reader->text + length,
        .at_command = !reader->continues && top(reader) != '\'' && top(reader) != '"',
    };

    *line = (struct shell_line){.number = reader->number, .excused = reader->excuses};
    line->raw = scan.at;
    while (line->raw < scan.end && (*line->raw == ' ' || *line->raw == '\t'))
        line->raw++;
    line->raw_length = (size_t)(scan.end - line->raw);
    reader->excuses = reader->continues = false;
    while (scan.at < scan.end)
        take_byte(&scan);
    end_word(&scan);
}

static size_t line_length(const struct shell_reader *reader)
{
    const char *newline = memchr(reader->text, '\n', reader->left);
    return newline != NULL ? (size_t)(newline - reader->text) : reader->left;
}

static void pass_line(struct shell_reader *reader, size_t length)
{
    size_t taken = length < reader->left ? length + 1 : length;

    reader->text += taken;
    reader->left -= taken;
}

/* To behind the line that has nothing but the delimiter. */
static void pass_here_document(struct shell_reader *reader)
{
    size_t wanted = strlen(reader->delimiter);
    bool ended = wanted == 0;

    while (!ended && reader->left > 0) {
        size_t length = line_length(reader), tabs = 0;
        while (reader->strips_tabs && tabs < length && reader->text[tabs] == '\t')
            tabs++;
        ended = length - tabs == wanted &&
                memcmp(reader->text + tabs, reader->delimiter, wanted) == 0;
        pass_line(reader, length);
        reader->number++;
    }
    reader->delimiter[0] = '\0';
}

bool shell_line_next(struct shell_reader *reader, struct shell_line *ret_line)
{
    pass_here_document(reader);
    if (reader->left == 0)
        return false;
    size_t length = line_length(reader);
    reader->number++;
    scan_line(reader, ret_line, length);
    pass_line(reader, length);
    return true;
}
