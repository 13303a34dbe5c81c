#include "core/takers.h"

#include "base/str.h"
#include "core/say.h"

enum { FOLLOW_EVERY_MS = 2000, ASK_AGAIN_MS = 5000 };

/* Of the past only the run that holds the lease is told: what was published before it
 * is history, and our own lines stand here already. */
static bool is_news(const struct core *core, const struct published *line)
{
    const struct balancer *balancer = &core->model.balancers[0];

    if (line->number < balancer->next_event || str_equal(line->run, core->model.run.id))
        return false;
    return balancer->next_event > 0 || str_equal(line->run, balancer->lease.run);
}

static void tell(struct core *core, const struct published *line)
{
    const struct lease *lease = &core->model.balancers[0].lease;

    if (str_equal(line->run, lease->run))
        say(core, TRANSCRIPT_CONSOLE, LINE_NOTE, "%s@%s's run: %s", lease->who,
            lease->where, line->text);
    else
        say(core, TRANSCRIPT_CONSOLE, LINE_NOTE, "another run (%s): %s", line->run,
            line->text);
}

static void ask_again(struct core *core, int64_t pause_ms)
{
    core->schedule.events_asked = false;
    core->schedule.events_ms = core->model.now.mono_ms + pause_ms;
}

/* A load balancer that lost its state counts anew, so its next number may be a lower
 * one. */
void take_events(struct core *core, const struct event *event, struct effects *effects)
{
    (void)effects;
    ask_again(core, FOLLOW_EVERY_MS);
    for (int i = 0; i < event->events.count; i++) {
        if (is_news(core, &event->events.lines[i]))
            tell(core, &event->events.lines[i]);
    }
    core->model.balancers[0].next_event = event->events.next_event;
}

/* Why, the status tells. */
void take_events_failed(struct core *core, const struct event *event,
                        struct effects *effects)
{
    (void)event;
    (void)effects;
    ask_again(core, ASK_AGAIN_MS);
}
