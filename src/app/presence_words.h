#ifndef BGC_APP_PRESENCE_WORDS_H
#define BGC_APP_PRESENCE_WORDS_H

/*
 * What each terminal is told of the others, and of its engine: the words of
 * ui/presence.h.
 */

#include "app/terminals.h"

/* Brings the presence in the terminal's view up to date. */
void presence_tell(const struct terminals *terminals, struct terminal *terminal,
                   int64_t now_ms);

#endif
