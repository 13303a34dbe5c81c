#include "ui/status.h"

#include "base/json_out.h"
#include "core/drift.h"
#include "core/receipt_json.h"
#include "ui/alarm.h"
#include "ui/canary_line.h"
#include "ui/host_json.h"
#include "ui/receipt_panel.h"

enum { RATE_WINDOW_MS = 10000 };

static const char *live_word(int share)
{
    enum colour live;
    if (share == SHARE_UNKNOWN)
        return "unknown";
    return share_live(share, &live) ? colour_name(live) : "split";
}

static void write_share(struct json_out *json, const char *key, int share)
{
    if (share == SHARE_UNKNOWN)
        json_put_null(json, key);
    else
        json_put_integer(json, key, share);
}

/* Seconds from `since_ms` to now; null when that never was. */
static void write_age(struct json_out *json, const char *key, const struct model *model,
                      int64_t since_ms)
{
    if (since_ms <= 0)
        json_put_null(json, key);
    else
        json_put_integer(json, key, (model->now.mono_ms - since_ms) / 1000);
}

static void write_balancer(struct json_out *json, const struct model *model,
                           const char *key, int place)
{
    const struct balancer *balancer = &model->balancers[place];
    json_object_open(json, key);
    json_put_string(
        json, "host",
        balancer->host >= 0 ? model->fleet.hosts[balancer->host].droplet.name : "");
    json_put_string(json, "haproxy", balancer->haproxy_version);
    write_age(json, "sampled_age_s", model, balancer->sampled_ms);
    write_share(json, "runtime_share",
                balancer->sampled ? balancer->runtime_share : SHARE_UNKNOWN);
    write_share(json, "disk_share",
                balancer->sampled ? balancer->disk_share : SHARE_UNKNOWN);
    json_put_string(json, "trouble", balancer->trouble);
    json_object_close(json);
}

/* The first one, for those who know of one; and all. */
static void write_balancers(struct json_out *json, const struct model *model)
{
    write_balancer(json, model, "balancer", 0);
    json_array_open(json, "balancers");
    for (int i = 0; i < model->balancer_count; i++)
        write_balancer(json, model, NULL, i);
    json_array_close(json);
}

/* Seconds until `until_ms`; null where that never is. */
static void write_left(struct json_out *json, const struct model *model, bool known,
                       int64_t until_ms)
{
    int64_t left_ms = until_ms - model->now.mono_ms;
    if (known)
        json_put_integer(json, "left_s", left_ms > 0 ? left_ms / 1000 : 0);
    else
        json_put_null(json, "left_s");
}

static void write_lease(struct json_out *json, const struct model *model)
{
    const struct lease *lease = balancers_lease(model);
    bool held = lease->state == LEASE_HELD;
    json_object_open(json, "lease");
    json_put_string(json, "state", lease_state_name(lease->state));
    json_put_bool(json, "ours", model->hold.state == HOLD_OURS);
    json_put_string(json, "who", lease->who);
    json_put_string(json, "where", lease->where);
    write_age(json, "since_s", model, held ? lease->since_ms : 0);
    write_left(json, model, held && lease->until_ms > 0, lease->until_ms);
    json_put_string(json, "run", lease->run);
    json_put_string(json, "stage", lease->stage);
    json_put_integer(json, "epoch", lease->epoch);
    json_object_close(json);
}

static void write_fuse(struct json_out *json, const struct model *model)
{
    const struct fuse *fuse = balancers_fuse(model);
    json_object_open(json, "fuse");
    json_put_string(json, "state", fuse_state_name(fuse->state));
    write_share(json, "to", fuse->state == FUSE_NONE ? SHARE_UNKNOWN : fuse->to);
    write_left(json, model, fuse->state == FUSE_ARMED, fuse->until_ms);
    json_put_string(json, "run", fuse->run);
    json_put_string(json, "held", fuse->held);
    json_object_close(json);
}

static void write_rollback(struct json_out *json, const struct model *model)
{
    struct readiness readiness;
    enum colour live;
    rollback_readiness(model, &readiness);
    json_object_open(json, "rollback");
    json_put_bool(json, "ready", readiness.ready);
    if (share_live(model_share(model), &live))
        json_put_string(json, "to", colour_name(colour_other(live)));
    else
        json_put_null(json, "to");
    json_put_string(json, "release", readiness.release);
    json_put_integer(json, "up", readiness.up);
    json_put_integer(json, "total", readiness.total);
    json_array_open(json, "reasons");
    for (int i = 0; i < readiness.why.count; i++)
        json_put_string(json, NULL, readiness.why.lines[i]);
    json_array_close(json);
    json_object_close(json);
}

static void write_pool(struct json_out *json, const struct model *model,
                       enum colour colour)
{
    const struct fleet *fleet = &model->fleet;
    enum host_role role = role_of_colour(colour);
    struct rates rates = traffic_rates(&model->traffic, colour, RATE_WINDOW_MS);
    char release[SHA_HEX_SIZE];
    bool agrees;
    fleet_release(fleet, colour, release, &agrees);

