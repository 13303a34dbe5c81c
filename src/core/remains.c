#include "core/remains.h"

#include "base/str.h"
#include "core/record.h"

#include <string.h>

static bool find_kind(const char *name, enum run_kind *ret_kind)
{
    for (enum run_kind kind = 0; kind < RUN_KIND_COUNT; kind++) {
        if (str_equal(name, run_kind_name(kind))) {
            *ret_kind = kind;
            return true;
        }
    }
    return false;
}

static bool find_state(const char *name, enum run_state *ret_state)
{
    for (enum run_state state = 0; state < RUN_STATE_COUNT; state++) {
        if (str_equal(name, run_state_name(state))) {
            *ret_state = state;
            return true;
        }
    }
    return false;
}

static bool find_change(const char *name, enum change_kind *ret_kind)
{
    for (enum change_kind kind = CHANGE_NONE + 1; kind < CHANGE_KIND_COUNT; kind++) {
        if (str_equal(name, change_kind_name(kind))) {
            *ret_kind = kind;
            return true;
        }
    }
    return false;
}

static bool is_switching(enum run_state state)
{
    return state == RUN_SWITCHING || state == RUN_SWITCH_UNKNOWN;
}

/* What became of the newest switch, the state says that it led to. */
static void take_outcome(struct remains *remains, enum run_state state)
{
    if (state == RUN_HOLDING || state == RUN_WATCHING || state == RUN_SPLIT)
        remains->made_epoch = remains->switch_epoch;
    else if (is_switching(remains->state) && state == RUN_STEP_GATE)
        remains->share_after = remains->from;
    else if (is_switching(remains->state) && state == RUN_VERIFYING)
        remains->switched = false;
}

static bool begins_with_change(enum run_state state)
{
    return state == RUN_SWITCHING || state == RUN_REVERTING || state == RUN_FINISHING ||
           state == RUN_CHANGING || state == RUN_INSTALLING || state == RUN_CONTRACTING;
}

/* Where the load balancer shall make a change and was not asked for it, the run stands
 * where it stood before. */
static void stand_where_asked(struct remains *remains)
{
    if (begins_with_change(remains->state) && !remains->asked)
        remains->state = remains->before;
}

static void enter(struct remains *remains, enum run_state state)
{
    if (state == remains->state)
        return;
    stand_where_asked(remains);
    take_outcome(remains, state);
    remains->before = remains->state;
    remains->state = state;
    remains->asked = false;
}

/* What it brings is known by then, as far as it is known at all. */
static void take_state(struct remains *remains, const struct record *record)
{
    enum run_state state;

    if (find_state(record->state, &state))
        enter(remains, state);
    if (colour_from_name(record->what, &remains->target))
        remains->target_known = true;
    if (record->sha[0] != '\0')
        str_copy(remains->sha, sizeof remains->sha, record->sha);
    if (record->release[0] != '\0')
        str_copy(remains->release, sizeof remains->release, record->release);
}

static void take_change(struct remains *remains, enum change_kind kind,
                        const struct record *record)
{
    remains->asked = true;
    remains->change = kind;
    remains->from = record->from;
    remains->to = record->to;
    remains->change_epoch = record->epoch;
    remains->change_seq = record->seq;
    str_copy(remains->nonce, sizeof remains->nonce, record->nonce);
    if (kind != CHANGE_SWITCH)
        return;
    if (!remains->switched)
        remains->share_before = record->from;
    remains->switched = true;
    remains->share_after = record->to;
    remains->switch_epoch = record->epoch;
}

/* ---- steps on hosts ---- */

static struct remains_host *host_of(struct remains *remains, const char *name)
{
    struct remains_host *host = (struct remains_host *)remains_host_find(remains, name);

    if (host != NULL || remains->host_count == ROLLOUT_TARGETS_MAX)
        return host;
    host = &remains->hosts[remains->host_count++];
    str_copy(host->name, sizeof host->name, name);
    return host;
}

static bool says(const struct record *record, enum event_type type)
{
    return str_equal(record->what, event_type_name(type));
}

static void take_job_result(struct remains_job *job, const struct record *record)
{
    if (says(record, EV_JOB_RUNNING)) {
        job->end = KNOWN_STARTED;
    } else if (says(record, EV_JOB_ENDED) && record->rc >= 0) {
        job->end = KNOWN_ENDED;
        job->rc = record->rc;
    } else if (says(record, EV_JOB_REFUSED)) {
        job->end = KNOWN_LOST;
    }
}

static void take_job(struct remains *remains, const struct recipe *recipe,
                     const struct record *record)
{
    int step = recipe_find(recipe, record->step);
    struct remains_host *host = step < 0 ? NULL : host_of(remains, record->host);

    if (host == NULL)
        return;
    struct remains_job *job = &host->jobs[step];
    if (record->type == RECORD_RESULT)
        take_job_result(job, record);
    else if (job->end == KNOWN_NEVER &&
             str_equal(record->what, effect_type_name(FX_JOB_START)))
        job->end = KNOWN_ASKED;
}

/* ---- the records ---- */

static void take_intent(struct remains *remains, const struct recipe *recipe,
                        const struct record *record)
{
    enum change_kind kind;

    if (record->nonce[0] != '\0' && find_change(record->what, &kind))
        take_change(remains, kind, record);
    else
        take_job(remains, recipe, record);
}

static void take_note(struct remains *remains, const struct record *record)
{
    static const char baseline[] = "baseline ";

    if (str_starts(record->text, baseline))
        baseline_read(record->text + strlen(baseline), &remains->baseline);
}

static void take_record(struct remains *remains, const struct recipe *recipe,
                        const struct record *record)
{
    remains->wall_ms = record->wall_ms;
    if (record->epoch > remains->epoch)
        remains->epoch = record->epoch;
    switch (record->type) {
    case RECORD_RUN:
        enter(remains, RUN_PREFLIGHT);
        find_kind(record->what, &remains->kind);
        str_copy(remains->ref, sizeof remains->ref, record->text);
        break;
    case RECORD_STATE:
        take_state(remains, record);
        break;
    case RECORD_END:
        take_state(remains, record);
        remains->ended = true;
        break;
    case RECORD_INTENT:
        take_intent(remains, recipe, record);
        break;
    case RECORD_RESULT:
        take_job(remains, recipe, record);
        break;
    case RECORD_NOTE:
        take_note(remains, record);
        break;
    case RECORD_RESUME: /* where it stood is what it entered before */
    case RECORD_TYPE_COUNT:
        break;
    }
}

bool remains_read(const struct record *records, size_t count,
                  const struct recipe *recipe, struct remains *ret_remains)
{
    memset(ret_remains, 0, sizeof *ret_remains);
    if (count == 0 || records[count - 1].run[0] == '\0')
        return false;
    str_copy(ret_remains->run, sizeof ret_remains->run, records[count - 1].run);
    for (size_t i = 0; i < count; i++) {
        if (str_equal(records[i].run, ret_remains->run))
            take_record(ret_remains, recipe, &records[i]);
    }
    stand_where_asked(ret_remains);
    return ret_remains->state != RUN_NONE;
}

const struct remains_host *remains_host_find(const struct remains *remains,
                                             const char *name)
{
    for (int i = 0; i < remains->host_count; i++) {
        if (str_equal(remains->hosts[i].name, name))
            return &remains->hosts[i];
    }
    return NULL;
}
