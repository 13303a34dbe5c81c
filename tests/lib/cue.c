#include "lib/cue.h"

#include "lib/story.h"
#include "lib/test.h"

#include <stdio.h>
#include <string.h>

/* ---- the queue ---- */

/* Mostly short, at times long: what a network does. */
static int64_t latency_ms(struct story *story)
{
    if (story->random == 0)
        return story->latency_ms;
    int64_t most_ms = story->latency_ms * (story_random(&story->random, 20) ? 2 : 100);
    return 1 + (int64_t)story_random(&story->random, (uint64_t)most_ms);
}

static void add_cue(struct story *story, struct cue *cue, int64_t delay_ms)
{
    if (story->cue_count == STORY_CUES_MAX)
        fail_msg("more than %d answers are on their way", STORY_CUES_MAX);
    cue->at_ms = story->now.mono_ms + delay_ms;
    cue->order = story->cue_order++;
    story->cues[story->cue_count++] = *cue;
}

static int first_cue(const struct story *story)
{
    int first = -1;

    for (int i = 0; i < story->cue_count; i++) {
        const struct cue *cue = &story->cues[i];
        const struct cue *best = &story->cues[first < 0 ? 0 : first];
        if (first < 0 || cue->at_ms < best->at_ms ||
            (cue->at_ms == best->at_ms && cue->order < best->order))
            first = i;
    }
    return first;
}

int64_t cue_next_ms(const struct story *story)
{
    int first = first_cue(story);
    return first < 0 ? INT64_MAX : story->cues[first].at_ms;
}

static bool changes_world(const struct cue *cue)
{
    return cue->type == CUE_ARRIVE || cue->type == CUE_LEASE ||
           (cue->type == CUE_ANSWER && effect_changes_world(cue->asked.type));
}

void cue_cut(struct story *story, bool arrives)
{
    int kept = 0;

    for (int i = 0; i < story->cue_count; i++) {
        if (!arrives || !changes_world(&story->cues[i]))
            continue;
        story->cues[kept] = story->cues[i];
        story->cues[kept++].unheard = true;
    }
    story->cue_count = kept;
}

static bool samples_come(const struct story *story, int host)
{
    for (int i = 0; i < story->cue_count; i++) {
        if (story->cues[i].type == CUE_SAMPLE && story->cues[i].asked.host == host)
            return true;
    }
    return false;
}

/* ---- effects ---- */

static struct switch_request change_of(const struct model *model, int host)
{
    const struct run *run = &model->run;
    struct switch_request change = {
        .kind = run->change.kind,
        .epoch = run->epoch,
        .seq = run->change.seq,
        .prepare = run->change.preparing,
        .from = change_from(&run->change, balancers_place(model, host)),
        .to = run->change.to,
        .fuse_ms = run->fused ? model->settings->fuse_s * 1000 : 0,
        .contract = run->contract,
    };

    str_copy(change.run, sizeof change.run, run->id);
    str_copy(change.nonce, sizeof change.nonce, run->change.nonce);
    str_copy(change.config_sha256, sizeof change.config_sha256,
             model->configure.sha256);
    change.config = model->configure.wanted;
    return change;
}

static bool is_of_job(const struct effect *effect)
{
    return effect->type == FX_JOB_START || effect->type == FX_JOB_FOLLOW ||
           effect->type == FX_JOB_CANCEL;
}

/* What is asked of a host's job is heard in the order in which it was asked: how long
 * until what was asked before has arrived. */
static int64_t busy_ms(const struct story *story, const struct effect *effect)
{
    int64_t busy_ms = 0;

    for (int i = 0; i < story->cue_count; i++) {
        const struct cue *cue = &story->cues[i];
        int64_t left_ms = cue->at_ms - story->now.mono_ms;
        if (is_of_job(effect) && cue->type == CUE_ANSWER && is_of_job(&cue->asked) &&
            cue->asked.host == effect->host && left_ms > busy_ms)
            busy_ms = left_ms;
    }
    return busy_ms;
}

