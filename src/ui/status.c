#include "ui/status.h"

#include "core/drift.h"
#include "ui/age.h"
#include "ui/alarm.h"
#include "ui/canary_line.h"
#include "ui/lease_words.h"
#include "ui/pool.h"
#include "ui/receipt_panel.h"

enum { RATE_WINDOW_MS = 10000 };

/* What does not answer, or disagrees; a run of the past that failed is no alarm. */
bool status_is_well(const struct model *model)
{
    struct alarms alarms;
    enum colour live;
    alarms_look(&alarms, model);
    for (int i = 0; i < alarms.count; i++) {
        if (alarms.items[i].bad)
            return false;
    }
    return balancers_all_tell(model) && model->fleet.listed_ms > 0 &&
           share_live(model_share(model), &live);
}

static const char *live_word(const struct model *model)
{
    int share = model_share(model);
    enum colour live;
    if (share == SHARE_UNKNOWN)
        return "unknown";
    return share_live(share, &live) ? colour_name(live) : "split";
}

static void write_live(const struct model *model, struct str *out)
{
    char age[AGE_SIZE], release[SHA_HEX_SIZE];
    enum colour live;
    bool agree;
    str_addf(out, "live      %s", live_word(model));
    if (share_live(model_share(model), &live)) {
        fleet_release(&model->fleet, live, release, &agree);
        age_text(model->now.mono_ms - balancers_live_since_ms(model), age);
        str_addf(out, " %s%s", release, agree ? "" : " and others");
        if (balancers_live_since_ms(model) > 0)
            str_addf(out, ", for %s", age);
    }
    str_add(out, "\n");
}

static void write_rollback(const struct model *model, struct str *out)
{
    struct readiness readiness;
    rollback_readiness(model, &readiness);
    str_addf(out, "rollback  %s", readiness.ready ? "ready" : "not ready");
    if (readiness.total > 0)
        str_addf(out, ": %s %d/%d up", readiness.release, readiness.up,
                 readiness.total);
    str_add(out, "\n");
    for (int i = 0; i < readiness.why.count; i++)
        str_addf(out, "          %s\n", readiness.why.lines[i]);
}

/* One line each, where there are several. */
static void write_balancers(const struct model *model, struct str *out)
{
    for (int i = 0; model->balancer_count > 1 && i < model->balancer_count; i++) {
        const struct balancer *balancer = &model->balancers[i];
        str_addf(out, "%-9s %-12s ", i == 0 ? "balancers" : "",
                 balancers_name(model, i));
        if (!balancer->sampled)
            str_addf(out, "does not answer%s%s",
                     balancer->trouble[0] != '\0' ? ": " : "", balancer->trouble);
        else
            str_addf(out, "green share %d, disk %d, worker %lld",
                     balancer->runtime_share, balancer->disk_share,
                     (long long)balancer->worker_pid);
        str_add(out, balancer->left_out ? "; left out of the run\n" : "\n");
    }
}

/* Who may change this environment, what waits to be confirmed, who gets an answer. */
static void write_lease(const struct model *model, struct str *out)
{
    const struct lease *lease = balancers_lease(model);
    const struct fuse *fuse = balancers_fuse(model);
    str_add(out, "lease     ");
    lease_write(model, false, out);
    if (lease_is_foreign(model))
        str_addf(out, ", run %s", lease->run);
    if (lease->epoch > 0)
        str_addf(out, " (epoch %lld)", (long long)lease->epoch);
    str_add(out, "\n");
    if (fuse->state == FUSE_ARMED)
        str_addf(out, "fuse      armed: back to %d %% green in %lld s, run %s\n",
                 fuse->to, (long long)fuse_left_ms(model) / 1000, fuse->run);
    else if (fuse->state == FUSE_HELD)
        str_addf(out, "fuse      held: %s, run %s\n", fuse->held, fuse->run);
    else if (fuse->state == FUSE_FIRED)
        str_addf(out, "fuse      fired: the load balancer went back to %d %% green\n",
                 fuse->to);
    if (balancers_maintain(model))
        str_add(out, "page      maintenance: every request is answered with 503\n");
}

static void write_health(const struct health *health, struct str *out)
{
    if (health->checked_ms == 0)
        str_addf(out, "  %-12s", "not probed");
    else if (health->last.reason == PROBE_OK)
        str_addf(out, "  ok %6d ms", health->last.elapsed_ms);
    else
        str_addf(out, "  %-12s", probe_reason_name(health->last.reason));
}

static void write_host(const struct host *host, struct str *out)
{
    bool ready = host->in_haproxy && server_is_ready(&host->server);
    str_addf(out, "  %-20s %-15s %-7.7s", host->droplet.name, host->address,
             host->facts.revision[0] != '\0' ? host->facts.revision : "-");
    write_health(&host->health, out);
    str_addf(out, "  haproxy %s%s", host->in_haproxy ? host->server.status : "absent",
             ready ? "" : " (not ready)");
    if (host->reach == REACH_FAILED)
        str_addf(out, "  ssh: %s", host->trouble);
    str_add(out, "\n");
}

