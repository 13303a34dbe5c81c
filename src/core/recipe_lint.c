#include "core/recipe_lint.h"

#include "base/str.h"
#include "core/shell_script.h"

#include <string.h>

/* A command: its name, and the words up to the next command. */
struct command {
    const char *name;
    const struct shell_word *words;
    int count; /* its name included */
};

typedef bool rule_fn(const struct command *command, const struct shell_line *line);

/* Whether `word` is one of `words`, a list with blanks between. */
static bool is_one_of(const char *word, const char *words)
{
    size_t length = strlen(word);

    for (const char *at = words; length > 0 && (at = strstr(at, word)) != NULL; at++) {
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* Whether a word behind the name is one of `words`. */
static bool has_word(const struct command *command, const char *words)
{
    for (int i = 1; i < command->count; i++) {
        if (is_one_of(command->words[i].text, words))
            return true;
    }
    return false;
}

/* "/usr/bin/pkill" is pkill. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool line_has(const struct shell_line *line, const char *names)
{
    for (int i = 0; i < line->word_count; i++) {
        if (line->words[i].begins_command &&
            is_one_of(base_name(line->words[i].text), names))
            return true;
    }
    return false;
}

static bool ends_by_name(const struct command *command, const struct shell_line *line)
{
    return is_one_of(command->name, "pkill killall killall5 skill") ||
           (is_one_of(command->name, "pgrep pidof") && line_has(line, "kill xargs")) ||
           (str_equal(command->name, "fuser") &&
            has_word(command, "-k -km -mk --kill"));
}

static bool ends_at_once(const struct command *command, const struct shell_line *line)
{
    (void)line;
    return (str_equal(command->name, "kill") &&
            has_word(command, "-9 -KILL -SIGKILL KILL SIGKILL 9")) ||
           (str_equal(command->name, "timeout") && has_word(command, "-sKILL KILL"));
}

static bool has_a_gap(const struct command *command, const struct shell_line *line)
{
    (void)line;
    return (is_one_of(command->name, "systemctl service") &&
            has_word(command, "restart stop try-restart")) ||
           (is_one_of(command->name, "apachectl apache2ctl") &&
            has_word(command, "restart stop")) ||
           (str_equal(command->name, "nginx") && has_word(command, "stop")) ||
           (str_equal(command->name, "start_server") && has_word(command, "--stop"));
}

static bool needs_root(const struct command *command, const struct shell_line *line)
{
    (void)line;
    if (is_one_of(command->name, "su doas pkexec"))
        return true;
    if (!str_equal(command->name, "sudo"))
        return false;
    for (int i = 1; i < command->count; i++) {
        if (command->words[i].text[0] != '-')
            return !str_equal(base_name(command->words[i].text), "bgc-unit");
    }
    return true;
}

static bool removes_too_much(const struct command *command,
                             const struct shell_line *line)
{
    bool recursive = false;

    (void)line;
    if (!str_equal(command->name, "rm"))
        return false;
    for (int i = 1; i < command->count; i++) {
        const struct shell_word *word = &command->words[i];
        if (word->text[0] == '-' && strpbrk(word->text, "rR") != NULL)
            recursive = true;
        if (recursive && word->may_be_root)
            return true;
    }
    return false;
}

static bool makes_code(const struct command *command, const struct shell_line *line)
{
    bool shell = is_one_of(command->name, "sh bash dash") && has_word(command, "-c");

    (void)line;
    for (int i = 1; i < command->count; i++) {
        if ((shell || str_equal(command->name, "eval")) && command->words[i].expands)
            return true;
    }
    return false;
}

/* Words that a shell does not take apart: assignments, patterns, lists that are meant.
 */
static bool takes_apart(const struct command *command, const struct shell_line *line)
{
    bool assigns = is_one_of(command->name, "export local readonly declare typeset");

    (void)line;
    if (is_one_of(command->name, "case for [["))
        return false;
    for (int i = 0; i < command->count; i++) {
        const struct shell_word *word = &command->words[i];
        bool whole = word->redirects || (word->assigns && (i == 0 || assigns));
        if (word->splits && !whole)
            return true;
    }
    return false;
}

/* clang-format off */
static const struct {
    rule_fn *holds;
    const char *why;
    const char *instead;
} rules[] = {
    {ends_by_name,
     "it ends every process of that name: those of another app too, or of a release that has the traffic",
     "keep the pid of what you start, and end that one: kill -TERM \"$(cat \"$pid_file\")\""},
    {ends_at_once,
     "the process cannot finish the requests that it has",
     "TERM or QUIT first, and KILL only at the end of a time that you say (BGC_STOP_GRACE in perl-starman)"},
    {has_a_gap,
     "between its stop and its start nobody listens: requests are refused",
     "a server that hands over its socket (start_server), or `sudo -n /usr/local/sbin/bgc-unit restart` for a unit with one of its own"},
    {needs_root,
     "the deploy user may do nothing as root but bgc-unit: it fails, or waits for a password",
     "sudo -n /usr/local/sbin/bgc-unit VERB"},
    {removes_too_much,
     "where the value is empty it removes from / on",
     "rm -rf -- \"${name:?}/...\", which stops instead"},
    {makes_code,
     "a value becomes a piece of the script",
     "call the command itself, with the value as \"$name\""},
    {takes_apart,
     "blanks in the value make several words of it, and * becomes the names of files",
     "in double quotes: \"$name\""},
};
/* clang-format on */

struct lint {
    struct recipe_finding *findings;
    int max, count;
};

static void add_finding(struct lint *lint, const struct shell_line *line,
                        const char *why, const char *instead)
{
    if (lint->count++ >= lint->max)
        return;
    struct recipe_finding *finding = &lint->findings[lint->count - 1];
    *finding =
        (struct recipe_finding){.line = line->number, .why = why, .instead = instead};
    str_copy_bytes(finding->text, sizeof finding->text, line->raw, line->raw_length);
}

/* The command that begins at word `at`; its name is behind assignments and words as
 * `if`, which are commands of their own here. Words that go on from the line before
 * have none. */
static struct command command_at(const struct shell_line *line, int at)
{
    const struct shell_word *first = &line->words[at];
    struct command command = {.name =
                                  first->begins_command ? base_name(first->text) : "",
                              .words = first,
                              .count = 1};

    while (at + command.count < line->word_count &&
           !line->words[at + command.count].begins_command)
        command.count++;
    return command;
}

static bool rule_holds(rule_fn *holds, const struct shell_line *line)
{
    for (int i = 0; i < line->word_count; i++) {
        if (i > 0 && !line->words[i].begins_command)
            continue;
        struct command command = command_at(line, i);
        if (holds(&command, line))
            return true;
    }
    return false;
}

static void look_at_line(struct lint *lint, const struct shell_line *line)
{
    for (size_t i = 0; !line->excused && i < sizeof rules / sizeof rules[0]; i++) {
        if (rule_holds(rules[i].holds, line))
            add_finding(lint, line, rules[i].why, rules[i].instead);
    }
}

/* The letters that `set -eu` and its like give. */
static void note_options(const struct shell_line *line, bool *fails, bool *knows)
{
    const struct shell_word *words = line->words;

    if (line->word_count < 2 || !str_equal(words[0].text, "set"))
        return;
    for (int i = 1; i < line->word_count && words[i].text[0] == '-'; i++) {
        *fails = *fails || strchr(words[i].text, 'e') != NULL;
        *knows = *knows || strchr(words[i].text, 'u') != NULL;
    }
}

/* The first line; `sh` may have options there. */
static bool is_shell(const char *text, size_t length, bool *fails, bool *knows)
{
    char first[80];
    const char *newline = memchr(text, '\n', length);

    str_copy_bytes(first, sizeof first, text,
                   newline != NULL ? (size_t)(newline - text) : length);
    const char *shell = strstr(first, "sh");
    if (!str_starts(first, "#!") || shell == NULL)
        return false;
    const char *options = strstr(shell, " -");
    *fails = options != NULL && strchr(options, 'e') != NULL;
    *knows = options != NULL && strchr(options, 'u') != NULL;
    return true;
}

int recipe_lint(const char *text, size_t length, struct recipe_finding *findings,
                int max)
{
    struct lint lint = {.findings = findings, .max = max};
    struct shell_reader reader = {.text = text, .left = length};
    struct shell_line line;
    bool fails, knows;

    if (!is_shell(text, length, &fails, &knows))
        return 0;
    while (shell_line_next(&reader, &line))
        note_options(&line, &fails, &knows);
    reader = (struct shell_reader){.text = text, .left = length};
    while (shell_line_next(&reader, &line)) {
        if (line.number == 1 && (!fails || !knows))
            add_finding(&lint, &line,
                        "without set -eu a command that fails is passed over, and a "
                        "variable that nobody set is empty",
                        "set -eu, in the line after the comments");
        look_at_line(&lint, &line);
    }
    return lint.count;
}
