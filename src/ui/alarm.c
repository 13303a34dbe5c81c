#include "ui/alarm.h"

#include "base/str.h"
#include "core/drift.h"
#include "ui/age.h"
#include "ui/lease_words.h"

#include <stdarg.h>

enum { STALE_SAMPLES = 3, STALE_GRACE_MS = 2000, STALE_LISTINGS = 3 };

static void add(struct alarms *alarms, bool bad, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(struct alarms *alarms, bool bad, const char *format, ...)
{
    if (alarms->count == ALARMS_MAX)
        return;
    struct alarm *alarm = &alarms->items[alarms->count++];
    struct str text = str_on(alarm->text, sizeof alarm->text);
    va_list arguments;
    va_start(arguments, format);
    str_addv(&text, format, arguments);
    va_end(arguments);
    alarm->bad = bad;
}

static bool is_stale(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];
    int64_t age_ms = model->now.mono_ms - balancer->sampled_ms;
    return !balancer->sampled ||
           age_ms > STALE_SAMPLES * model->settings->sample_ms + STALE_GRACE_MS;
}

bool balancer_is_stale(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (is_stale(model, i))
            return true;
    }
    return false;
}

bool fleet_is_stale(const struct model *model)
{
    int64_t age_ms = model->now.mono_ms - model->fleet.listed_ms;
    return model->fleet.listed_ms == 0 ||
           age_ms > STALE_LISTINGS * model->settings->poll_s * 1000;
}

/* "no sample for 12 s", or "no sample yet". */
static void add_silence(struct str *out, const struct model *model, const char *what,
                        int64_t since_ms)
{
    char age[AGE_SIZE];
    age_text(model->now.mono_ms - since_ms, age);
    if (since_ms == 0)
        str_addf(out, "no %s yet", what);
    else
        str_addf(out, "no %s for %s", what, age);
}

static void look_at_balancer(struct alarms *alarms, const struct model *model,
                             int place)
{
    const struct balancer *balancer = &model->balancers[place];
    char buffer[64], name[HOST_NAME_MAX_BYTES + 2];
    struct str silence = str_on(buffer, sizeof buffer);
    add_silence(&silence, model, "sample", balancer->sampled_ms);
    balancers_prefix(model, place, name, sizeof name);

    if (balancer->host < 0 && model->fleet.listed_ms > 0)
        add(alarms, true, "HAProxy: no Droplet carries the tag %s",
            model->settings->tag_balancer);
    else if (balancer->trouble[0] != '\0')
        add(alarms, true, "%sHAProxy: %s: %s", name, buffer, balancer->trouble);
    else if (balancer->sampled_ms != 0 && is_stale(model, place))
        add(alarms, true, "%sHAProxy: %s", name, buffer);
    if (balancer->status_trouble[0] != '\0')
        add(alarms, true, "%sload balancer's helper: %s", name,
            balancer->status_trouble);
    if (balancer->intent_open && balancer->sampled)
        add(alarms, false,
            "%sa change on the load balancer did not end; its helper settles it", name);
}

/* The open run made it so, and its panel says more. */
static bool is_of_run(const struct model *model, int share)
{
    return run_is_open(model->run.state) && model->run.fused &&
           share == model->run.share_after;
}

static void look_at_share(struct alarms *alarms, const struct model *model)
{
    int share = model_share(model);
    enum colour live;

    if (share != SHARE_UNKNOWN && !share_live(share, &live) && !is_of_run(model, share))
        add(alarms, false, "the traffic is split: %d %% goes to green, %d %% to blue",
            share, 100 - share);
}

/* One line for all of it; its screen has the rest. */
static void look_at_drift(struct alarms *alarms, const struct model *model)
{
    struct drift drift;

    drift_look(model, &drift);
    if (drift.count == 0)
        return;
    const struct finding *worst = &drift.findings[0];
    int total = drift.count + drift.more;
    add(alarms, drift_kind_level(worst->kind) == DRIFT_BAD,
        "drift: %d finding%s (D): %s, %s: %s", total, total == 1 ? "" : "s",
        drift_kind_name(worst->kind), worst->subject, worst->sentence);
}

