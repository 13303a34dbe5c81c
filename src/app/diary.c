#include "app/diary.h"

static const char *host_name(const struct model *model, int host)
{
    return host >= 0 && host < model->fleet.count
               ? model->fleet.hosts[host].droplet.name
               : "-";
}

/* Its words, where it is a failure. */
static const char *words_of(const struct event *event)
{
    switch (event->type) {
    case EV_FLEET_FAILED:
    case EV_SAMPLE_FAILED:
    case EV_BALANCER_FAILED:
    case EV_LEASE_FAILED:
    case EV_CHANGE_SILENT:
    case EV_FACTS_FAILED:
    case EV_RESOLVE_FAILED:
    case EV_JOB_CUT:
    case EV_JOB_REFUSED:
    case EV_JOURNAL_FAILED:
        return event->failure.text;
    case EV_SHARED_FAILED:
        return event->failure.text;
    case EV_HOOK_ENDED:
        return event->hook.text;
    case EV_INTENT:
        return intent_name(event->intent.kind);
    default:
        return "";
    }
}

void diary_event(struct log *log, const struct model *model, const struct event *event)
{
    if (event->type != EV_TICK && event->type != EV_JOB_LINE)
        log_line(log, event->now, "event", "%s %s %s", event_type_name(event->type),
                 host_name(model, event->host), words_of(event));
}

void diary_effect(struct log *log, const struct model *model,
                  const struct effect *effect)
{
    log_line(log, model->now, "effect", "%s %s %s", effect_type_name(effect->type),
             host_name(model, effect->host), effect->note);
}
