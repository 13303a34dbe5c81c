#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/say.h"

void take_config(struct core *core, const struct event *event, struct effects *effects)
{
    struct configure *configure = &core->model.configure;

    (void)effects;
    configure_take(configure, core->model.now.mono_ms, event->config.sha256,
                   event->config.text, event->config.length);
    ask_answered_config(core, configure->read_ms > 0);
}

void take_config_checked(struct core *core, const struct event *event,
                         struct effects *effects)
{
    struct configure *configure = &core->model.configure;

    (void)effects;
    ask_answered_config(core, true);
    configure->checked = true;
    if (event->checked.ok)
        return;
    str_copy(configure->check_trouble, sizeof configure->check_trouble,
             event->checked.message);
    say_lines(core, core->model.balancers[0].host, LINE_BAD, event->checked.lines);
}

void take_config_failed(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct configure *configure = &core->model.configure;

    (void)effects;
    ask_answered_config(core, false);
    str_copy(configure->read_trouble, sizeof configure->read_trouble,
             event->failure.text);
}
