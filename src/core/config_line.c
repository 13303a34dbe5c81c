#include "core/config_line.h"

#include "base/str.h"

#include <string.h>

/* clang-format off */
static const struct {
    const char *word;
    enum config_section section;
} sections[] = {
    {"global",          SECTION_GLOBAL},
    {"defaults",        SECTION_DEFAULTS},
    {"frontend",        SECTION_FRONTEND},
    {"backend",         SECTION_BACKEND},
    {"listen",          SECTION_LISTEN},
    /* configuration.txt 3.3 to 3.10 and 12: they end the section before */
    {"cache",           SECTION_NONE},
    {"crt-store",       SECTION_NONE},
    {"fcgi-app",        SECTION_NONE},
    {"http-errors",     SECTION_NONE},
    {"log-forward",     SECTION_NONE},
    {"log-profile",     SECTION_NONE},
    {"mailers",         SECTION_NONE},
    {"peers",           SECTION_NONE},
    {"program",         SECTION_NONE},
    {"resolvers",       SECTION_NONE},
    {"ring",            SECTION_NONE},
    {"traces",          SECTION_NONE},
    {"userlist",        SECTION_NONE},
};
/* clang-format on */

/* Up to the end of the line, its words into `words`; returns what is behind it. */
static const char *read_words(const char *at, struct str *words)
{
    char quote = '\0';
    bool between = true; /* two words, or before the first */
    for (; *at != '\0' && *at != '\n'; at++) {
        bool blank = *at == ' ' || *at == '\t' || *at == '\r';
        if (quote == '\0' && *at == '#')
            break;
        if (quote == '\0' && blank) {
            between = true;
            continue;
        }
        if (between && words->length > 0)
            str_add_char(words, ' ');
        between = false;
        if (*at == quote) {
            quote = '\0';
        } else if (quote == '\0' && (*at == '"' || *at == '\'')) {
            quote = *at;
        } else {
            if (*at == '\\' && quote != '\'' && at[1] != '\0' && at[1] != '\n')
                at++;
            str_add_char(words, *at);
        }
    }
    at += strcspn(at, "\n");
    return *at == '\n' ? at + 1 : at;
}

static bool begins_with_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    return str_starts(words, word) && (words[length] == '\0' || words[length] == ' ');
}

/* Whether the line begins a section; then the reader is in it. */
static bool enter_section(struct config_reader *reader, const char *words)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (!begins_with_word(words, sections[i].word))
            continue;
        const char *name = words + strlen(sections[i].word);
        name += *name == ' ';
        reader->section = sections[i].section;
        str_copy_bytes(reader->name, sizeof reader->name, name, strcspn(name, " "));
        return true;
    }
    return false;
}

static void keep_raw(struct config_line *line, const char *at, const char *behind)
{
    while (behind > at && strchr("\n\r\t ", behind[-1]) != NULL)
        behind--;
    at += strspn(at, "\t ");
    line->raw = at;
    line->raw_length = (int)(behind - at);
}

bool config_line_next(struct config_reader *reader, struct config_line *ret_line)
{
    while (*reader->text != '\0') {
        struct str words = str_on(ret_line->words, sizeof ret_line->words);
        const char *at = reader->text;
        reader->text = read_words(at, &words);
        reader->number++;
        if (words.length == 0)
            continue;
        keep_raw(ret_line, at, reader->text);
        ret_line->number = reader->number;
        ret_line->begins_section = enter_section(reader, words.at);
        ret_line->section = reader->section;
        str_copy(ret_line->name, sizeof ret_line->name, reader->name);
        return true;
    }
    return false;
}
