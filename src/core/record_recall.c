#include "core/record.h"

#include "base/clock.h"
#include "base/str.h"

struct recalling {
    const struct record *records;
    size_t count;
    const char *run;
    char (*lines)[RECALL_LINE_MAX];
    int said;
    int unsaid; /* sentences that found no room */
};

/* The next sentence; the last line is kept for what finds no room. */
static struct str next_line(struct recalling *recalling)
{
    return str_on(recalling->lines[recalling->said++], RECALL_LINE_MAX);
}

static bool has_room(struct recalling *recalling)
{
    if (recalling->said < RECALL_LINES - 1)
        return true;
    recalling->unsaid++;
    return false;
}

static bool is_of_run(const struct recalling *recalling, size_t i)
{
    return str_equal(recalling->records[i].run, recalling->run);
}

static bool has_ended(const struct recalling *recalling)
{
    for (size_t i = 0; i < recalling->count; i++) {
        if (is_of_run(recalling, i) && recalling->records[i].type == RECORD_END)
            return true;
    }
    return false;
}

/* What it entered last; somebody who tried to go on with it has not moved it. */
static const char *where_it_stood(const struct recalling *recalling)
{
    const char *state = "";
    bool tried = false;

    for (size_t i = 0; i < recalling->count; i++) {
        const struct record *record = &recalling->records[i];
        if (!is_of_run(recalling, i) || record->type == RECORD_NOTE)
            continue;
        if (record->type == RECORD_RESUME)
            tried = true;
        if (record->type == RECORD_STATE)
            tried = false;
        if (!tried)
            state = record->state;
    }
    return state;
}

static void say_cut_off(struct recalling *recalling)
{
    const struct record *last = &recalling->records[recalling->count - 1];
    const char *state = where_it_stood(recalling), *target = "";
    const struct record *begin = NULL;
    char time[CLOCK_STAMP_SIZE];

    for (size_t i = 0; i < recalling->count; i++) {
        const struct record *record = &recalling->records[i];
        if (!is_of_run(recalling, i))
            continue;
        if (record->type == RECORD_RUN)
            begin = record;
        if (record->type == RECORD_STATE)
            target = record->what;
    }
    clock_time_utc(last->wall_ms, time);
    struct str line = next_line(recalling);
    str_addf(&line, "run %s", recalling->run);
    if (begin != NULL)
        str_addf(&line, ", %s%s%s", begin->what, begin->text[0] != '\0' ? " " : "",
                 begin->text);
    if (target[0] != '\0')
        str_addf(&line, " to %s", target);
    str_addf(&line, "%s was cut off at \"%s\", %s",
             begin != NULL || target[0] != '\0' ? "," : "", state, time);
}

static bool is_result(const struct record *record, enum event_type type)
{
    return record->type == RECORD_RESULT &&
           str_equal(record->what, event_type_name(type));
}

static bool is_intent(const struct record *record, enum effect_type type)
{
    return record->type == RECORD_INTENT &&
           str_equal(record->what, effect_type_name(type));
}

static void say_switch(struct recalling *recalling)
{
    bool asked = false;

    for (size_t i = 0; i < recalling->count; i++) {
        const struct record *record = &recalling->records[i];
        if (!is_of_run(recalling, i))
            continue;
        if (record->type == RECORD_INTENT &&
            str_equal(record->what, change_kind_name(CHANGE_SWITCH)))
            asked = true;
        if (is_result(record, EV_CHANGE_ANSWERED))
            asked = false;
    }
    if (!asked || !has_room(recalling))
        return;
    struct str line = next_line(recalling);
    str_add(&line, "the switch was asked for and its answer is not in the journal: the "
                   "load balancer tells what is true");
}

static bool waits_for_confirmation(const char *state)
{
    static const enum run_state states[] = {RUN_HOLDING, RUN_STEP_GATE, RUN_WATCHING,
                                            RUN_FINISH_GATE};

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (str_equal(state, run_state_name(states[i])))
            return true;
    }
    return false;
}

static void say_unconfirmed(struct recalling *recalling)
{
    if (!waits_for_confirmation(where_it_stood(recalling)) || !has_room(recalling))
        return;
    struct str line = next_line(recalling);
    str_add(
        &line,
        "the traffic was switched and not yet confirmed: unless somebody took over, "
        "the load balancer takes it back at its deadline");
}

/* What the journal says of the job that was asked for at `begin`. */
static bool job_has_ended(const struct recalling *recalling, size_t begin,
                          bool *ret_started)
{
    const struct record *job = &recalling->records[begin];

    *ret_started = false;
    for (size_t i = begin + 1; i < recalling->count; i++) {
        const struct record *record = &recalling->records[i];
        if (!is_of_run(recalling, i) || !str_equal(record->host, job->host) ||
            !str_equal(record->step, job->step))
            continue;
        if (is_result(record, EV_JOB_ENDED) || is_result(record, EV_JOB_REFUSED))
            return true;
        if (is_result(record, EV_JOB_RUNNING))
            *ret_started = true;
    }
    return false;
}

static void say_jobs(struct recalling *recalling)
{
    bool started;

    for (size_t i = 0; i < recalling->count; i++) {
        const struct record *record = &recalling->records[i];
        if (!is_of_run(recalling, i) || !is_intent(record, FX_JOB_START) ||
            job_has_ended(recalling, i, &started) || !has_room(recalling))
            continue;
        struct str line = next_line(recalling);
        str_addf(&line, "%s: %s was %s; its end is not in the journal: ask the host",
                 record->host, record->step, started ? "started" : "asked for");
    }
}

int record_recall(const struct record *records, size_t count,
                  char lines[RECALL_LINES][RECALL_LINE_MAX])
{
    if (count == 0)
        return 0;

    struct recalling recalling = {
        .records = records,
        .count = count,
        .run = records[count - 1].run,
        .lines = lines,
    };
    if (recalling.run[0] == '\0' || has_ended(&recalling))
        return 0;
    say_cut_off(&recalling);
    say_switch(&recalling);
    say_unconfirmed(&recalling);
    say_jobs(&recalling);
    if (recalling.unsaid > 0) {
        struct str line = next_line(&recalling);
        str_addf(&line, "and %d more jobs whose end is not in the journal",
                 recalling.unsaid);
    }
    return recalling.said;
}