    json_object_open(json, colour_name(colour));
    json_put_string(json, "release", release);
    json_put_bool(json, "agrees", agrees);
    if (rates.known) {
        json_put_real(json, "requests_per_s", rates.requests_per_s, 1);
        json_put_real(json, "errors_percent", rates.errors_percent, 3);
        json_put_integer(json, "response_ms", rates.response_ms);
    } else {
        json_put_null(json, "requests_per_s");
        json_put_null(json, "errors_percent");
        json_put_null(json, "response_ms");
    }
    json_array_open(json, "hosts");
    for (int h = fleet_next(fleet, role, -1); h >= 0; h = fleet_next(fleet, role, h))
        host_json_write(&fleet->hosts[h], json);
    json_array_close(json);
    json_object_close(json);
}

static void write_canary(struct json_out *json, const struct model *model)
{
    if (!canary_is_part(model)) {
        json_put_null(json, "canary");
        return;
    }
    json_object_open(json, "canary");
    json_put_integer(json, "step", model->run.canary_step);
    json_put_integer(json, "steps", canary_steps(model));
    json_put_integer(json, "percent",
                     model->run.canary_step > 0 ? canary_percent(&model->run) : 0);
    json_object_close(json);
}

static void write_receipt(struct json_out *json, const struct run *run)
{
    const struct receipt *receipt = &run->receipt;
    char sentence[400];
    if (!receipt_is_known(run)) {
        json_put_null(json, "receipt");
        json_put_null(json, "timing");
        json_put_null(json, "own_requests");
        return;
    }
    receipt_sentence(receipt, sentence, sizeof sentence);
    json_put_string(json, "receipt", sentence);
    receipt_put_timing(receipt, json);
    json_put_integer(json, "own_requests", receipt->own_requests);
}

static void write_drift(struct json_out *json, const struct model *model)
{
    struct drift drift;

    drift_look(model, &drift);
    json_array_open(json, "drift");
    for (int i = 0; i < drift.count; i++) {
        const struct finding *finding = &drift.findings[i];
        json_object_open(json, NULL);
        json_put_string(json, "kind", drift_kind_name(finding->kind));
        json_put_string(json, "level",
                        drift_level_name(drift_kind_level(finding->kind)));
        json_put_string(json, "subject", finding->subject);
        json_put_string(json, "text", finding->sentence);
        json_put_string(json, "mend", mend_name(finding->mend.kind));
        json_put_string(json, "mend_text", finding->mend.what);
        json_object_close(json);
    }
    json_array_close(json);
    json_put_integer(json, "drift_not_listed", drift.more);
}

static void write_run(struct json_out *json, const struct model *model)
{
    const struct run *run = &model->run;
    if (run->state == RUN_NONE) {
        json_put_null(json, "run");
        return;
    }
    json_object_open(json, "run");
    json_put_string(json, "id", run->id);
    json_put_string(json, "kind", run_kind_name(run->kind));
    json_put_string(json, "state", run_state_name(run->state));
    json_put_string(json, "stage", stage_name(run->stage));
    json_put_string(json, "ref", run->ref);
    json_put_string(json, "sha", run->sha);
    if (run->target_known)
        json_put_string(json, "target", colour_name(run->target));
    else
        json_put_null(json, "target");
    write_canary(json, model);
    json_put_string(json, "reason", run->reason);
    json_put_string(json, "advice", run->advice);
    write_receipt(json, run);
    json_object_close(json);
}

static void write_alarms(struct json_out *json, const struct model *model)
{
    struct alarms alarms;
    alarms_look(&alarms, model);
    json_array_open(json, "alarms");
    for (int i = 0; i < alarms.count; i++) {
        json_object_open(json, NULL);
        json_put_string(json, "level", alarms.items[i].bad ? "bad" : "warn");
        json_put_string(json, "text", alarms.items[i].text);
        json_object_close(json);
    }
    json_array_close(json);
}

void status_write_json(const struct model *model, struct str *out)
{
    struct json_out json = json_out_on(out);
    enum colour live;
    json_object_open(&json, NULL);
    json_put_string(&json, "app", model->settings->app);
    json_put_string(&json, "environment", model->settings->environment);
    json_put_bool(&json, "production", model->settings->production);
    json_put_string(&json, "live", live_word(model_share(model)));
    write_share(&json, "green_share", model_share(model));
    write_age(&json, "live_for_s", model,
              share_live(model_share(model), &live) ? balancers_live_since_ms(model)
                                                    : 0);
    json_put_bool(&json, "maintenance", balancers_maintain(model));
    write_balancers(&json, model);
    write_lease(&json, model);
    write_fuse(&json, model);
    write_rollback(&json, model);
    json_object_open(&json, "pools");
    write_pool(&json, model, COLOUR_BLUE);
    write_pool(&json, model, COLOUR_GREEN);
    json_object_close(&json);
    write_drift(&json, model);
    write_run(&json, model);
    write_alarms(&json, model);
    json_put_bool(&json, "well", status_is_well(model));
    json_object_close(&json);
    str_add_char(out, '\n');
}
