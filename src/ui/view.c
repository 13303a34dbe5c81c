#include "ui/view.h"

#include "base/str.h"

#include <stdarg.h>

void view_init(struct view *view, int rows, int cols)
{
    *view = (struct view){.screen = SCREEN_DASHBOARD};
    log_pane_init(&view->log);
    view_resize(view, rows, cols);
}

void view_resize(struct view *view, int rows, int cols)
{
    view->rows = rows;
    view->cols = cols;
}

void view_say(struct view *view, struct moment now, enum style style,
              const char *format, ...)
{
    struct str message = str_on(view->message, sizeof view->message);
    va_list arguments;
    va_start(arguments, format);
    str_addv(&message, format, arguments);
    va_end(arguments);
    view->message_style = style;
    view->message_ms = now.mono_ms;
}

const char *view_message(const struct view *view, struct moment now)
{
    return now.mono_ms - view->message_ms < VIEW_MESSAGE_MS ? view->message : "";
}
