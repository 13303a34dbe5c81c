#include "core/event.h"

static const char *const names[] = {
    [EV_TICK] = "tick",
    [EV_INTENT] = "intent",
    [EV_FLEET_LISTED] = "fleet listed",
    [EV_FLEET_FAILED] = "fleet not listed",
    [EV_SAMPLE] = "sample",
    [EV_SAMPLE_FAILED] = "no sample",
    [EV_BALANCER_STATUS] = "load balancer status",
    [EV_BALANCER_FAILED] = "no load balancer status",
    [EV_LEASE_ANSWERED] = "lease answered",
    [EV_LEASE_FAILED] = "lease not answered",
    [EV_CHANGE_ANSWERED] = "change answered",
    [EV_CHANGE_SILENT] = "change not answered",
    [EV_FUSE_EXTENDED] = "fuse extended",
    [EV_EVENTS] = "events",
    [EV_EVENTS_FAILED] = "no events",
    [EV_CONFIG] = "haproxy.cfg",
    [EV_CONFIG_CHECKED] = "haproxy.cfg checked",
    [EV_CONFIG_FAILED] = "no haproxy.cfg",
    [EV_FACTS] = "facts",
    [EV_FACTS_FAILED] = "no facts",
    [EV_SHARED] = "shared told",
    [EV_SHARED_FAILED] = "shared not told",
    [EV_RESOLVED] = "ref resolved",
    [EV_RESOLVE_FAILED] = "ref not resolved",
    [EV_PROBED] = "probed",
    [EV_FRONT_PROBED] = "front probed",
    [EV_JOB_RUNNING] = "job running",
    [EV_JOB_LINE] = "job line",
    [EV_JOB_ENDED] = "job ended",
    [EV_JOB_CUT] = "job cut off",
    [EV_JOB_REFUSED] = "job refused",
    [EV_HOOK_ENDED] = "hook ended",
    [EV_JOURNAL_FAILED] = "journal failed",
    [EV_RECALLED] = "recalled",
};

const char *event_type_name(enum event_type type)
{
    return names[type];
}
