#ifndef BGC_APP_RESUME_RUN_H
#define BGC_APP_RESUME_RUN_H

/*
 * Going on with a run that was cut off: its journal, and the command without a screen.
 */

#include "app/engine.h"

#include <stdbool.h>

/* Opens the journal of the run that the model goes on with, behind its last whole line;
 * a torn one is cut off. */
bool resume_journal(struct engine *engine, struct err *err);

enum resume_word {
    RESUME_WAITS,   /* the load balancer has not told what is true */
    RESUME_REFUSED, /* it may not be */
    RESUME_GOES,
};

/* Whether it may begin; `begun_ms` is when the program did. Reasons in `why`. */
enum resume_word resume_may_begin(const struct model *model, int64_t begun_ms,
                                  struct why *why);

/* What is found, and what would be done first. */
void resume_print(const struct model *model);

#endif
