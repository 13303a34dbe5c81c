#include "core/evidence.h"

#include "base/str.h"
#include "core/model.h"

#include <string.h>

bool evidence_is_fresh(const struct model *model, int64_t at_ms)
{
    return at_ms > 0 &&
           model->now.mono_ms - at_ms <= model->settings->evidence_s * 1000;
}

bool evidence_has_sample(const struct model *model, struct why *why)
{
    const struct balancer *balancer = &model->balancers[0];

    if (!balancer->sampled)
        why_add(why, "HAProxy does not tell what is true: %s",
                balancer->trouble[0] != '\0' ? balancer->trouble
                                             : "no counters have come yet");
    else if (!evidence_is_fresh(model, balancer->sampled_ms))
        why_add(why, "HAProxy's counters are %lld s old: no evidence",
                (long long)(model->now.mono_ms - balancer->sampled_ms) / 1000);
    else
        return true;
    return false;
}

/* A watch that is interrupted for a moment is no reason to stop. */
bool evidence_is_idle(const struct model *model, enum colour colour)
{
    const struct balancer *balancer = &model->balancers[0];

    return evidence_is_fresh(model, balancer->sampled_ms) &&
           !share_reaches(balancer->runtime_share, colour);
}

/* False, with the reason, where no one colour is live. */
bool evidence_has_live_colour(const struct model *model, enum colour *ret_live,
                              struct why *why)
{
    int share = model_share(model);

    if (!evidence_has_sample(model, why))
        return false;
    if (share_live(share, ret_live))
        return true;
    if (share == SHARE_UNKNOWN)
        why_add(why, "HAProxy's map has no valid share: nobody can say which colour is "
                     "live");
    else
        why_add(why, "blue and green both get traffic (share %d)", share);
    return false;
}

bool evidence_has_hosts(const struct model *model, enum colour colour, struct why *why)
{
    const struct settings *settings = model->settings;

    if (model->fleet.listed_ms == 0)
        why_add(why, "the Droplets are not listed yet%s%s",
                model->fleet.trouble[0] != '\0' ? ": " : "", model->fleet.trouble);
    else if (fleet_count(&model->fleet, role_of_colour(colour)) == 0)
        why_add(why, "no Droplet carries the tag %s: there is no %s",
                colour == COLOUR_BLUE ? settings->tag_blue : settings->tag_green,
                colour_name(colour));
    else
        return true;
    return false;
}

void evidence_probe(const struct model *model, const struct host *host, char *buffer,
                    size_t size)
{
    const struct settings *settings = model->settings;
    bool v6 = strchr(host->address, ':') != NULL;
    bool get = settings->health_method == PROBE_GET || settings->health_body[0] != '\0';
    char request[SETTING_TEXT_MAX + 96];
    struct str url = str_on(request, sizeof request);

    str_addf(&url, "%s http://%s%s%s:%lld%s", get ? "GET" : "HEAD", v6 ? "[" : "",
             host->address, v6 ? "]" : "", settings->port, settings->health_path);
    health_sentence(&host->health.last, request, (int)settings->health_status, buffer,
                    (unsigned)size);
}
