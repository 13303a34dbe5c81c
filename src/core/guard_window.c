#include "core/guard_window.h"

#include "core/evidence.h"
#include "core/model.h"

static const struct {
    const char *name;
    const char *words;
} verdicts[WINDOW_VERDICT_COUNT] = {
#define X(verdict, name, words) [verdict] = {name, words},
    WINDOW_VERDICTS(X)
#undef X
};

const char *window_verdict_name(enum window_verdict verdict)
{
    return verdicts[verdict].name;
}

const char *window_verdict_words(enum window_verdict verdict)
{
    return verdicts[verdict].words;
}

/* One look: what is looked at, and what is found. */
struct look {
    const struct model *model;
    const struct baseline *baseline;
    const struct front *front;
    int64_t since_ms;
    const char *target; /* its name */
    bool sampled;       /* HAProxy's view is fresh, and younger than the switch */
    struct guard_window *window;
};

/* A host that answers and says no is lost, whatever HAProxy thinks of it. One that is
 * only out of our reach is not: then HAProxy's own checks count. */
static bool denies(const struct look *look, const struct health *health)
{
    return health->state == HEALTH_SICK && health->last.status != 0 &&
           health->checked_ms >= look->since_ms;
}

static void weigh_probe(struct look *look, const struct host *host)
{
    const struct health *health = &host->health;
    const char *name = host->droplet.name;
    char sentence[WHY_LINE_MAX];

    if (health->checked_ms < look->since_ms ||
        !evidence_is_fresh(look->model, health->checked_ms)) {
        why_add(&look->window->missing, "%s: not probed since the switch", name);
    } else if (health->last.reason == PROBE_OK) {
        look->window->probes_ok++;
    } else {
        evidence_probe(look->model, host, sentence, sizeof sentence);
        why_add(&look->window->warnings, "%s: %s", name, sentence);
    }
}

/* Without a fresh sample a server is not known to be lost. */
static bool is_lost(struct look *look, const struct host *host)
{
    char sentence[WHY_LINE_MAX] = "";

    if (host->gone)
        str_copy(sentence, sizeof sentence, "the API no longer lists it");
    else if (look->sampled)
        server_sentence(host, sentence, sizeof sentence);
    if (sentence[0] != '\0')
        why_add(&look->window->warnings, "%s: %s", host->droplet.name, sentence);
    return sentence[0] != '\0' || denies(look, &host->health);
}

static void weigh_targets(struct look *look)
{
    const struct rollout *rollout = &look->model->run.rollout;
    struct guard_window *window = look->window;
    long long min_up = look->model->settings->min_up;

    window->targets = rollout->count;
    for (int i = 0; i < rollout->count; i++) {
        const struct host *host = &look->model->fleet.hosts[rollout->targets[i].host];
        if (!host->gone)
            weigh_probe(look, host);
        window->up += !is_lost(look, host);
    }
    if (min_up > window->targets) /* more than there are would always trip */
        min_up = window->targets;
    if (window->up < min_up)
        why_add(&window->reasons, "%d of %d servers of %s are up (min_up %lld)",
                window->up, window->targets, look->target, min_up);
}

/* Out of our reach is no reason against a release; what it says is on the screen. */
static void weigh_front(struct look *look)
{
    struct guard_window *window = look->window;
    const struct front *front = look->front;
    char sentence[FRONT_SENTENCE_MAX];

    if (front->asked_ms < look->since_ms) {
        why_add(&window->warnings, "through the frontend: not asked since the switch");
        return;
    }
    if (look->model->balancers[0].maintenance) {
        why_add(&window->warnings, "the maintenance page is up: nobody reaches %s",
                look->target);
        return;
    }
    window->front = front_state(front);
    if (front->last.reason == PROBE_OK)
        return;
    front_sentence(front, look->model->settings, sentence, sizeof sentence);
    why_add(window->front == FRONT_BAD ? &window->reasons : &window->warnings,
            "through the frontend: %s", sentence);
}

/* Where both limits are passed the first says enough. */
static bool trip_by_errors(struct look *look, const struct span *span)
{
    const struct settings *settings = look->model->settings;
    double errors = span_errors_percent(span);
    double before = baseline_errors_percent(look->baseline);
    long long seconds = (long long)(span->window_ms + 999) / 1000;

    if (span->requests < GUARD_REQUESTS_LEAST)
        return false;
    if (errors > (double)settings->guard_errors_percent) {
        why_add(&look->window->reasons,
                "%.1f %% of %lld requests to %s failed in %lld s: %lld not served, "
                "%lld with the app's 5xx (guard_errors %lld %%)",
                errors, (long long)span->requests, look->target, seconds,
                (long long)span->failed, (long long)span->app_5xx,
                settings->guard_errors_percent);
        return true;
    }
    if (settings->guard_worse_points == 0 || !look->baseline->known ||
        span->requests < GUARD_WORSE_REQUESTS_LEAST ||
        errors <= before + (double)settings->guard_worse_points)
        return false;
    why_add(&look->window->reasons,
            "%.1f %% of %lld requests to %s failed in %lld s, and %.1f %% of those to "
            "%s before the switch (guard_worse %lld points)",
            errors, (long long)span->requests, look->target, seconds, before,
            colour_name(look->baseline->colour), settings->guard_worse_points);
    return true;
}

