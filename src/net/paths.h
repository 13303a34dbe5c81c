#ifndef BGC_NET_PATHS_H
#define BGC_NET_PATHS_H

/*
 * Where our files are, and directories that nobody else may look into.
 *
 *     $XDG_STATE_HOME/bgconsole/ENV/             (~/.local/state by default)
 *         engine.lock                            net/engine_lock
 *         known_hosts                            net/trusted_hosts
 *         runs/RUN.jsonl                         net/journal
 *         runs/RUN/HOST-STEP.log                 net/output_file
 */

#include "base/err.h"

#include <stddef.h>

enum { PATH_TEXT_MAX = 1024 };

/* `path` with a leading "~/" replaced by $HOME. */
bool path_expand(const char *path, char buffer[PATH_TEXT_MAX], struct err *err);

/* The state directory of an environment (settings_env_name()). */
bool path_state(const char *env, char buffer[PATH_TEXT_MAX], struct err *err);

/* "DIRECTORY/NAME". */
bool path_join(const char *directory, const char *name, char buffer[PATH_TEXT_MAX],
               struct err *err);

/* Makes `path` and what is missing above it, each 0700 and on the disk when this
 * returns, and opens it. Refuses a directory of somebody else's, or one that others
 * may write. Returns a descriptor (O_CLOEXEC) that the caller closes, or -1. */
int path_open_private(const char *path, struct err *err);

#endif
