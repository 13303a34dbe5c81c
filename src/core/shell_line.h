#ifndef BGC_CORE_SHELL_LINE_H
#define BGC_CORE_SHELL_LINE_H

/*
 * One command for a shell, written word by word, to be copied by a human.
 *
 * What does not fit into SHELL_LINE_COLS goes on in the next line behind a backslash; a
 * word is never cut. Nothing here runs anything.
 */

#include "base/str.h"

#include <stdint.h>

enum { SHELL_LINE_COLS = 78 };

struct shell_line {
    struct str *out;
    size_t start;  /* in `out`, where the line on the screen begins */
    bool has_word; /* on that line */
};

struct shell_line shell_line_on(struct str *out);

/* A value: the shell reads exactly this as one word. */
void shell_word(struct shell_line *line, const char *text);

/* The words "key=value" and "key=number". */
void shell_pair(struct shell_line *line, const char *key, const char *value);
void shell_pair_number(struct shell_line *line, const char *key, int64_t number);

/* Syntax of our own, which the shell is to understand: never a value. */
void shell_syntax(struct shell_line *line, const char *text);

/* Goes on in the next line. */
void shell_line_break(struct shell_line *line);

void shell_line_end(struct shell_line *line);

#endif
