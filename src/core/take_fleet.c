#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/say.h"

void take_listing(struct core *core, const struct event *event, struct effects *effects)
{
    struct fleet *fleet = &core->model.fleet;

    (void)effects;
    ask_answered_fleet(core);
    int left_out = fleet_take_listing(fleet, event->fleet.droplets, event->fleet.count,
                                      core->model.settings->address == ADDRESS_PRIVATE,
                                      core->model.now.mono_ms);
    fleet->trouble[0] = '\0';
    fleet->limit_remaining = event->fleet.limit_remaining;
    fleet->limit_total = event->fleet.limit_total;
    if (left_out > 0)
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "%d Droplets are left out: more than %d carry our tags", left_out,
            FLEET_HOSTS_MAX);
}

void take_listing_failed(struct core *core, const struct event *event,
                         struct effects *effects)
{
    (void)effects;
    ask_answered_fleet(core);
    str_copy(core->model.fleet.trouble, sizeof core->model.fleet.trouble,
             event->failure.text);
    say(core, TRANSCRIPT_CONSOLE, LINE_WARNING, "%s", event->failure.text);
}