/* What others do here, and what nobody does. */
static void look_at_lease(struct alarms *alarms, const struct model *model)
{
    char words[ALARM_TEXT_MAX];
    struct str out = str_on(words, sizeof words);
    struct why why;

    why_clear(&why);
    if (model->hold.state == HOLD_LOST && run_is_open(model->run.state))
        add(alarms, true, "the lease is lost: %s", model->hold.trouble);
    else if (model->hold.state == HOLD_OURS && !hold_serves(model, &why))
        add(alarms, true, "%s", why.lines[0]);
    if (fuse_is_orphan(model)) {
        fuse_write_orphan(model, &out);
        str_add(&out, "; T takes over (");
        fuse_write_run(model, &out);
        str_add(&out, ")");
        add(alarms, true, "%s", words);
    } else if (lease_is_foreign(model)) {
        const struct lease *lease = balancers_lease(model);
        add(alarms, false, "%s@%s holds the lease%s%s: wait, or T takes over (run %s)",
            lease->who, lease->where, lease->stage[0] != '\0' ? ", at " : "",
            lease->stage, lease->run);
    }
}

static int count_ready(const struct fleet *fleet, enum colour colour)
{
    int ready = 0;
    enum host_role role = role_of_colour(colour);
    for (int h = fleet_next(fleet, role, -1); h >= 0; h = fleet_next(fleet, role, h))
        ready += fleet->hosts[h].in_haproxy && server_is_ready(&fleet->hosts[h].server);
    return ready;
}

static void look_at_live(struct alarms *alarms, const struct model *model)
{
    enum colour live;
    if (!share_live(model_share(model), &live))
        return;
    int ready = count_ready(&model->fleet, live);
    int total = fleet_count(&model->fleet, role_of_colour(live));
    enum colour other = colour_other(live);
    if (ready == 0)
        add(alarms, true, "%s is live and none of its %d servers is up; %s has %d up%s",
            colour_name_upper(live), total, colour_name_upper(other),
            count_ready(&model->fleet, other),
            count_ready(&model->fleet, other) > 0 ? ": r sends the traffic there" : "");
    else if (ready < total)
        add(alarms, false, "%s is live and %d of its %d servers %s not up",
            colour_name_upper(live), total - ready, total,
            total - ready == 1 ? "is" : "are");
}

static void look_at_hosts(struct alarms *alarms, const struct model *model)
{
    int silent = 0, first = -1;
    for (int h = 0; h < model->fleet.count; h++) {
        const struct host *host = &model->fleet.hosts[h];
        if (host->gone || host->reach != REACH_FAILED)
            continue;
        silent++;
        first = first < 0 ? h : first;
    }
    if (silent == 0)
        return;
    const struct host *host = &model->fleet.hosts[first];
    if (silent == 1)
        add(alarms, true, "%s does not answer by SSH: %s", host->droplet.name,
            host->trouble);
    else
        add(alarms, true, "%d hosts do not answer by SSH; %s: %s", silent,
            host->droplet.name, host->trouble);
}

static void look_at_api(struct alarms *alarms, const struct model *model)
{
    const struct fleet *fleet = &model->fleet;
    char buffer[64];
    struct str silence = str_on(buffer, sizeof buffer);
    add_silence(&silence, model, "list of Droplets", fleet->listed_ms);
    if (fleet->trouble[0] != '\0')
        add(alarms, true, "API: %s: %s", buffer, fleet->trouble);
    else if (fleet->listed_ms != 0 && fleet_is_stale(model))
        add(alarms, false, "API: %s", buffer);
}

/* Keeps the order of those that are as bad as each other. */
static void put_bad_first(struct alarms *alarms)
{
    struct alarms sorted = {.count = 0};

    for (int i = 0; i < alarms->count; i++) {
        if (alarms->items[i].bad)
            sorted.items[sorted.count++] = alarms->items[i];
    }
    for (int i = 0; i < alarms->count; i++) {
        if (!alarms->items[i].bad)
            sorted.items[sorted.count++] = alarms->items[i];
    }
    *alarms = sorted;
}

void alarms_look(struct alarms *alarms, const struct model *model)
{
    alarms->count = 0;
    if (model->journal_lost)
        add(alarms, true, "the journal cannot be written: nothing new is begun");
    if (balancers_maintain(model))
        add(alarms, true,
            "MAINTENANCE: everybody gets the maintenance page (503); M takes it down");
    look_at_lease(alarms, model);
    for (int i = 0; i < model->balancer_count; i++)
        look_at_balancer(alarms, model, i);
    look_at_live(alarms, model);
    look_at_drift(alarms, model);
    look_at_share(alarms, model);
    look_at_api(alarms, model);
    look_at_hosts(alarms, model);
    for (int i = 0; i < model->recall.count; i++)
        add(alarms, false, "%s", model->recall.lines[i]);
    put_bad_first(alarms);
}
