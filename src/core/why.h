#ifndef BGC_CORE_WHY_H
#define BGC_CORE_WHY_H

/*
 * Reasons against something, in words, a line each. No reasons: yes.
 */

enum { WHY_LINES_MAX = 12, WHY_LINE_MAX = 680 };

struct why {
    int count;
    int more; /* reasons that found no room */
    char lines[WHY_LINES_MAX][WHY_LINE_MAX];
};

void why_clear(struct why *why);
void why_add(struct why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
