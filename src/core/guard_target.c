#include "core/guard.h"

#include "base/str.h"
#include "core/evidence.h"
#include "core/model.h"

#include <string.h>

void guard_plan_holds(const struct model *model, struct why *why)
{
    struct preflight preflight;

    preflight_look(&preflight, model);
    for (int i = 0; i < CHECK_COUNT; i++) {
        const struct check *check = &preflight.checks[i];
        if (check->state == CHECK_BAD || check->state == CHECK_PENDING)
            why_add(why, "%s: %s", check_name((enum check_name)i), check->text);
    }
    if (evidence_has_sample(model, why) &&
        share_reaches(model_share(model), model->run.target))
        why_add(why, "%s gets traffic: nothing is ever deployed to a live colour",
                colour_name(model->run.target));
}

void guard_config_holds(const struct model *model, struct why *why)
{
    hold_serves(model, why);
    if (model->journal_lost)
        why_add(why, "the journal cannot be written");
    if (evidence_has_sample(model, why))
        configure_is_current(model, why);
}

/* A header may name the release's directory, or its sha, whole or shortened. */
static bool names_release(const char *header, const char *release, const char *sha)
{
    enum { SHA_SHORTEST = 7 };

    if (header[0] == '\0')
        return false;
    if (str_equal(header, release))
        return true;
    return strlen(header) >= SHA_SHORTEST && str_starts(sha, header);
}

static void weigh_health(const struct model *model, const struct host *host,
                         struct why *why)
{
    const struct settings *settings = model->settings;
    const struct health *health = &host->health;
    const char *name = host->droplet.name;

    if (health->checked_ms == 0)
        why_add(why, "%s: not probed yet", name);
    else if (!evidence_is_fresh(model, health->checked_ms))
        why_add(why, "%s: its last probe is %lld s old: no evidence", name,
                (long long)(model->now.mono_ms - health->checked_ms) / 1000);
    else if (health->last.reason != PROBE_OK) {
        char sentence[WHY_LINE_MAX];
        evidence_probe(model, host, sentence, sizeof sentence);
        why_add(why, "%s: %s", name, sentence);
    } else if (health->state != HEALTH_OK)
        why_add(why, "%s: %d of %lld good probes in a row", name, health->good_streak,
                settings->health_rise);
}

/* What the host serves and what it has on disk, against what the run brings. */
static void weigh_release(const struct model *model, const struct host *host,
                          struct why *why)
{
    const struct run *run = &model->run;
    const char *name = host->droplet.name;
    bool back = run->kind != RUN_DEPLOY;
    const char *release = back ? host->facts.current : run->release;
    const char *sha = back ? host->facts.revision : run->sha;
    const char *header = host->health.last.release;

    if (model->settings->release_header[0] != '\0' && host->health.checked_ms > 0 &&
        host->health.last.reason == PROBE_OK && sha[0] != '\0' &&
        !names_release(header, release, sha))
        why_add(why, "%s: serves release %s, not %.7s", name,
                header[0] != '\0' ? header : "(none named)", sha);
    if (back)
        return;
    if (host->facts.at_ms < run->stage_ms[STAGE_VERIFY])
        why_add(why, "%s: has not told its release since the deploy", name);
    else if (!str_equal(host->facts.revision, sha))
        why_add(why, "%s: its current release is %.7s, not %.7s", name,
                host->facts.revision[0] != '\0' ? host->facts.revision : "none", sha);
}

/* What a visitor of the preview sees. Where the frontend cannot be asked from here that
 * says nothing; and where no header names a release, nobody can tell whose answer it
 * was. */
static void weigh_preview(const struct model *model, struct why *why)
{
    const struct run *run = &model->run;
    const struct front *front = &model->front;
    const char *header = front->last.release;
    char sentence[WHY_LINE_MAX];

    if (run->canary_step > 0 || front->asked_ms == 0)
        return;
    front_sentence(front, model->settings, sentence, sizeof sentence);
    if (front_state(front) == FRONT_BAD)
        why_add(why, "the preview: %s", sentence);
    else if (front_state(front) == FRONT_OK &&
             model->settings->release_header[0] != '\0' && run->sha[0] != '\0' &&
             !names_release(header, run->release, run->sha))
        why_add(why,
                "the preview answers with release %s, not %.7s: does HAProxy know the "
                "name %s?",
                header[0] != '\0' ? header : "(none named)", run->sha,
                model->settings->preview_host);
}

