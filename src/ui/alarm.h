#ifndef BGC_UI_ALARM_H
#define BGC_UI_ALARM_H

/*
 * What an operator must know before anything else, worst first: who does not
 * answer and since when, what does not agree, what was left unfinished.
 */

#include "core/model.h"

#include <stdbool.h>

enum { ALARMS_MAX = 16, ALARM_TEXT_MAX = 320 };

struct alarm {
    bool bad; /* false: a warning */
    char text[ALARM_TEXT_MAX];
};

struct alarms {
    int count; /* more than ALARMS_MAX are left out */
    struct alarm items[ALARMS_MAX];
};

/* Fills `alarms` from the model of this moment. */
void alarms_look(struct alarms *alarms, const struct model *model);

/* Whether HAProxy's newest sample is too old to be called live. */
bool balancer_is_stale(const struct model *model);

/* Whether the newest listing of the API is too old to be called live. */
bool fleet_is_stale(const struct model *model);

#endif
