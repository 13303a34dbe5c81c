#include "core/hook.h"

#include "base/str.h"
#include "core/ask.h"

#include <stddef.h>

void hook_name(enum stage stage, enum hook_when when, char buffer[HOOK_NAME_MAX])
{
    struct str name = str_on(buffer, HOOK_NAME_MAX);
    str_addf(&name, "%s-%s", when == HOOK_PRE ? "pre" : "post", stage_name(stage));
}

bool hook_from_name(const char *name, enum stage *ret_stage, enum hook_when *ret_when)
{
    char known[HOOK_NAME_MAX];

    for (enum stage stage = 0; stage < STAGE_COUNT; stage++) {
        for (enum hook_when when = 0; when < HOOK_WHENS; when++) {
            hook_name(stage, when, known);
            if (!str_equal(name, known))
                continue;
            *ret_stage = stage;
            *ret_when = when;
            return true;
        }
    }
    return false;
}

void hook_recall(struct run *run, enum stage stage, enum hook_when when)
{
    run->hooks[stage][when].state = HOOK_OK;
}

static void ask_for_hook(struct core *core, enum stage stage, enum hook_when when,
                         struct effects *effects)
{
    struct hook *hook = &core->model.run.hooks[stage][when];

    if (!core->model.hook_there[stage][when] || hook->state != HOOK_NONE)
        return;
    struct effect *effect = ask(core, effects, FX_HOOK, -1);
    if (effect == NULL)
        return; /* it is no part of what must be */
    effect->stage = stage;
    effect->when = when;
    hook->state = HOOK_RUNNING;
    hook->asked_ms = core->model.now.mono_ms;
}

void hook_enter(struct core *core, enum stage before, bool entered,
                struct effects *effects)
{
    const struct run *run = &core->model.run;

    if (!run_is_open(run->state))
        ask_for_hook(core, run->stage, HOOK_POST, effects);
    if (!entered)
        return;
    if (before != run->stage)
        ask_for_hook(core, before, HOOK_POST, effects);
    ask_for_hook(core, run->stage, HOOK_PRE, effects);
}

void hook_forget(struct core *core)
{
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++) {
        for (enum hook_when when = 0; when < HOOK_WHENS; when++) {
            struct hook *hook = &core->model.run.hooks[stage][when];
            if (hook->state == HOOK_RUNNING &&
                hook->asked_ms == core->model.now.mono_ms)
                *hook = (struct hook){.state = HOOK_NONE};
        }
    }
}

/* Whether hooks can hold up or stop a run of this kind. */
static bool hooks_decide(const struct run *run)
{
    return run->kind == RUN_DEPLOY || run->kind == RUN_SHIFT ||
           run->kind == RUN_CONFIGURE || run->kind == RUN_CONTRACT;
}

/* Where nothing is on its way that goes on without us. */
static bool can_wait(enum run_state state)
{
    switch (state) {
    case RUN_PREFLIGHT:
    case RUN_DEPLOYING:
    case RUN_READING_CONFIG:
    case RUN_VERIFYING:
    case RUN_SWITCH_GATE:
    case RUN_FINISH_GATE:
    case RUN_CONTRACT_GATE:
        return true;
    default:
        return false;
    }
}

bool hook_is_awaited(const struct model *model)
{
    const struct run *run = &model->run;

    return hooks_decide(run) && can_wait(run->state) &&
           run->hooks[run->stage][HOOK_PRE].state == HOOK_RUNNING;
}

const struct hook *hook_failed(const struct run *run)
{
    const struct hook *hook = &run->hooks[run->stage][HOOK_PRE];

    return hooks_decide(run) && hook->state == HOOK_FAILED ? hook : NULL;
}

void hook_weigh(const struct model *model, struct why *why)
{
    char name[HOOK_NAME_MAX];

    if (!hook_is_awaited(model))
        return;
    hook_name(model->run.stage, HOOK_PRE, name);
    why_add(why, "the hook %s still runs", name);
}
