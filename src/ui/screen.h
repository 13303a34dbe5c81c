#ifndef BGC_UI_SCREEN_H
#define BGC_UI_SCREEN_H

/*
 * A screen is one const struct: its name, its key, how it draws, what it does
 * with an action. Header, footer, messages and prompts are the door's (ui.c).
 *
 * A new screen is a file screen_NAME.c with its struct, a line here, a name in
 * view.h, and a row in the key table.
 */

#include "core/model.h"
#include "ui/binding.h"
#include "ui/canvas.h"
#include "ui/view.h"

#include <stdbool.h>

struct screen {
    const char *key;
    const char *title; /* in the header; NULL: not there, only in the help */
    bool shows_gate;   /* an open gate is on it, with its evidence */

    /* Draws into the body, between header and footer. */
    void (*draw)(const struct model *model, const struct view *view, struct area area);

    /* Takes a moving or log action; `rows` and `cols` are the body's. False: it is not
     * for this screen. */
    bool (*act)(const struct model *model, struct view *view, enum action action,
                int rows, int cols);
};

extern const struct screen screen_dashboard;
extern const struct screen screen_run;
extern const struct screen screen_log;
extern const struct screen screen_card;
extern const struct screen screen_drift;
extern const struct screen screen_help;

const struct screen *screen_of(enum screen_name name);

#endif
