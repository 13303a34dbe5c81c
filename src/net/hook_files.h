#ifndef BGC_NET_HOOK_FILES_H
#define BGC_NET_HOOK_FILES_H

/*
 * Which hooks an operator has: the files pre-STAGE and post-STAGE of one directory.
 *
 * They run with the operator's rights, so what others could write is refused, and so
 * is a name that would never be run: a hook that somebody relies on must not be
 * passed over in silence. Names that begin with neither word are the operator's own
 * business.
 */

#include "base/err.h"
#include "core/hook.h"

#include <stdbool.h>

/* `directory` "": there are none. ERR_CONFIG names the file and what to do. */
bool hook_files_look(const char *directory, bool there[STAGE_COUNT][HOOK_WHENS],
                     struct err *err);

#endif
