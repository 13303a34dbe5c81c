#ifndef BGC_CORE_RUN_END_WORDS_H
#define BGC_CORE_RUN_END_WORDS_H

/*
 * How the last words of a run are put together; only the rooms of run_end.h use it.
 */

#include "base/str.h"
#include "core/model.h"
#include "core/why.h"

/* The run's reason, to be written from its beginning. */
struct str run_end_reason(struct run *run);

/* What the operator can do now, in place of what stood there. */
void run_end_advise(struct run *run, const char *words);

/* All that a guard has against it. */
void run_end_add_reasons(struct str *reason, const struct why *why);

/* The host and the step of the target at this place, and how it ended; its last lines
 * stand in the log. */
void run_end_tell_target(const struct model *model, int place, struct str *reason);

#endif
