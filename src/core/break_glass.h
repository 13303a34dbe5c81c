#ifndef BGC_CORE_BREAK_GLASS_H
#define BGC_CORE_BREAK_GLASS_H

/*
 * The break-glass card: the shell lines that would do by hand, right now, what the
 * console does: look, switch, go back, end a fuse, keep a share through a reload, put
 * maintenance up and take it down.
 *
 * Made from the model alone, so also where nobody answers: what is not known is said in
 * words. Lines that begin with `#` are words, all others are commands as they are to be
 * typed (core/by_hand.h). The card runs nothing and asks nobody.
 */

#include "core/model.h"

/* Enough for a card of FLEET_HOSTS_MAX hosts with names of a usual length. */
enum { BREAK_GLASS_TEXT_MAX = 1024 * 1024 };

/* Where `out->cut` is set afterwards its last command is not whole and must not be
 * shown. */
void break_glass_write(const struct model *model, struct str *out);

#endif
