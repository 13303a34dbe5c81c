#include "core/say.h"

#include "base/str.h"

#include <stdarg.h>
#include <string.h>

void say(struct core *core, int host, enum line_kind kind, const char *format, ...)
{
    char text[TRANSCRIPT_LINE_MAX];
    struct str line = str_on(text, sizeof text);
    va_list arguments;

    va_start(arguments, format);
    str_addv(&line, format, arguments);
    va_end(arguments);
    transcript_add(&core->model.transcript, core->model.now.wall_ms, host, -1, kind,
                   text);
}

void say_lines(struct core *core, int host, enum line_kind kind, const char *lines)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        say(core, host, kind, "%.*s", (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

void say_why(struct core *core, const char *what, const struct why *why)
{
    for (int i = 0; i < why->count; i++)
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING, "%s: %s", what, why->lines[i]);
}
