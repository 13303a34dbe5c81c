#ifndef BGC_CORE_RECIPE_LINT_H
#define BGC_CORE_RECIPE_LINT_H

/*
 * What may hurt in a recipe's scripts: processes that are ended by their name, restarts
 * that lose requests, values that a shell takes apart.
 *
 * It knows lines and words, no more of the shell: it warns, and decides nothing. Where
 * a line is right as it stands, a comment on it, or in the line above, says so:
 *
 *     # lint ok: REASON
 *
 * Comments and here-documents are not looked at. What only shellcheck can see is left
 * to shellcheck.
 */

#include <stddef.h>

enum { RECIPE_FINDINGS_MAX = 64, FINDING_TEXT_MAX = 100 };

struct recipe_finding {
    int line;                    /* of the script, from 1 */
    char text[FINDING_TEXT_MAX]; /* the line, without what it is indented by */
    const char *why;
    const char *instead; /* what to write */
};

/* Looks at one script. Writes at most `max` findings, at most one for a line and a
 * reason, in the order of the lines; returns how many there are, those without room
 * too.
 */
int recipe_lint(const char *text, size_t length, struct recipe_finding *findings,
                int max);

#endif
