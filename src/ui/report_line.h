#ifndef BGC_UI_REPORT_LINE_H
#define BGC_UI_REPORT_LINE_H

/*
 * The lines that a report is made of (ui/report.h).
 */

#include "base/str.h"
#include "core/model.h"

/* One line: when, of what, which word, and the words. */
void report_say(struct str *out, const struct model *model, const char *subject,
                const char *word, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Under a line, for what belongs to it. */
void report_more(struct str *out, const char *text);

#endif
