#ifndef BGC_CORE_LINE_DIFF_H
#define BGC_CORE_LINE_DIFF_H

/*
 * What changes between two texts, line by line: for the gate before a configuration is
 * installed.
 *
 *     struct line_diff diff;
 *     line_diff_init(&diff, old, new);
 *     while (line_diff_next(&diff, &line))
 *         ... ' ' + '-' line.text
 *
 * Only what changed is told, with LINE_DIFF_CONTEXT lines around it. Both texts stay
 * the caller's, and must outlive the diff. The work is bounded: texts that differ in
 * more than LINE_DIFF_EDITS_MAX lines between their common beginning and end are told
 * as one block that goes and one that comes, which is never wrong, only longer.
 */

#include <stdbool.h>
#include <stddef.h>

enum {
    LINE_DIFF_LINES_MAX = 8192, /* of a text; more are not looked at */
    LINE_DIFF_EDITS_MAX = 128,
    LINE_DIFF_CONTEXT = 3,
};

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

struct diff_line {
    enum diff_kind kind;
    const char *text; /* in the old or new text, without a NUL or newline */
    int length;
    int old_number;   /* from 1; 0: not in the old text */
    int new_number;   /* from 1; 0: not in the new text */
    bool begins_hunk; /* lines before it were left out, or it is the first */
};

struct line_diff {
    /* one text's lines: where each begins, and one past the last */
    struct diff_text {
        const char *text;
        int count;
        bool cut; /* has more than LINE_DIFF_LINES_MAX lines */
        int starts[LINE_DIFF_LINES_MAX + 1];
    } old_text, new_text;
    int added;
    int removed;
    /* the script: the kind of each line of the two texts together */
    int step_count;
    unsigned char steps[2 * LINE_DIFF_LINES_MAX];
    /* the reader's place */
    int step, old_at, new_at;
    int told; /* the step after the last one told */
};

/* Compares; afterwards `added` and `removed` are known. About 100 kB: for the heap. */
void line_diff_init(struct line_diff *diff, const char *old_text, const char *new_text);

bool line_diff_is_empty(const struct line_diff *diff);

/* A text has more lines than are looked at: the difference may not be all. */
bool line_diff_is_cut(const struct line_diff *diff);

/* The next line to show; false: there is no more. */
bool line_diff_next(struct line_diff *diff, struct diff_line *ret_line);

/* From the first line again. */
void line_diff_rewind(struct line_diff *diff);

#endif
