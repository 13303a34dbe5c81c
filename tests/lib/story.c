#include "lib/story.h"

#include "core/record.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2026-11-23 14:00:00 UTC; the machine has been up for 1,000 s. */
static const struct moment beginning = {.mono_ms = 1000000, .wall_ms = 1795442400000};

uint64_t story_random(uint64_t *random, uint64_t limit)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random % limit;
}

/* ---- the trace ---- */

__attribute__((format(printf, 2, 3))) static void add_line(struct story *story,
                                                           const char *format, ...)
{
    va_list arguments;

    str_addf(&story->trace, "[%6lld] ",
             (long long)(story->now.mono_ms - story->begun_ms));
    va_start(arguments, format);
    str_addv(&story->trace, format, arguments);
    va_end(arguments);
    str_add_char(&story->trace, '\n');
}

static const char *host_name(const struct story *story, int host)
{
    return story->core.model.fleet.hosts[host].droplet.name;
}

static void trace_effect(struct story *story, const struct effect *effect)
{
    const struct model *model = &story->core.model;
    const struct run *run = &model->run;
    char name[HOST_NAME_MAX_BYTES + 2];

    if (effect->type == FX_NOTE) {
        add_line(story, "%s", effect->note);
        if (effect->state != RUN_NONE && !run_is_open(effect->state))
            add_line(story, "= %s: %s", run_state_name(effect->state), run->reason);
    } else if (effect->type == FX_CHANGE) {
        balancers_prefix(model, balancers_place(model, effect->host), name,
                         sizeof name);
        add_line(story, "> %s%s%s %d to %d as (%lld, %lld)", name,
                 run->change.preparing ? "prepare " : "",
                 change_kind_name(run->change.kind),
                 change_from(&run->change, balancers_place(model, effect->host)),
                 run->change.to, (long long)run->epoch, (long long)run->change.seq);
    } else if (effect->type == FX_HOOK) {
        hook_name(effect->stage, effect->when, name);
        add_line(story, "> hook %s", name);
    } else if (effect->type == FX_ACQUIRE || effect->type == FX_RELEASE) {
        balancers_prefix(model, balancers_place(model, effect->host), name,
                         sizeof name);
        add_line(story, "> %s%s", name, effect_type_name(effect->type));
    } else if (effect->type == FX_JOB_FOLLOW) {
        add_line(story, "> %s: %s %s from byte %lld", host_name(story, effect->host),
                 effect_type_name(effect->type),
                 model->recipe->steps[effect->step].name, (long long)effect->offset);
    } else if (effect_changes_world(effect->type)) {
        add_line(story, "> %s: %s %s", host_name(story, effect->host),
                 effect_type_name(effect->type),
                 model->recipe->steps[effect->step].name);
    }
}

/* What the console says; of a host, only what is wrong with it. */
static void trace_transcript(struct story *story)
{
    const struct transcript *transcript = &story->core.model.transcript;

    for (; story->said < transcript->next; story->said++) {
        const struct transcript_line *line = transcript_at(transcript, story->said);
        if (line == NULL || str_starts(line->text, "run "))
            continue; /* what the run enters is traced by its notes */
        if (line->host == TRANSCRIPT_CONSOLE)
            add_line(story, "  %s", line->text);
        else if (line->kind == LINE_WARNING || line->kind == LINE_BAD)
            add_line(story, "  %s: %s", host_name(story, line->host), line->text);
    }
}

void story_skip(struct story *story)
{
    str_clear(&story->trace);
}

void story_tell_at(struct story *story, const char *expected, const char *file,
                   int line)
{
    if (!str_equal(story->trace.at, expected))
        fprintf(stderr, "expected:\n%s\nwas:\n%s\n", expected, story->trace.at);
    _assert_true(str_equal(story->trace.at, expected), "the story is as told", file,
                 line);
    story_skip(story);
}

/* ---- the turn ---- */

/* Whether it is asked of a load balancer, which must then be known. */
static bool needs_balancer(enum effect_type type)
{
    switch (type) {
    case FX_ASK_BALANCER:
    case FX_ACQUIRE:
    case FX_RENEW:
    case FX_RELEASE:
    case FX_CHANGE:
    case FX_EXTEND:
    case FX_PUBLISH:
    case FX_PUT_RECEIPT:
    case FX_ASK_EVENTS:
        return true;
    default:
        return false;
    }
}

static void perform(struct story *story, bool changes_allowed)
{
    struct effects *effects = &story->effects;

    for (size_t i = 0; i < effects->count && !story->is_cut; i++) {
        const struct effect *effect = &effects->items[i];
        if (needs_balancer(effect->type) && effect->host < 0)
            fail_msg("%s of no load balancer", effect_type_name(effect->type));
        if (!changes_allowed && effect_changes_world(effect->type))
            continue;
        trace_effect(story, effect);
        if (story->on_effect != NULL)
            story->on_effect(story->context, effect);
        if (!story->is_cut)
            cue_effect(story, effect);
    }
    effects->count = 0;
}