static void write_pool(const struct model *model, enum colour colour, struct str *out)
{
    const struct fleet *fleet = &model->fleet;
    enum host_role role = role_of_colour(colour);
    struct rates rates = traffic_rates(&model->traffic, colour, RATE_WINDOW_MS);
    str_addf(out, "%s  %d hosts", colour_name(colour), fleet_count(fleet, role));
    if (rates.known)
        str_addf(out, ", %.0f req/s, %.2f %% failed, %lld ms", rates.requests_per_s,
                 rates.errors_percent, (long long)rates.response_ms);
    str_add(out, "\n");
    for (int h = fleet_next(fleet, role, -1); h >= 0; h = fleet_next(fleet, role, h))
        write_host(&fleet->hosts[h], out);
}

static void write_receipt_of(const struct receipt *receipt, enum colour colour,
                             struct str *out)
{
    str_addf(out, "%-10s%lld requests, app 5xx %lld, 4xx %lld\n", colour_name(colour),
             (long long)receipt->requests[colour], (long long)receipt->app_5xx[colour],
             (long long)receipt->client_4xx[colour]);
}

void status_write_receipt(const struct run *run, struct str *out)
{
    const struct receipt *receipt = &run->receipt;
    char sentence[400], timing[200];
    if (!receipt_is_known(run))
        return;
    receipt_sentence(receipt, sentence, sizeof sentence);
    str_addf(out, "receipt   %s\n", sentence);
    write_receipt_of(receipt, receipt->from, out);
    write_receipt_of(receipt, receipt->to, out);
    str_addf(out, "failed    %lld\n", (long long)receipt->failed);
    str_addf(out, "retries   %lld, redispatches %lld\n", (long long)receipt->retries,
             (long long)receipt->redispatches);
    str_addf(out, "aborts    by clients %lld, by servers %lld\n",
             (long long)receipt->client_aborts, (long long)receipt->server_aborts);
    str_addf(out, "ours      %lld requests, taken off %s\n",
             (long long)receipt->own_requests, colour_name(receipt->to));
    receipt_timing_sentence(receipt, timing, sizeof timing);
    if (timing[0] != '\0')
        str_addf(out, "timing    %s\n", timing);
    str_addf(out, "switched  in %.1f ms; %lld sessions still on %s\n",
             (double)receipt->switch_us / 1000, (long long)receipt->old_sessions,
             colour_name(receipt->from));
}

static void write_run(const struct model *model, struct str *out)
{
    const struct run *run = &model->run;
    if (run->state == RUN_NONE)
        return;
    str_addf(out, "run       %s %s: %s\n", run_kind_name(run->kind), run->id,
             run_state_words(run->state));
    if (run->canary_step > 0 && canary_is_part(model))
        str_addf(out, "canary    step %d of %d: %d %% of the requests go to %s\n",
                 run->canary_step, canary_steps(model), canary_percent(run),
                 colour_name(run->target));
    if (run->reason[0] != '\0')
        str_addf(out, "          why: %s\n", run->reason);
    if (run->advice[0] != '\0')
        str_addf(out, "          you can: %s\n", run->advice);
    status_write_receipt(run, out);
}

static void write_drift(const struct model *model, struct str *out)
{
    struct drift drift;

    drift_look(model, &drift);
    for (int i = 0; i < drift.count; i++) {
        const struct finding *finding = &drift.findings[i];
        str_addf(out, "drift     %s, %s: %s: %s\n",
                 drift_level_name(drift_kind_level(finding->kind)),
                 drift_kind_name(finding->kind), finding->subject, finding->sentence);
        str_addf(out, "          %s: %s\n",
                 finding->mend.kind == MEND_NONE ? "by hand" : "mend",
                 finding->mend.what);
    }
    if (drift.more > 0)
        str_addf(out, "drift     and %d more\n", drift.more);
}

void status_write_text(const struct model *model, struct str *out)
{
    struct alarms alarms;
    alarms_look(&alarms, model);
    str_addf(out, "%s %s%s\n", model->settings->app, model->settings->environment,
             model->settings->production ? " (production)" : "");
    write_live(model, out);
    write_balancers(model, out);
    write_rollback(model, out);
    write_lease(model, out);
    write_pool(model, COLOUR_BLUE, out);
    write_pool(model, COLOUR_GREEN, out);
    write_drift(model, out);
    write_run(model, out);
    for (int i = 0; i < alarms.count; i++)
        str_addf(out, "%s  %s\n", alarms.items[i].bad ? "ALARM   " : "warning ",
                 alarms.items[i].text);
    if (model->fleet.listed_ms == 0 && model->fleet.trouble[0] == '\0')
        str_add(out, "ALARM     API: no answer yet; it may have asked for a rest (rate "
                     "limit)\n");
    if (!status_is_well(model))
        return;
    struct readiness readiness;
    rollback_readiness(model, &readiness);
    str_add(out, readiness.ready ? "all is well\n"
                                 : "no alarm, but the way back is not ready\n");
}
