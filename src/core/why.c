#include "core/why.h"

#include "base/str.h"

#include <stdarg.h>

void why_clear(struct why *why)
{
    why->count = 0;
    why->more = 0;
}

void why_add(struct why *why, const char *format, ...)
{
    va_list arguments;

    if (why->count == WHY_LINES_MAX) {
        why->more++;
        return;
    }
    struct str line = str_on(why->lines[why->count++], WHY_LINE_MAX);
    va_start(arguments, format);
    str_addv(&line, format, arguments);
    va_end(arguments);
}
