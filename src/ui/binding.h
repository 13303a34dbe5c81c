#ifndef BGC_UI_BINDING_H
#define BGC_UI_BINDING_H

/*
 * The key table: which key does what, where, in whose words.
 *
 * The footer, the help screen and `bgconsole help keys` are made from it. A key
 * makes an action; an action that needs core carries the intent whose guard
 * says whether the key is on.
 */

#include "core/intent.h"
#include "ui/view.h"

#include <stddef.h>

enum action {
    ACTION_NONE,
    /* what core is asked for */
    ACTION_CONTINUE,
    ACTION_DEPLOY,
    ACTION_SWITCH,
    ACTION_ROLLBACK,
    ACTION_ABORT,
    ACTION_FINISH,
    ACTION_RESUME,
    ACTION_TAKEOVER,
    ACTION_MAINTENANCE,
    ACTION_MEND,
    ACTION_CONTRACT,
    ACTION_REFRESH,
    /* where one looks */
    ACTION_DASHBOARD,
    ACTION_RUN,
    ACTION_LOG,
    ACTION_CARD,
    ACTION_DRIFT,
    ACTION_HELP,
    ACTION_BACK,
    ACTION_FOCUS_NEXT,
    ACTION_FOCUS_BEFORE,
    /* moving */
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_TOP,
    ACTION_BOTTOM,
    /* the log */
    ACTION_PAUSE,
    ACTION_NEXT_HOST,
    ACTION_ALL_HOSTS,
    ACTION_SEARCH,
    ACTION_MATCH_OLDER,
    ACTION_MATCH_NEWER,
    /* the terminal */
    ACTION_REPAINT,
    ACTION_SUSPEND,
    ACTION_SAY,
    ACTION_QUIT,
};

enum { EVERYWHERE = (1 << SCREEN_COUNT) - 1 };

struct binding {
    const char *key; /* as key_text() writes it */
    unsigned where;  /* screens, one bit each by enum screen_name */
    enum action action;
    enum intent_kind
        intent;        /* whose guard decides (wish_intent); INTENT_NONE: always on */
    const char *label; /* in the footer; NULL: only in the help */
    const char *help;
};

/* The whole table, in the order of the help screen. */
const struct binding *bindings(size_t *ret_count);

/* What `key` does on `screen`; NULL: nothing. */
const struct binding *binding_find(const char *key, enum screen_name screen);

#endif
