#ifndef BGC_CORE_SHELL_SCRIPT_H
#define BGC_CORE_SHELL_SCRIPT_H

/*
 * Reads a shell script line by line, as words: enough to find a command and how its
 * values are quoted, and no more of the language (POSIX.1 XCU 2.2, 2.3, 2.6).
 *
 *     struct shell_reader reader = {.text = text, .left = length};
 *     while (shell_line_next(&reader, &line))
 *
 * Comments are left out, and so is what stands in here-documents. A command
 * substitution is commands of its own. What a line means is the caller's question.
 */

#include <stdbool.h>
#include <stddef.h>

enum {
    SHELL_WORDS_MAX = 48,
    SHELL_WORD_MAX = 96,
    SHELL_DEPTH_MAX = 24,
    SHELL_DELIMITER_MAX = 32,
};

struct shell_word {
    char text[SHELL_WORD_MAX]; /* without quotes; cut where it is longer */
    bool begins_command;       /* the command's own name, or an assignment before it */
    bool assigns;              /* NAME=... */
    bool redirects;            /* where a redirection leads to */
    bool expands;              /* has the value of a variable */
    bool splits;               /* that value stands outside double quotes */
    bool may_be_root; /* it begins with a value that may be empty, and then a '/' */
};

struct shell_line {
    int number;      /* from 1 */
    const char *raw; /* as it stands, without what it is indented by */
    size_t raw_length;
    bool excused; /* `# lint ok: REASON` stands here, or alone in the line above */
    int word_count;
    struct shell_word words[SHELL_WORDS_MAX];
};

struct shell_reader {
    const char *text; /* what is still to be read */
    size_t left;
    int number;
    char open[SHELL_DEPTH_MAX]; /* what is open: ' " or ( */
    int depth;
    bool continues;                      /* the line before ended with a backslash */
    bool excuses;                        /* the line before excuses this one */
    char delimiter[SHELL_DELIMITER_MAX]; /* of the here-document that follows; empty:
                                            none */
    bool strips_tabs;                    /* it began with <<- */
};

/* The next line that is not part of a here-document, blank ones too; false: there is no
 * more. */
bool shell_line_next(struct shell_reader *reader, struct shell_line *ret_line);

#endif