/* Of our claim, as this load balancer granted it. */
static int64_t claimed_epoch(const struct model *model, int host)
{
    int place = balancers_place(model, host);
    int64_t granted = place >= 0 ? model->balancers[place].grant.epoch : 0;

    return granted > 0 ? granted : model->hold.epoch;
}

void cue_effect(struct story *story, const struct effect *effect)
{
    const struct run *run = &story->core.model.run;
    struct cue cue = {.type = CUE_ANSWER, .asked = *effect};

    str_copy(cue.job.run, sizeof cue.job.run, run->id);
    str_copy(cue.job.sha, sizeof cue.job.sha, run->sha);
    str_copy(cue.job.release, sizeof cue.job.release, run->release);
    cue.job.step = effect->step;
    switch (effect->type) {
    case FX_NOTE:
    case FX_PUBLISH:
    case FX_PUT_RECEIPT:
        return;
    case FX_ACQUIRE:
    case FX_RENEW:
    case FX_RELEASE:
    case FX_EXTEND:
        cue.type = CUE_LEASE;
        cue.above = hold_above(&story->core.model);
        cue.epoch = claimed_epoch(&story->core.model, effect->host);
        cue.takes = run->kind == RUN_TAKEOVER;
        str_copy(cue.job.run, sizeof cue.job.run, story->core.model.hold.run);
        break;
    case FX_WATCH_BALANCER:
        if (samples_come(story, effect->host))
            return;
        cue.type = CUE_SAMPLE;
        break;
    case FX_CHANGE:
        cue.type = CUE_ARRIVE;
        cue.change = change_of(&story->core.model, effect->host);
        break;
    default:
        break;
    }
    int64_t delay_ms =
        effect->type == FX_HOOK ? story->scene.hook_ms : latency_ms(story);
    int64_t after_ms = busy_ms(story, effect);
    add_cue(story, &cue, delay_ms > after_ms ? delay_ms : after_ms);
}

/* ---- answers ---- */

static struct event answer_to(const struct cue *cue, enum event_type type)
{
    return (struct event){
        .type = type,
        .ticket = cue->asked.ticket,
        .host = cue->asked.host,
        .step = cue->asked.step,
    };
}

struct words {
    char text[96];
};

static struct words words_of(const struct scene_balancer *balancer,
                             const char *sentence)
{
    struct words words;

    snprintf(words.text, sizeof words.text, "%s: %s", balancer->name, sentence);
    return words;
}

static void give_failure(struct story *story, const struct cue *cue,
                         enum event_type type, enum err_code code, const char *text)
{
    struct event event = answer_to(cue, type);

    event.failure.code = code;
    event.failure.text = text;
    story_take(story, &event);
}

static void give_job(struct story *story, const struct cue *cue, enum event_type type,
                     const struct scene_job *job)
{
    struct event event = answer_to(cue, type);

    event.job.offset = job->log_size;
    event.job.line = "a line of output";
    event.job.rc = job->rc;
    story_take(story, &event);
}

static void answer_listing(struct story *story, const struct cue *cue)
{
    struct droplet droplets[SCENE_HOSTS];
    struct event event = answer_to(cue, EV_FLEET_LISTED);

    if (!story->scene.api_up) {
        give_failure(story, cue, EV_FLEET_FAILED, ERR_TIMEOUT,
                     "DigitalOcean: no answer in time");
        return;
    }
    event.fleet.droplets = droplets;
    event.fleet.count = scene_list(&story->scene, droplets);
    event.fleet.limit_remaining = event.fleet.limit_total = -1;
    story_take(story, &event);
}

