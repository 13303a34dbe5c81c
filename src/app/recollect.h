#ifndef BGC_APP_RECOLLECT_H
#define BGC_APP_RECOLLECT_H

/*
 * What the newest journal remembers of a run that did not end: told to core at
 * the start, so that the screen says what was going on, and the run can be gone on
 * with.
 */

#include "app/engine.h"

/* Gives core an EV_RECALLED for each sentence, and one with all that is known. A
 * journal that cannot be read is told in the same way; it keeps nobody from working. */
void recollect(struct engine *engine);

#endif
