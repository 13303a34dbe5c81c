#ifndef BGC_UI_CONSENT_H
#define BGC_UI_CONSENT_H

/*
 * What a yes would do, right above the prompt that asks for it: who loses the lease,
 * who gets the maintenance page, where a run that was cut off goes on.
 */

#include "core/model.h"
#include "ui/canvas.h"
#include "ui/prompt.h"

/* Draws over the bottom of `area`; nothing where the open prompt needs no such words.
 */
void consent_draw(const struct model *model, const struct prompt *prompt,
                  struct area area);

#endif
