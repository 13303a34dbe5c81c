#include "ui/report_line.h"

#include <stdarg.h>

void report_say(struct str *out, const struct model *model, const char *subject,
                const char *word, const char *format, ...)
{
    char time[CLOCK_STAMP_SIZE];
    clock_time_local(model->now.wall_ms, time);
    str_addf(out, "%s  %-9s  %-5s  ", time, subject, word);
    va_list arguments;
    va_start(arguments, format);
    str_addv(out, format, arguments);
    va_end(arguments);
    str_add_char(out, '\n');
}

void report_more(struct str *out, const char *text)
{
    str_addf(out, "%28s%s\n", "", text);
}