static void answer_status(struct story *story, const struct cue *cue)
{
    const struct scene_balancer *balancer =
        scene_balancer_of(&story->scene, cue->asked.host);
    struct event event = answer_to(cue, EV_BALANCER_STATUS);

    if (!scene_answers(balancer)) {
        give_failure(story, cue, EV_BALANCER_FAILED, ERR_CONNECT,
                     words_of(balancer, "ssh: connect: timed out").text);
        return;
    }
    event.status.helper_sha256 = story->core.model.helper_sha256[1];
    event.status.haproxy_version = "2.6.12";
    event.status.config_note = "";
    event.status.trouble = "";
    event.status.epoch = balancer->epoch;
    event.status.seq = balancer->seq;
    event.status.disk_share = balancer->disk_share;
    event.status.runtime_share = balancer->share;
    event.status.entries = 1;
    event.status.intent_open = balancer->intent_open;
    struct lease lease = scene_lease(balancer);
    event.status.lease = &lease;
    event.status.contract = &balancer->contract;
    event.status.fuse = &balancer->fuse;
    event.status.lease_since_ms = story->now.mono_ms - balancer->holder.since_ms;
    event.status.lease_left_ms = balancer->holder.until_ms - story->now.mono_ms;
    event.status.fuse_left_ms = balancer->fuse.until_ms - story->now.mono_ms;
    story_take(story, &event);
}

static void answer_events(struct story *story, const struct cue *cue)
{
    const struct scene_balancer *balancer =
        scene_balancer_of(&story->scene, cue->asked.host);
    struct event event = answer_to(cue, EV_EVENTS);
    int from = cue->asked.offset > 0 ? (int)cue->asked.offset - 1 : 0;

    if (!scene_answers(balancer)) {
        give_failure(story, cue, EV_EVENTS_FAILED, ERR_CONNECT,
                     words_of(balancer, "ssh: connect: timed out").text);
        return;
    }
    event.events.lines = balancer->published + from;
    event.events.count = balancer->published_count - from;
    event.events.next_event = balancer->published_count + 1;
    story_take(story, &event);
}

static void answer_config(struct story *story, const struct cue *cue)
{
    const struct scene_balancer *balancer =
        scene_balancer_of(&story->scene, cue->asked.host);
    struct event event = answer_to(cue, EV_CONFIG);
    char sha256[65];

    if (!scene_answers(balancer) || balancer->config_unreadable) {
        give_failure(story, cue, EV_CONFIG_FAILED, ERR_CONNECT,
                     words_of(balancer, "haproxy.cfg does not come").text);
        return;
    }
    if (cue->asked.type == FX_CHECK_CONFIG) {
        event.type = EV_CONFIG_CHECKED;
        event.checked.ok = !balancer->config_refused;
        event.checked.message =
            balancer->config_refused ? "HAProxy refuses this configuration" : "";
        event.checked.lines =
            balancer->config_refused ? "[ALERT] haproxy.cfg:12: no such keyword\n" : "";
    } else {
        scene_config_sha256(balancer, sha256);
        event.config.sha256 = sha256;
        event.config.text = balancer->config;
        event.config.length = strlen(balancer->config);
    }
    story_take(story, &event);
}

static void answer_facts(struct story *story, const struct cue *cue)
{
    struct host_facts facts = scene_facts(&story->scene, cue->asked.host);
    struct event event = answer_to(cue, EV_FACTS);

    str_copy(facts.helper_sha256, sizeof facts.helper_sha256,
             story->core.model.helper_sha256[0]);
    event.facts = &facts;
    story_take(story, &event);
}

static void answer_shared(struct story *story, const struct cue *cue)
{
    struct store_report report = {.trouble = {""}};
    struct event event = answer_to(cue, EV_SHARED);

    for (enum store_name store = 0; store < STORE_COUNT; store++) {
        if (story->scene.store_down[store])
            str_copy(report.trouble[store], STORE_TROUBLE_MAX,
                     "10.0.0.9:6379: connection refused");
    }
    event.shared = &report;
    story_take(story, &event);
}

static void answer_hook(struct story *story, const struct cue *cue)
{
    bool fails = story->scene.hook_fails[cue->asked.stage][cue->asked.when];
    struct event event = answer_to(cue, EV_HOOK_ENDED);

    event.hook.stage = cue->asked.stage;
    event.hook.when = cue->asked.when;
    event.hook.ok = !fails;
    event.hook.rc = fails ? 3 : 0;
    event.hook.text = fails ? "ended with 3" : "";
    event.hook.lines = fails ? "asking\nit is Friday" : "";
    story_take(story, &event);
}