static void weigh_server(const struct host *host, struct why *why)
{
    char sentence[WHY_LINE_MAX];

    server_sentence(host, sentence, sizeof sentence);
    if (sentence[0] != '\0')
        why_add(why, "%s: %s", host->droplet.name, sentence);
}

/* HAProxy would send it traffic, and this run knows nothing of it. */
static void weigh_strangers(const struct model *model, struct why *why)
{
    const struct fleet *fleet = &model->fleet;
    enum host_role role = role_of_colour(model->run.target);

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const struct host *host = &fleet->hosts[i];
        if (host->in_haproxy && rollout_target_const(&model->run.rollout, i) == NULL)
            why_add(why, "%s joined %s after the run began: abort, and begin again",
                    host->droplet.name, colour_name(model->run.target));
    }
}

/* What is weighed is the way from one share to another: both ends must still stand. */
static void weigh_share(const struct model *model, struct why *why)
{
    const struct run *run = &model->run;
    int expected = run->canary_step > 0 ? run->share_after : run->share_before;

    if (model_share(model) != expected)
        why_add(why, "HAProxy's share is %d, not %d: somebody else changed it",
                model_share(model), expected);
}

void guard_target_ready(const struct model *model, struct why *why)
{
    const struct rollout *rollout = &model->run.rollout;

    if (rollout->count == 0) {
        why_add(why, "there is no host to switch to");
        return;
    }
    hook_weigh(model, why);
    hold_serves(model, why);
    if (model->journal_lost && model->run.kind != RUN_ROLLBACK)
        why_add(why, "the journal cannot be written");
    bool sampled = evidence_has_sample(model, why);
    if (sampled)
        weigh_share(model, why);
    for (int i = 0; i < rollout->count; i++) {
        const struct host *host = &model->fleet.hosts[rollout->targets[i].host];
        if (host->gone) {
            why_add(why, "%s: the API no longer lists it", host->droplet.name);
            continue;
        }
        weigh_health(model, host, why);
        weigh_release(model, host, why);
        if (sampled)
            weigh_server(host, why);
    }
    weigh_strangers(model, why);
    weigh_preview(model, why);
}

/* What the guard window saw, and what it still waited for. */
static void weigh_window(const struct model *model, struct why *why)
{
    const struct guard_window *window = &model->run.window;

    for (int i = 0; i < window->reasons.count; i++)
        why_add(why, "%s", window->reasons.lines[i]);
    for (int i = 0; window->verdict == WINDOW_OPEN && i < window->missing.count; i++)
        why_add(why, "%s", window->missing.lines[i]);
}

static void weigh_receipt(const struct model *model, struct why *why)
{
    const struct receipt *receipt = &model->run.receipt;
    if (receipt->verdict == RECEIPT_OPEN)
        why_add(why, "no counters have come since the switch: no verdict");
    if (receipt->verdict == RECEIPT_UNPROVEN)
        why_add(why, "%s: no verdict", receipt->reason);
}

/* A stage after the switch whose pre hook failed. */
static void weigh_hooks(const struct run *run, struct why *why)
{
    for (enum stage stage = STAGE_WATCH; stage <= STAGE_FINISH; stage++) {
        const struct hook *hook = &run->hooks[stage][HOOK_PRE];
        if (hook->state == HOOK_FAILED)
            why_add(why, "%s", hook->text);
    }
}

/* Only what was seen after the switch can speak against it. */
void guard_watch_clean(const struct model *model, struct why *why)
{
    const struct run *run = &model->run;

    if (run->refused)
        why_add(why, "%s", run->reason);
    weigh_hooks(run, why);
    if (run->kind == RUN_TAKEOVER)
        why_add(why, "the switch is another run's: it is yours to judge");
    weigh_receipt(model, why);
    weigh_window(model, why);
    if (run->abort_wanted)
        why_add(why, "an abort was wanted while the switch was on its way");
    if (!evidence_has_sample(model, why) ||
        model->balancers[0].sampled_ms <= run->stage_ms[STAGE_WATCH])
        return;
    if (model_share(model) != run->share_after)
        why_add(why, "HAProxy's share is %d, not %d: somebody else changed it",
                model_share(model), run->share_after);
}

void guard_step_clean(const struct model *model, struct why *why)
{
    guard_watch_clean(model, why);
    guard_target_ready(model, why);
}

void guard_steps_alone(const struct model *model, struct why *why)
{
    if (model->settings->canary_ask)
        why_add(why, "the settings ask before each step");
    guard_step_clean(model, why);
}
