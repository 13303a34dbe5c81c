#ifndef BGC_UI_LEASE_WORDS_H
#define BGC_UI_LEASE_WORDS_H

/*
 * Who holds the lease, and what becomes of a switch that nobody has confirmed, in the
 * operator's words: for the header, the run's panel and the alarms.
 */

#include "base/str.h"
#include "core/model.h"
#include "ui/style.h"

#include <stdbool.h>

/* "free", "you 00:42", "ann@ws1 03:10 at watching", "not confirmed 45 s". Brief:
 * without the stage. Returns how it is to be shown. */
enum style lease_write(const struct model *model, bool brief, struct str *out);

/* "the load balancer takes this back in 00:41 unless confirmed", of the fuse of the
 * open run. False, and nothing is written: there is none. */
bool fuse_write(const struct model *model, enum style *ret_style, struct str *out);

/* Whether a switch waits to be confirmed, and no run of this console can do it. */
bool fuse_is_orphan(const struct model *model);

/* "unconfirmed switch: taken back in 00:41", of an orphan. */
void fuse_write_orphan(const struct model *model, struct str *out);

/* "run 2026...-7f3a by ann@ws1": whose switch the fuse is of. */
void fuse_write_run(const struct model *model, struct str *out);

#endif