static void answer_resolve(struct story *story, const struct cue *cue)
{
    struct event event = answer_to(cue, EV_RESOLVED);

    event.sha = SCENE_NEW_SHA;
    if (story->scene.ref_known)
        story_take(story, &event);
    else
        give_failure(story, cue, EV_RESOLVE_FAILED, ERR_REFUSED,
                     "no branch, tag or commit of this name");
}

static void answer_probe(struct story *story, const struct cue *cue)
{
    struct probe_result result = scene_probe(&story->scene, cue->asked.host);
    struct event event = answer_to(cue, EV_PROBED);

    event.probe = &result;
    story_take(story, &event);
}

/* Through the load balancer: whichever colour has the traffic, by its first host; the
 * preview is the other one. */
static void answer_front(struct story *story, const struct cue *cue)
{
    struct scene_balancer *balancer = scene_balancer_of(&story->scene, cue->asked.host);
    const char *preview = story->settings.preview_host;
    bool is_preview =
        preview[0] != '\0' && str_equal(story->core.model.front.name, preview);
    bool green = (balancer->share >= 50) != is_preview;
    struct probe_result result = scene_probe(&story->scene, green ? GREEN_1 : BLUE_1);
    struct event event = answer_to(cue, EV_FRONT_PROBED);

    balancer->counted[green].requests++;
    balancer->counted[green].status[2]++;
    event.probe = &result;
    story_take(story, &event);
}

/* ---- jobs ---- */

enum { STREAM_EVERY_MS = 1000, LINE_BYTES = 40 };

static void follow_on(struct story *story, const struct cue *cue,
                      const struct scene_job *job)
{
    struct cue next = *cue;
    int64_t left_ms = job->runs ? job->ends_ms - story->now.mono_ms : 0;

    next.type = CUE_STREAM;
    add_cue(story, &next, left_ms < STREAM_EVERY_MS ? left_ms : STREAM_EVERY_MS);
}

static void answer_attached(struct story *story, const struct cue *cue)
{
    struct scene_job *job =
        scene_job(&story->scene, cue->asked.host, cue->job.run, cue->asked.step);

    if (job == NULL) {
        give_failure(story, cue, EV_JOB_REFUSED, ERR_REFUSED, "no such job (unknown)");
        return;
    }
    give_job(story, cue, EV_JOB_RUNNING, job);
    follow_on(story, cue, job);
}

static void answer_start(struct story *story, const struct cue *cue)
{
    if (scene_begin_job(&story->scene, cue->asked.host, &cue->job))
        answer_attached(story, cue);
    else
        give_failure(story, cue, EV_JOB_REFUSED, ERR_REFUSED,
                     "another job runs (running)");
}

static void end_job(const struct story *story, struct scene_job *job)
{
    if (job == NULL || !job->runs)
        return;
    job->runs = false;
    job->ends_ms = story->now.mono_ms;
    job->rc = 143;
}

static void answer_cancel(struct story *story, const struct cue *cue)
{
    struct scene_host *host = &story->scene.hosts[cue->asked.host];
    struct scene_job *job =
        scene_job(&story->scene, cue->asked.host, cue->job.run, cue->asked.step);

    if (job == NULL) {
        give_failure(story, cue, EV_JOB_REFUSED, ERR_REFUSED, "no such job (unknown)");
        return;
    }
    if (job->runs && host->stays_in_job) {
        give_failure(story, cue, EV_JOB_CUT, ERR_TIMEOUT, "the job does not end");
        return;
    }
    end_job(story, job);
    give_job(story, cue, EV_JOB_ENDED, job);
}

static void stream(struct story *story, const struct cue *cue)
{
    struct scene_job *job =
        scene_job(&story->scene, cue->asked.host, cue->job.run, cue->asked.step);

    if (!story->scene.hosts[cue->asked.host].reachable) {
        give_failure(story, cue, EV_JOB_CUT, ERR_LOST, "the connection dropped");
    } else if (job == NULL) {
        give_failure(story, cue, EV_JOB_REFUSED, ERR_REFUSED, "no such job (unknown)");
    } else if (!job->runs) {
        give_job(story, cue, EV_JOB_ENDED, job);
    } else {
        job->log_size += LINE_BYTES;
        give_job(story, cue, EV_JOB_LINE, job);
        follow_on(story, cue, job);
    }
}

