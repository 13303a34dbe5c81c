#include "core/takers.h"

#include "base/str.h"
#include "core/say.h"

#include <string.h>

/* The hook's last line, which mostly says why. */
static const char *last_line(const char *lines)
{
    const char *newline = strrchr(lines, '\n');
    return newline != NULL ? newline + 1 : lines;
}

/* The stage had to wait: what it may take counts from now. */
static void give_time_back(struct core *core, const struct event *event,
                           const struct hook *hook)
{
    struct run *run = &core->model.run;

    if (event->hook.when == HOOK_PRE && event->hook.stage == run->stage &&
        hook_is_awaited(&core->model) && run->deadline_ms > 0)
        run->deadline_ms += core->model.now.mono_ms - hook->asked_ms;
}

void take_hook_ended(struct core *core, const struct event *event,
                     struct effects *effects)
{
    struct hook *hook = &core->model.run.hooks[event->hook.stage][event->hook.when];
    char name[HOOK_NAME_MAX];

    (void)effects;
    if (hook->state != HOOK_RUNNING)
        return;
    give_time_back(core, event, hook);
    hook_name(event->hook.stage, event->hook.when, name);
    if (event->hook.lines[0] != '\0')
        say_lines(core, TRANSCRIPT_CONSOLE, LINE_OUTPUT, event->hook.lines);
    if (event->hook.ok) {
        hook->state = HOOK_OK;
        say(core, TRANSCRIPT_CONSOLE, LINE_GOOD, "hook %s: done", name);
        return;
    }
    const char *last = last_line(event->hook.lines);
    struct str text = str_on(hook->text, sizeof hook->text);
    hook->state = HOOK_FAILED;
    str_addf(&text, "the hook %s %s%s%s", name, event->hook.text,
             last[0] != '\0' ? ": " : "", last);
    say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "hook %s: %s", name, event->hook.text);
}
