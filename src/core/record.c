#include "core/record.h"

#include "base/str.h"

static const char *const type_names[RECORD_TYPE_COUNT] = {
#define X(type, name, help) [type] = name,
    RECORD_TYPES(X)
#undef X
};

const char *record_type_name(enum record_type type)
{
    return type_names[type];
}

bool record_type_from_name(const char *name, enum record_type *ret_type)
{
    for (enum record_type type = 0; type < RECORD_TYPE_COUNT; type++) {
        if (str_equal(name, type_names[type])) {
            *ret_type = type;
            return true;
        }
    }
    return false;
}

static struct str text_of(struct record *record)
{
    return str_on(record->text, sizeof record->text);
}

static void set_what(struct record *record, const char *what)
{
    str_copy(record->what, sizeof record->what, what);
}

static void set_text(struct record *record, const char *text)
{
    str_copy(record->text, sizeof record->text, text);
}

/* What every record of this moment has in common. */
static struct record record_now(const struct model *model, enum record_type type,
                                int host, int step)
{
    const struct run *run = &model->run;
    struct record record = {
        .type = type,
        .wall_ms = model->now.wall_ms,
        .mono_ms = model->now.mono_ms,
        .epoch = run->epoch,
        .seq = run->seq,
        .rc = -1,
    };

    str_copy(record.run, sizeof record.run, run->id);
    str_copy(record.state, sizeof record.state, run_state_name(run->state));
    if (host >= 0 && host < model->fleet.count)
        str_copy(record.host, sizeof record.host,
                 model->fleet.hosts[host].droplet.name);
    if (step >= 0 && step < model->recipe->step_count)
        str_copy(record.step, sizeof record.step, model->recipe->steps[step].name);
    return record;
}

static void write_end(const struct run *run, struct record *record)
{
    char sentence[RECORD_TEXT_MAX];
    struct str text = text_of(record);

    str_add(&text, run->reason);
    if (run->receipt.begin_ms == 0)
        return;
    receipt_sentence(&run->receipt, sentence, sizeof sentence);
    str_addf(&text, "%sreceipt %s", text.length > 0 ? "; " : "", sentence);
}

static void write_resume(const struct model *model, struct record *record)
{
    struct str text = text_of(record);

    record->type = RECORD_RESUME;
    str_addf(&text, "%s@%s", model->who, model->where);
}

/* Before it got to where the run stood: the run has moved, or ended, by nothing. */
static void write_before(const struct run *run, enum run_state state,
                         struct record *record)
{
    struct str text = text_of(record);

    record->type = RECORD_NOTE;
    if (run_is_open(state))
        str_add(&text, run_state_words(state));
    else
        str_addf(&text, "not gone on with: %s", run->reason);
}

static void write_what_it_brings(const struct run *run, struct record *record)
{
    str_copy(record->sha, sizeof record->sha, run->sha);
    str_copy(record->release, sizeof record->release, run->release);
}

/* Several states may be entered in one turn: each record names its own. */
static void write_state(const struct model *model, const struct effect *effect,
                        struct record *record)
{
    const struct run *run = &model->run;

    str_copy(record->state, sizeof record->state, run_state_name(effect->state));
    set_text(record, effect->note);
    set_what(record, run->target_known ? colour_name(run->target) : "");
    if (effect->state == RUN_PREFLIGHT && run->resumed) {
        write_resume(model, record);
    } else if (run->recalled) {
        write_before(run, effect->state, record);
    } else if (effect->state == RUN_PREFLIGHT) {
        record->type = RECORD_RUN;
        set_what(record, run_kind_name(run->kind));
        set_text(record, run->ref);
    } else if (run_is_open(effect->state)) {
        record->type = RECORD_STATE;
        write_what_it_brings(run, record);
    } else {
        record->type = RECORD_END;
        write_what_it_brings(run, record);
        write_end(run, record);
    }
}

/* A hook stands where a step would: its name is a file's. */
static void write_hook(enum stage stage, enum hook_when when, struct record *record)
{
    char name[HOOK_NAME_MAX];

    hook_name(stage, when, name);
    str_copy(record->step, sizeof record->step, name);
}

static void write_change(const struct model *model, struct record *record)
{
    const struct run *run = &model->run;
    const struct change *change = &run->change;
    struct str text = text_of(record);

    set_what(record, change_kind_name(change->kind));
    str_copy(record->nonce, sizeof record->nonce, change->nonce);
    record->from = change->from;
    record->to = change->to;
    if (change->kind == CHANGE_INSTALL)
        str_addf(&text, "in place of %s: +%d -%d lines", model->configure.sha256,
                 model->configure.added, model->configure.removed);
    if (change->kind == CHANGE_CONTRACT)
        str_addf(&text, "of %.7s %s, closes %.7s", run->contract.release,
                 contract_state_name(run->contract.state), run->contract.closed);
    if (change->preparing)
        str_add(&text, "prepare");
}

