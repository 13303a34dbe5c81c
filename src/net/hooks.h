#ifndef BGC_NET_HOOKS_H
#define BGC_NET_HOOKS_H

/*
 * Runs an operator's hooks (core/hook.h): programs on this machine, without a shell.
 *
 * Each is a session of its own and gets the run as JSON on its standard input
 * (core/hook_json.h) and in a few variables BGC_*. At [hooks] limit its whole process
 * group gets TERM, and KILL 2 s later. Of what it prints the last lines are kept, made
 * printable. EV_HOOK_ENDED tells each end, once.
 */

#include "core/model.h"
#include "net/net.h"

#include <uv.h>

struct hooks;

/* `settings` is kept, with its directory expanded. */
struct hooks *hooks_new(uv_loop_t *loop, const struct settings *settings,
                        struct sink sink);

void hooks_run(struct hooks *hooks, struct ticket ticket, enum stage stage,
               enum hook_when when, const struct model *model);

/* Those that run are ended at once, and nothing is told of them. The loop must be run
 * until it is empty; then hooks_free(). */
void hooks_close(struct hooks *hooks);
void hooks_free(struct hooks *hooks);

#endif
