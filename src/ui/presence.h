#ifndef BGC_UI_PRESENCE_H
#define BGC_UI_PRESENCE_H

/*
 * Who else is at the same engine, as one terminal is to show it.
 *
 * Several terminals may be attached; one of them has the say: its keys alone begin runs
 * and answer gates. All zero: this terminal is alone, and has it.
 */

#include "core/why.h"
#include "ui/canvas.h"

#include <stdbool.h>

enum { PRESENCE_NAME_MAX = 96, PRESENCE_LINE_MAX = 400, PRESENCE_NOTICE_MAX = 240 };

struct presence {
    bool looks_on;                    /* this terminal was opened to look on */
    char holder[PRESENCE_NAME_MAX];   /* who has the say; empty: this terminal */
    char line[PRESENCE_LINE_MAX];     /* everybody; empty: nobody else is there */
    char notice[PRESENCE_NOTICE_MAX]; /* what is to be known of the engine; may be "" */
};

/* Whether the keys of this terminal may begin and answer things. False: `why` says who
 * may, and what can be done. */
bool presence_has_say(const struct presence *presence, struct why *why);

/* Rows that it takes in the header: none where nobody else is there. */
int presence_rows(const struct presence *presence);
void presence_draw(const struct presence *presence, struct area area);

#endif