bool record_of_effect(const struct model *model, const struct effect *effect,
                      struct record *ret_record)
{
    if (effect->type != FX_NOTE && !effect_changes_world(effect->type))
        return false;
    *ret_record = record_now(model, RECORD_INTENT, effect->host, effect->step);
    set_what(ret_record, effect_type_name(effect->type));
    if (effect->type == FX_HOOK) {
        write_hook(effect->stage, effect->when, ret_record);
    } else if (effect->type == FX_CHANGE) {
        write_change(model, ret_record);
    } else if (effect->type == FX_NOTE && effect->state == RUN_NONE) {
        ret_record->type = RECORD_NOTE;
        set_text(ret_record, effect->note);
    } else if (effect->type == FX_NOTE) {
        write_state(model, effect, ret_record);
    }
    return true;
}

static void write_answer(const struct event *event, struct record *record)
{
    struct str text = text_of(record);

    if (event->answer.ok)
        str_addf(&text, "ok, took %lld us", (long long)event->answer.took_us);
    else
        str_addf(&text, "%s: %s", event->answer.code, event->answer.message);
}

/* Of all renewals only those that were refused. */
static bool write_lease(const struct model *model, const struct event *event,
                        struct record *record)
{
    struct str text = text_of(record);

    if (!event->lease.ok) {
        str_addf(&text, "%s: %s", event->lease.code, event->lease.message);
        return true;
    }
    str_addf(&text, "ok, epoch %lld", (long long)event->lease.epoch);
    return event->lease.epoch != record->epoch || model->hold.state == HOLD_NONE;
}

static void write_intent(const struct event *event, struct record *record)
{
    struct str text = text_of(record);

    record->type = RECORD_NOTE;
    str_addf(&text, "the operator wants: %s", intent_name(event->intent.kind));
    if (event->intent.ref[0] != '\0')
        str_addf(&text, " %s", event->intent.ref);
}

/* Of all probes only those that changed the verdict. */
static bool write_probe(const struct model *model, const struct event *event,
                        struct record *record)
{
    const struct host *host = &model->fleet.hosts[event->host];
    struct str text = text_of(record);

    str_addf(&text, "%s: %s%s%s", health_state_name(host->health.state),
             probe_reason_help(event->probe->reason),
             event->probe->detail[0] != '\0' ? ": " : "", event->probe->detail);
    return host->health.since_ms == model->now.mono_ms;
}

bool record_of_event(const struct model *model, const struct event *event,
                     struct record *ret_record)
{
    if (event->ticket.run != 0 && event->ticket.run != model->run.number)
        return false;
    *ret_record = record_now(model, RECORD_RESULT, event->host, event->step);
    set_what(ret_record, event_type_name(event->type));
    switch (event->type) {
    case EV_INTENT:
        write_intent(event, ret_record);
        return true;
    case EV_CHANGE_ANSWERED:
        write_answer(event, ret_record);
        return true;
    case EV_LEASE_ANSWERED:
        return write_lease(model, event, ret_record);
    case EV_JOB_ENDED:
        ret_record->rc = event->job.rc;
        return true;
    case EV_JOB_RUNNING:
        return true;
    case EV_HOOK_ENDED:
        write_hook(event->hook.stage, event->hook.when, ret_record);
        ret_record->rc = event->hook.rc;
        set_text(ret_record, event->hook.text);
        return true;
    case EV_LEASE_FAILED:
    case EV_CHANGE_SILENT:
    case EV_JOB_CUT:
    case EV_JOB_REFUSED:
    case EV_RESOLVE_FAILED:
        set_text(ret_record, event->failure.text);
        return true;
    case EV_RESOLVED:
        set_text(ret_record, event->sha);
        return true;
    case EV_PROBED:
        return write_probe(model, event, ret_record);
    default:
        return false;
    }
}

static void put_if_any(struct json_out *json, const char *key, const char *value)
{
    if (value[0] != '\0')
        json_put_string(json, key, value);
}

void record_write(const struct record *record, struct json_out *json)
{
    json_put_string(json, "type", record_type_name(record->type));
    put_if_any(json, "run", record->run);
    put_if_any(json, "state", record->state);
    put_if_any(json, "what", record->what);
    put_if_any(json, "host", record->host);
    put_if_any(json, "step", record->step);
    json_put_integer(json, "epoch", record->epoch);
    json_put_integer(json, "seq", record->seq);
    if (record->rc >= 0)
        json_put_integer(json, "rc", record->rc);
    if (record->nonce[0] != '\0') {
        json_put_integer(json, "from", record->from);
        json_put_integer(json, "to", record->to);
        json_put_string(json, "nonce", record->nonce);
    }
    put_if_any(json, "sha", record->sha);
    put_if_any(json, "release", record->release);
    put_if_any(json, "text", record->text);
}
