#ifndef BGC_UI_VIEW_H
#define BGC_UI_VIEW_H

/*
 * What one terminal looks at: which screen, how far scrolled, what is typed.
 *
 * Each terminal has its own; nothing here is true of the world. Only keys and
 * view_*() change it, drawing never does.
 */

#include "core/mend.h"
#include "core/model.h"
#include "ui/list.h"
#include "ui/log_pane.h"
#include "ui/presence.h"
#include "ui/prompt.h"
#include "ui/style.h"

#include <stdint.h>

enum { VIEW_MESSAGE_MAX = 240, VIEW_MESSAGE_MS = 12000 };

enum screen_name {
    SCREEN_DASHBOARD,
    SCREEN_RUN,
    SCREEN_LOG,
    SCREEN_CARD,
    SCREEN_DRIFT,
    SCREEN_HELP,
    SCREEN_COUNT
};

/* What the arrow keys move on the dashboard. */
enum focus { FOCUS_LOG, FOCUS_BLUE, FOCUS_GREEN, FOCUS_COUNT };

struct view {
    int rows, cols; /* of its terminal */
    enum screen_name screen;
    enum screen_name back; /* where Esc leads from help */
    enum focus focus;
    struct list pools[COLOUR_COUNT]; /* hosts, on the dashboard */
    struct list targets;             /* hosts of the run, on the run's screen */
    struct list drift;               /* findings, on their screen */
    struct list help;
    int card_top; /* first line shown of the break-glass card */
    struct log_pane log;
    struct prompt prompt;
    struct mend mend;         /* what the prompt is about, where it asks for a mend */
    struct presence presence; /* who else is there; its owner keeps it up to date */
    int gate_seen;            /* number of the gate on the newest picture, 0: none */
    char message[VIEW_MESSAGE_MAX];
    enum style message_style;
    int64_t message_ms; /* mono time at which it was said */
};

void view_init(struct view *view, int rows, int cols);
void view_resize(struct view *view, int rows, int cols);

/* Says something in the message line, until the next key or VIEW_MESSAGE_MS. */
void view_say(struct view *view, struct moment now, enum style style,
              const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The message to show at `now`; "": none. */
const char *view_message(const struct view *view, struct moment now);

#endif
