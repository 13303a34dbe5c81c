#include "core/run.h"

#include "base/str.h"
#include "core/core.h"
#include "core/run_resume.h"
#include "core/run_table.h"
#include "core/say.h"

#include <stdio.h>
#include <string.h>

struct state_facts {
    const char *name;
    enum stage stage;
    const char *words;
};

static const struct state_facts states[RUN_STATE_COUNT] = {
#define X(state, name, stage, words) [state] = {name, stage, words},
    RUN_STATES(X)
#undef X
};

static const char *const input_words[RUN_INPUT_COUNT] = {
#define X(input, words) [input] = words,
    RUN_INPUTS(X)
#undef X
};

static const char *const kind_names[RUN_KIND_COUNT] = {
#define X(kind, name, help) [kind] = name,
    RUN_KINDS(X)
#undef X
};

static const char *const stage_names[STAGE_COUNT] = {
#define X(stage, name) [stage] = name,
    STAGES(X)
#undef X
};

const char *run_kind_name(enum run_kind kind)
{
    return kind_names[kind];
}

const char *run_state_name(enum run_state state)
{
    return states[state].name;
}

const char *run_state_words(enum run_state state)
{
    return states[state].words;
}

const char *run_input_words(enum run_input input)
{
    return input_words[input];
}

const char *stage_name(enum stage stage)
{
    return stage_names[stage];
}

enum stage run_stage(enum run_state state)
{
    return states[state].stage;
}

bool run_is_open(enum run_state state)
{
    return state > RUN_NONE && state < RUN_DONE;
}

bool run_is_errand(const struct run *run)
{
    return run->kind == RUN_MAINTENANCE || run->kind == RUN_MEND;
}

bool run_is_gate(enum run_state state)
{
    return state == RUN_BALANCER_GATE || state == RUN_PLAN_GATE ||
           state == RUN_CONFIG_GATE || state == RUN_SPLIT || state == RUN_SWITCH_GATE ||
           state == RUN_STEP_GATE || state == RUN_FINISH_GATE ||
           state == RUN_CONTRACT_GATE;
}

/* The stages that a run of each kind goes through. */
static const unsigned stages_of_kind[RUN_KIND_COUNT] = {
    [RUN_DEPLOY] = ~0U,
    [RUN_SHIFT] = ~(1U << STAGE_DEPLOY),
    [RUN_ROLLBACK] = ~(1U << STAGE_DEPLOY),
    [RUN_TAKEOVER] = 1U << STAGE_PREFLIGHT | 1U << STAGE_FINISH,
    [RUN_MAINTENANCE] = 1U << STAGE_PREFLIGHT | 1U << STAGE_SWITCH,
    [RUN_MEND] = 1U << STAGE_PREFLIGHT | 1U << STAGE_SWITCH,
    [RUN_CONFIGURE] = 1U << STAGE_PREFLIGHT | 1U << STAGE_CONFIGURE,
    [RUN_CONTRACT] = 1U << STAGE_PREFLIGHT | 1U << STAGE_FINISH,
};

enum stage_look run_stage_look(const struct run *run, enum stage stage)
{
    if (!(stages_of_kind[run->kind] & (1U << stage)) ||
        (stage == STAGE_CONFIGURE && !run->configures))
        return STAGE_NOT_PART;
    if (stage < run->stage || run->state == RUN_DONE)
        return STAGE_DONE_OK;
    if (stage > run->stage)
        return STAGE_AHEAD;
    return run_is_open(run->state) ? STAGE_NOW : STAGE_DONE_BAD;
}

/* The first row that holds. Where a guard said no, `why` has the reasons of the last.
 */
static const struct run_row *run_find_row(const struct core *core, enum run_input input,
                                          struct why *why)
{
    size_t count;
    const struct run_row *rows = run_rows(&count);

    why_clear(why);
    for (size_t i = 0; i < count; i++) {
        const struct run_row *row = &rows[i];
        if (row->what != input || !(row->where & IN_STATE(core->model.run.state)))
            continue;
        why_clear(why);
        row->guard(&core->model, why);
        if (why->count == 0)
            return row;
    }
    if (why->count == 0)
        why_add(why, "%s: not expected while the run is at \"%s\"",
                run_input_words(input), run_state_name(core->model.run.state));
    return NULL;
}

/* Every way into preflight from where none is open begins a new run: nothing of the one
 * before is kept, but for a lease that is still ours. */