/* What a host that cannot be reached does not do, and which event says so. */
static enum event_type failure_of(enum effect_type asked)
{
    switch (asked) {
    case FX_ASK_HOST:
        return EV_FACTS_FAILED;
    case FX_RESOLVE:
        return EV_RESOLVE_FAILED;
    case FX_ASK_SHARED:
        return EV_SHARED_FAILED;
    default:
        return EV_JOB_CUT;
    }
}

static void answer_by_host(struct story *story, const struct cue *cue)
{
    if (!story->scene.hosts[cue->asked.host].reachable) {
        give_failure(story, cue, failure_of(cue->asked.type), ERR_CONNECT,
                     "ssh: connect: timed out");
        return;
    }
    switch (cue->asked.type) {
    case FX_ASK_HOST:
        answer_facts(story, cue);
        break;
    case FX_ASK_SHARED:
        answer_shared(story, cue);
        break;
    case FX_RESOLVE:
        answer_resolve(story, cue);
        break;
    case FX_JOB_START:
        answer_start(story, cue);
        break;
    case FX_JOB_FOLLOW:
        answer_attached(story, cue);
        break;
    default:
        answer_cancel(story, cue);
        break;
    }
}

static void answer(struct story *story, const struct cue *cue)
{
    switch (cue->asked.type) {
    case FX_LIST_FLEET:
        answer_listing(story, cue);
        break;
    case FX_ASK_BALANCER:
        answer_status(story, cue);
        break;
    case FX_ASK_EVENTS:
        answer_events(story, cue);
        break;
    case FX_ASK_CONFIG:
    case FX_CHECK_CONFIG:
        answer_config(story, cue);
        break;
    case FX_HOOK:
        answer_hook(story, cue);
        break;
    case FX_PROBE:
        answer_probe(story, cue);
        break;
    case FX_PROBE_FRONT:
        answer_front(story, cue);
        break;
    default:
        answer_by_host(story, cue);
        break;
    }
}

/* ---- the load balancer ---- */

static void arrive(struct story *story, const struct cue *cue)
{
    struct cue back = *cue;

    back.type = CUE_OUTCOME;
    back.outcome =
        scene_switch(scene_balancer_of(&story->scene, cue->asked.host), &cue->change);
    add_cue(story, &back,
            back.outcome.answered ? latency_ms(story) : story->silence_ms);
}

static void give_outcome(struct story *story, const struct cue *cue)
{
    const struct scene_balancer *balancer =
        scene_balancer_of(&story->scene, cue->asked.host);
    struct event event = answer_to(cue, EV_CHANGE_ANSWERED);

    if (!cue->outcome.answered) {
        give_failure(story, cue, EV_CHANGE_SILENT, ERR_TIMEOUT,
                     words_of(balancer, "no whole answer in time").text);
        return;
    }
    event.answer.ok = cue->outcome.ok;
    event.answer.code = cue->outcome.code;
    event.answer.message = cue->outcome.ok ? "" : cue->outcome.message;
    event.answer.timing.first_new_us = event.answer.timing.last_old_us =
        TIMING_NOT_SEEN;
    event.answer.took_us = 800;
    event.answer.worker_pid = balancer->worker_pid;
    event.answer.fuse_left_ms = -1;
    story_take(story, &event);
}

/* ---- the lease and the fuse ---- */

static struct switch_outcome ask_lease(struct story *story, const struct cue *cue)
{
    struct scene_balancer *balancer = scene_balancer_of(&story->scene, cue->asked.host);

    switch (cue->asked.type) {
    case FX_ACQUIRE:
        return scene_acquire(balancer, cue->job.run, "we", cue->above, cue->takes);
    case FX_RENEW:
        return scene_renew(balancer, cue->job.run, cue->epoch);
    case FX_EXTEND:
        return scene_extend(balancer, cue->epoch, story->settings.fuse_s * 1000);
    default:
        return scene_release(balancer, cue->job.run, cue->epoch);
    }
}

