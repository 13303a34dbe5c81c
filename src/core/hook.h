#ifndef BGC_CORE_HOOK_H
#define BGC_CORE_HOOK_H

/*
 * Hooks: an operator's own programs, run beside the console when a stage of a run
 * begins (pre) and when it is left (post).
 *
 * A stage waits for its pre hook, and a pre hook that fails stops the run; a post hook
 * is only told of. A run that goes back, takes over or mends waits for none: no hook
 * ever stands in the way of the way back.
 *
 * Core asks for them by an effect and hears of their end by an event, as of everything
 * else; net/hook.h runs them.
 */

#include "core/stage.h"
#include "core/why.h"

#include <stdbool.h>
#include <stdint.h>

enum hook_when { HOOK_PRE, HOOK_POST, HOOK_WHENS };

enum hook_state {
    HOOK_NONE,    /* not asked for */
    HOOK_RUNNING, /* its end will come: it has a time limit */
    HOOK_OK,
    HOOK_FAILED,
};

enum { HOOK_TEXT_MAX = 200, HOOK_NAME_MAX = 32 };

/* One hook of a run. */
struct hook {
    enum hook_state state;
    int64_t asked_ms;         /* mono */
    char text[HOOK_TEXT_MAX]; /* why it failed, with its last line */
};

struct core;
struct effects;
struct model;
struct run;

/* "pre-deploy": the name of its file. */
void hook_name(enum stage stage, enum hook_when when, char buffer[HOOK_NAME_MAX]);

/* What that file's name means; false: it is no hook's. */
bool hook_from_name(const char *name, enum stage *ret_stage, enum hook_when *ret_when);

/* A run that was cut off goes on, and its journal says that this one ended well: it is
 * not run again. */
void hook_recall(struct run *run, enum stage stage, enum hook_when when);

/* The run has entered another stage than `before`, or has ended: its hooks are asked
 * for. `entered`: for the first time. */
void hook_enter(struct core *core, enum stage before, bool entered,
                struct effects *effects);

/* Those that were asked for in this turn were not run after all. */
void hook_forget(struct core *core);

/* Whether the run waits for the end of its stage's pre hook. */
bool hook_is_awaited(const struct model *model);

/* The pre hook that stopped the run, or will; NULL: none did. */
const struct hook *hook_failed(const struct run *run);

/* Adds a reason where the pre hook of the run's stage still runs. */
void hook_weigh(const struct model *model, struct why *why);

#endif