static bool has_latency_before(const struct baseline *baseline)
{
    return baseline->known && baseline->requests >= GUARD_LATENCY_REQUESTS_LEAST;
}

/* By the lowest mean that HAProxy's rounding leaves: it trips only when it must. */
static bool trip_by_latency(struct look *look, const struct span *span)
{
    long long limit = look->model->settings->guard_latency_percent;
    int64_t before_ms = look->baseline->response_ms;

    if (before_ms < GUARD_LATENCY_LEAST_MS)
        before_ms = GUARD_LATENCY_LEAST_MS;
    if (limit == 0 || !has_latency_before(look->baseline) ||
        span->requests < GUARD_LATENCY_REQUESTS_LEAST ||
        span->response_least_ms * 100 <= before_ms * limit)
        return false;
    why_add(&look->window->reasons,
            "%s answers in %lld ms, %s did in %lld ms before the switch (guard_latency "
            "%lld %%)",
            look->target, (long long)span->response_ms,
            colour_name(look->baseline->colour), (long long)look->baseline->response_ms,
            limit);
    return true;
}

static void compare_latency(struct look *look)
{
    struct guard_window *window = look->window;
    const struct span *span = &window->newest;

    if (span->requests < GUARD_LATENCY_REQUESTS_LEAST)
        span = &window->whole;
    if (has_latency_before(look->baseline) && look->baseline->response_ms > 0 &&
        span->requests >= GUARD_LATENCY_REQUESTS_LEAST)
        window->latency_percent = span->response_ms * 100 / look->baseline->response_ms;
}

static void measure(struct look *look)
{
    const struct model *model = look->model;
    struct guard_window *window = look->window;
    int64_t newest_ms = model->now.mono_ms - GUARD_NEWEST_MS;
    enum colour target = model->run.target;

    if (newest_ms < look->since_ms)
        newest_ms = look->since_ms;
    window->newest = span_measure(&model->traffic, target, newest_ms);
    window->whole = span_measure(&model->traffic, target, look->since_ms);
    window->clients =
        window->whole.requests - model->run.own_requests[model->run.target];
    if (window->clients < 0)
        window->clients = 0;
}

static void weigh_traffic(struct look *look)
{
    struct guard_window *window = look->window;
    const struct span *newest = &window->newest, *whole = &window->whole;

    compare_latency(look);
    if (!trip_by_errors(look, newest))
        trip_by_errors(look, whole);
    if (!trip_by_latency(look, newest))
        trip_by_latency(look, whole);
    if (!whole->known)
        why_add(&window->missing, "no counters to compare have come since the switch");
    else if (whole->cut)
        why_add(&window->missing,
                "HAProxy's counters began anew %lld s ago: what came before is lost",
                (long long)(look->model->now.mono_ms - whole->begin_ms) / 1000);
    else if (whole->requests < GUARD_REQUESTS_LEAST &&
             whole->failed + whole->app_5xx > 0)
        why_add(&window->missing, "%lld of %lld requests failed: too few to judge",
                (long long)(whole->failed + whole->app_5xx),
                (long long)whole->requests);
}

static enum window_verdict verdict_of(const struct guard_window *window)
{
    if (window->reasons.count > 0)
        return WINDOW_TRIPPED;
    if (window->whole.known && !window->whole.cut && window->clients == 0)
        return WINDOW_NO_TRAFFIC;
    return window->missing.count > 0 ? WINDOW_OPEN : WINDOW_CLEAN;
}

void guard_window_look(const struct model *model, const struct baseline *baseline,
                       const struct front *front, int64_t since_ms,
                       struct guard_window *ret_window)
{
    struct look look = {
        .model = model,
        .baseline = baseline,
        .front = front,
        .since_ms = since_ms,
        .target = colour_name(model->run.target),
        .window = ret_window,
    };

    *ret_window = (struct guard_window){.verdict = WINDOW_OPEN, .latency_percent = -1};
    look.sampled = evidence_has_sample(model, &ret_window->missing) &&
                   model->balancers[0].sampled_ms >= since_ms;
    weigh_targets(&look);
    weigh_front(&look);
    measure(&look);
    weigh_traffic(&look);
    ret_window->verdict = verdict_of(ret_window);
}

void guard_window_sentence(const struct guard_window *window, enum colour target,
                           char *buffer, size_t size)
{
    const struct span *whole = &window->whole;
    struct str out = str_on(buffer, size);

    str_addf(&out, "%s: %lld requests to %s, %.2f %% failed, %.2f %% app 5xx",
             window_verdict_name(window->verdict), (long long)window->clients,
             colour_name(target), percent_of(whole->failed, whole->requests),
             percent_of(whole->app_5xx, whole->requests));
    if (whole->response_ms >= 0)
        str_addf(&out, ", %lld ms", (long long)whole->response_ms);
    if (window->latency_percent >= 0)
        str_addf(&out, " (%lld %% of the baseline)",
                 (long long)window->latency_percent);
    str_addf(&out, ", %d/%d up, probes ok %d/%d, frontend %s", window->up,
             window->targets, window->probes_ok, window->targets,
             front_state_name(window->front));
}