/* The event first, then what follows from it. */
static void tell_records(struct story *story, const struct event *event)
{
    const struct model *model = &story->core.model;
    struct record record;

    if (story->on_record == NULL)
        return;
    if (record_of_event(model, event, &record))
        story->on_record(story->context, &record);
    for (size_t i = 0; i < story->effects.count && !story->is_cut; i++) {
        if (record_of_effect(model, &story->effects.items[i], &record))
            story->on_record(story->context, &record);
    }
}

static bool is_recorded(const struct story *story, const struct event *event)
{
    const struct model *model = &story->core.model;
    struct record record;

    for (size_t i = 0; i < story->effects.count; i++) {
        if (record_of_effect(model, &story->effects.items[i], &record))
            return true;
    }
    return record_of_event(model, event, &record);
}

static void hear_journal_failure(struct story *story)
{
    struct event event = {.type = EV_JOURNAL_FAILED, .now = story->now, .host = -1};

    event.failure.code = ERR_IO;
    event.failure.text = "the journal cannot be written: no space left on device";
    core_step(&story->core, &event, &story->effects);
}

void story_take(struct story *story, struct event *event)
{
    event->now = story->now;
    story->turns++;
    core_step(&story->core, event, &story->effects);
    tell_records(story, event);
    if (story->journal_fails && !story->journal_lost && is_recorded(story, event)) {
        story->journal_lost = true;
        perform(story, false);
        hear_journal_failure(story);
    }
    perform(story, true);
    trace_transcript(story);
}

/* ---- time ---- */

static void move_to(struct story *story, int64_t at_ms)
{
    if (at_ms <= story->now.mono_ms)
        return;
    story->now.wall_ms += at_ms - story->now.mono_ms;
    story->now.mono_ms = at_ms;
    scene_advance(&story->scene, at_ms);
}

static int64_t next_ms(const struct story *story)
{
    int64_t cue_ms = cue_next_ms(story);
    int64_t deadline_ms = core_deadline(&story->core);

    return cue_ms < deadline_ms ? cue_ms : deadline_ms;
}

bool story_step(struct story *story)
{
    int64_t cue_ms = cue_next_ms(story);
    int64_t at_ms = next_ms(story);
    struct event tick = {.type = EV_TICK, .host = -1, .step = -1};

    if (at_ms == INT64_MAX)
        return false;
    move_to(story, at_ms);
    if (cue_ms <= at_ms)
        cue_happen(story);
    else
        story_take(story, &tick);
    return true;
}

void story_pass(struct story *story, int64_t ms)
{
    int64_t end_ms = story->now.mono_ms + ms;

    while (next_ms(story) <= end_ms)
        story_step(story);
    move_to(story, end_ms);
}

void story_until(struct story *story, enum run_state state)
{
    enum { HOUR_MS = 3600 * 1000 };
    const struct run *run = &story->core.model.run;
    int64_t end_ms = story->now.mono_ms + HOUR_MS;

    while (run->state != state && next_ms(story) <= end_ms)
        story_step(story);
    if (run->state != state)
        fail_msg("\"%s\" did not come; the run is at \"%s\":\n%s",
                 run_state_name(state), run_state_name(run->state), story->trace.at);
}

/* ---- the life ---- */

void story_intend(struct story *story, const struct intent *intent)
{
    struct event event = {.type = EV_INTENT, .host = -1, .step = -1, .intent = *intent};

    add_line(story, "< %s%s%s", intent_name(intent->kind),
             intent->ref[0] != '\0' ? " " : "", intent->ref);
    story_take(story, &event);
}

void story_want(struct story *story, enum intent_kind kind)
{
    struct intent intent = {.kind = kind, .gate = story->core.model.run.gate};

    story_intend(story, &intent);
}

static void choose_settings(struct settings *settings)
{
    settings_init(settings);
    str_copy(settings->app, sizeof settings->app, "my-perl-app");
    str_copy(settings->environment, sizeof settings->environment, "production");
}

static void begin_engine(struct story *story, struct policy policy)
{
    struct event first = {.type = EV_TICK, .host = -1, .step = -1};

    core_init(&story->core, &story->settings, &story->scene.recipe, policy, 0);
    str_copy(story->core.model.helper_sha256[0], 65, "bgc-host as we carry it");
    str_copy(story->core.model.helper_sha256[1], 65, "bgc-lb as we carry it");
    story_take(story, &first);
}

void story_begin(struct story *story, struct policy policy)
{
    memset(story, 0, sizeof *story);
    choose_settings(&story->settings);
    story->now = beginning;
    story->begun_ms = beginning.mono_ms;
    story->latency_ms = 100;
    story->silence_ms = 30000;
    story->trace = str_on(story->trace_text, sizeof story->trace_text);
    scene_init(&story->scene, beginning.mono_ms);
    scene_write_config(&story->scene, LB_1, &story->settings);
    scene_write_config(&story->scene, LB_2, &story->settings);
    begin_engine(story, policy);
}

struct story *story_new(struct policy policy)
{
    struct story *story = malloc(sizeof *story);

    if (story == NULL)
        abort();
    story_begin(story, policy);
    return story;
}

void story_restart(struct story *story, struct policy policy, bool arrives)
{
    story->is_cut = false;
    story->effects.count = 0;
    story->said = 0;
    cue_cut(story, arrives);
    begin_engine(story, policy);
}
