#ifndef BGC_UI_UI_H
#define BGC_UI_UI_H

/*
 * The door of the west wing: a model and a view give a picture; a key and a
 * view give an intent.
 *
 * Drawing changes nothing. A key changes the view (which screen, how far
 * scrolled, what is typed) or makes an intent for core; it never acts itself.
 */

#include "core/intent.h"
#include "core/model.h"
#include "ui/canvas.h"
#include "ui/keys.h"
#include "ui/view.h"

#include <stdbool.h>

enum ui_answer {
    UI_NOTHING,
    UI_CHANGED, /* the view changed: draw at once */
    UI_INTENT,  /* `intent` is for core */
    UI_QUIT,    /* the operator wants to leave the console */
    UI_SAY,     /* this terminal wants the say */
    UI_SUSPEND, /* Ctrl-Z */
    UI_REPAINT, /* Ctrl-L: spoil the terminal, draw */
};

enum { UI_ROWS_LEAST = 24, UI_COLS_LEAST = 80 };

/* Draws the whole picture. `canvas` may have any size; when it is smaller than
 * UI_ROWS_LEAST x UI_COLS_LEAST it says so and still shows the live colour. */
void ui_draw(const struct model *model, const struct view *view, struct canvas *canvas);

/* Takes one key. `*ret_intent` is written only for UI_INTENT. */
enum ui_answer ui_key(const struct model *model, struct view *view, struct key key,
                      struct intent *ret_intent);

/* Number of the gate that a picture of these two shows, 0: none. Once it is on the
 * screen, view->gate_seen is that: a gate can be answered only by somebody who saw it.
 */
int ui_gate_shown(const struct model *model, const struct view *view);

/* The key table as text for help, README and tests. */
struct str;
void ui_write_keys(struct str *out);

#endif
