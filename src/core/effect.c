#include "core/effect.h"

#include <string.h>

static const char *const names[] = {
    [FX_LIST_FLEET] = "list fleet",
    [FX_WATCH_BALANCER] = "watch balancer",
    [FX_ASK_BALANCER] = "ask balancer",
    [FX_ACQUIRE] = "acquire",
    [FX_RENEW] = "renew",
    [FX_RELEASE] = "release",
    [FX_CHANGE] = "change",
    [FX_EXTEND] = "extend",
    [FX_PUBLISH] = "publish",
    [FX_PUT_RECEIPT] = "put receipt",
    [FX_ASK_EVENTS] = "ask events",
    [FX_ASK_CONFIG] = "ask config",
    [FX_CHECK_CONFIG] = "check config",
    [FX_ASK_HOST] = "ask host",
    [FX_ASK_SHARED] = "ask shared",
    [FX_RESOLVE] = "resolve",
    [FX_PROBE] = "probe",
    [FX_PROBE_FRONT] = "probe front",
    [FX_JOB_START] = "job start",
    [FX_JOB_FOLLOW] = "job follow",
    [FX_JOB_CANCEL] = "job cancel",
    [FX_HOOK] = "hook",
    [FX_NOTE] = "note",
};

const char *effect_type_name(enum effect_type type)
{
    return names[type];
}

bool effect_changes_world(enum effect_type type)
{
    return type == FX_ACQUIRE || type == FX_RELEASE || type == FX_CHANGE ||
           type == FX_JOB_START || type == FX_JOB_CANCEL || type == FX_HOOK;
}

struct effect *effects_add(struct effects *effects, enum effect_type type, int host)
{
    if (effects->count == EFFECTS_MAX)
        return NULL;
    struct effect *effect = &effects->items[effects->count++];
    memset(effect, 0, sizeof *effect);
    effect->type = type;
    effect->host = host;
    effect->step = -1;
    return effect;
}
