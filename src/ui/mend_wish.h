#ifndef BGC_UI_MEND_WISH_H
#define BGC_UI_MEND_WISH_H

/*
 * From the selected drift to the wish to mend it: what it asks before.
 */

#include "ui/ui.h"

/* Whether the selected drift can be mended by a key now; reasons in `why`. */
bool mend_is_on(const struct model *model, const struct view *view, struct why *why);

/* Opens the prompt for the selected drift; what moves live traffic must be typed in
 * production. Call it only while mend_is_on(). */
void mend_ask(const struct model *model, struct view *view);

#endif