static void give_extended(struct story *story, const struct cue *cue,
                          const struct switch_outcome *outcome)
{
    const struct scene_balancer *balancer =
        scene_balancer_of(&story->scene, cue->asked.host);
    struct event event = answer_to(cue, EV_FUSE_EXTENDED);

    event.answer.ok = outcome->answered && outcome->ok;
    event.answer.code = outcome->answered ? outcome->code : "";
    event.answer.message = outcome->answered ? outcome->message : "no answer in time";
    event.answer.fuse_left_ms =
        event.answer.ok ? balancer->fuse.until_ms - story->now.mono_ms : -1;
    story_take(story, &event);
}

static void give_lease(struct story *story, const struct cue *cue)
{
    struct event event = answer_to(cue, EV_LEASE_ANSWERED);
    const struct scene_balancer *balancer =
        scene_balancer_of(&story->scene, cue->asked.host);
    struct switch_outcome outcome = ask_lease(story, cue);
    struct lease holder = scene_lease(balancer);
    const struct scene_lease *lease = &balancer->holder;

    if (cue->asked.type == FX_EXTEND) {
        give_extended(story, cue, &outcome);
        return;
    }
    if (!outcome.answered) {
        give_failure(story, cue, EV_LEASE_FAILED, ERR_CONNECT,
                     words_of(balancer, "ssh: connect: timed out").text);
        return;
    }
    event.lease.ok = outcome.ok;
    event.lease.code = outcome.code;
    event.lease.message = outcome.ok ? "" : outcome.message;
    event.lease.epoch = lease->epoch;
    event.lease.since_ms = story->now.mono_ms - lease->since_ms;
    event.lease.left_ms = lease->until_ms - story->now.mono_ms;
    event.lease.holder = lease->is_void ? NULL : &holder;
    story_take(story, &event);
}

static void give_sample(struct story *story, const struct cue *cue)
{
    struct server_row servers[SCENE_BALANCER];
    const struct scene_balancer *balancer =
        scene_balancer_of(&story->scene, cue->asked.host);
    struct balancer_sample sample =
        scene_sample(&story->scene, cue->asked.host, servers);
    struct event event = answer_to(cue, EV_SAMPLE);
    struct cue next = *cue;

    add_cue(story, &next, story->settings.sample_ms);
    event.sample = &sample;
    if (scene_counters_come(balancer))
        story_take(story, &event);
    else
        give_failure(story, cue, EV_SAMPLE_FAILED, ERR_LOST,
                     words_of(balancer, "HAProxy's counters do not come").text);
}

/* What is done where nobody hears of it. */
static void do_unheard(struct story *story, const struct cue *cue)
{
    struct scene *scene = &story->scene;

    if (cue->type == CUE_LEASE)
        ask_lease(story, cue);
    else if (cue->type == CUE_ARRIVE)
        scene_switch(scene_balancer_of(scene, cue->asked.host), &cue->change);
    else if (!scene->hosts[cue->asked.host].reachable)
        return;
    else if (cue->asked.type == FX_JOB_START)
        scene_begin_job(scene, cue->asked.host, &cue->job);
    else if (cue->asked.type == FX_JOB_CANCEL)
        end_job(story,
                scene_job(scene, cue->asked.host, cue->job.run, cue->asked.step));
}

void cue_happen(struct story *story)
{
    int first = first_cue(story);
    struct cue cue = story->cues[first];

    story->cues[first] = story->cues[--story->cue_count];
    if (cue.unheard) {
        do_unheard(story, &cue);
        return;
    }
    switch (cue.type) {
    case CUE_ANSWER:
        answer(story, &cue);
        break;
    case CUE_ARRIVE:
        arrive(story, &cue);
        break;
    case CUE_OUTCOME:
        give_outcome(story, &cue);
        break;
    case CUE_LEASE:
        give_lease(story, &cue);
        break;
    case CUE_STREAM:
        stream(story, &cue);
        break;
    case CUE_SAMPLE:
        give_sample(story, &cue);
        break;
    }
}