static void run_renew(struct core *core)
{
    struct run *run = &core->model.run;
    struct hold *hold = &core->model.hold;
    char stamp[CLOCK_STAMP_SIZE];

    if (hold->state == HOLD_LOST)
        hold_drop(&core->model);
    for (int i = 0; i < core->model.balancer_count; i++)
        core->model.balancers[i].left_out = false;
    hold->busy = false;
    hold->trouble[0] = '\0';
    memset(run, 0, sizeof *run);
    core->model.configure.place = 0;
    configure_begin(&core->model.configure, core->model.now.mono_ms);
    run->number = ++core->runs;
    run->begun_ms = core->model.now.mono_ms;
    run->begun_wall_ms = core->model.now.wall_ms;
    clock_stamp_utc(core->model.now.wall_ms, stamp);
    snprintf(run->id, sizeof run->id, "%.20s-%08x", stamp,
             (unsigned)(core->salt + core->runs));
}

/* What the run enters, and why: for the journal, and for whoever looks on. */
static void add_note(const struct core *core, struct effects *effects,
                     enum effect_type type, int host)
{
    const struct run *run = &core->model.run;
    struct effect *note = effects_add(effects, type, host);

    if (note == NULL)
        return;
    note->state = run->state;
    struct str line = str_on(note->note, sizeof note->note);
    str_addf(&line, "%s: %s -> %s", run_input_words(run->cause),
             run_state_name(run->before), run_state_name(run->state));
}

/* The one door by which the state changes, with its one trace line. */
static void run_enter(struct core *core, enum run_state state, enum run_input input,
                      struct effects *effects)
{
    struct run *run = &core->model.run;
    struct moment now = core->model.now;
    int64_t limit_ms = run_limit_ms(core, state);

    run->before = run->state;
    run->cause = input;
    run->state = state;
    run->entered_ms = now.mono_ms;
    run->deadline_ms = limit_ms > 0 ? now.mono_ms + limit_ms : 0;
    run->change.retry_ms = 0;
    run->gate = 0;
    enum stage left = run->stage;
    bool entered = false;
    if (run_is_open(state)) {
        run->stage = run_stage(state);
        entered = run->stage_ms[run->stage] == 0;
        if (entered)
            run->stage_ms[run->stage] = now.mono_ms;
    }

    add_note(core, effects, FX_NOTE, -1);
    for (int i = 0; i < core->model.balancer_count; i++) {
        if (core->model.hold.state == HOLD_OURS && core->model.balancers[i].host >= 0)
            add_note(core, effects, FX_PUBLISH, core->model.balancers[i].host);
    }
    hook_enter(core, left, entered, effects);
}

static enum line_kind line_of_state(enum run_state state)
{
    switch (state) {
    case RUN_DONE:
        return LINE_GOOD;
    case RUN_STOPPED:
    case RUN_UNCONFIRMED:
    case RUN_UNKNOWN:
        return LINE_BAD;
    case RUN_ABORTED:
    case RUN_RETURNED:
    case RUN_REVERTED:
        return LINE_WARNING;
    default:
        return LINE_NOTE;
    }
}

/* The log tells what the run does among what the hosts say. */
static void tell_state(struct core *core)
{
    const struct run *run = &core->model.run;
    bool has_reason = !run_is_open(run->state) && run->reason[0] != '\0';

    say(core, TRANSCRIPT_CONSOLE, line_of_state(run->state), "run %u: %s%s%s",
        (unsigned)run->number, run_state_words(run->state), has_reason ? ": " : "",
        has_reason ? run->reason : "");
}

bool run_take(struct core *core, enum run_input input, struct effects *effects,
              struct why *why)
{
    const struct run_row *row = run_find_row(core, input, why);
    if (row == NULL)
        return false;
    if (row->to == RUN_PREFLIGHT && !run_is_open(core->model.run.state))
        run_renew(core);
    enum run_state to = row->to == RUN_RESUMES ? run_resume_state(core) : row->to;
    bool moves = to != RUN_STAYS && to != core->model.run.state;
    if (moves)
        run_enter(core, to, input, effects);
    if (row->action != NULL)
        row->action(core, effects);
    if (moves)
        tell_state(core);
    return true;
}

static const char *name_of_end(enum run_state to)
{
    if (to == RUN_RESUMES)
        return "where it goes on";
    return to == RUN_STAYS ? "as it is" : run_state_name(to);
}

void run_write_table(struct str *out)
{
    size_t count;
    const struct run_row *rows = run_rows(&count);

    str_add(out,
            "| where | what happened | guard | what we ask | where to | how long |\n"
            "| --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < count; i++) {
        const struct run_row *row = &rows[i];
        const char *separator = "";
        str_add(out, "| ");
        for (enum run_state state = 0; state < RUN_STATE_COUNT; state++) {
            if (!(row->where & IN_STATE(state)))
                continue;
            str_addf(out, "%s%s", separator, run_state_name(state));
            separator = ", ";
        }
        str_addf(out, " | %s | %s | %s | %s | %s |\n", run_input_words(row->what),
                 run_guard_words(row->guard), row->asks, name_of_end(row->to),
                 row->to >= RUN_STATE_COUNT ? "" : run_limit_words(row->to));
    }
}
