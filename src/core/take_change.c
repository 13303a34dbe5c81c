#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/drift.h"
#include "core/run_change.h"
#include "core/run_end.h"
#include "core/say.h"

static bool change_is_awaited(const struct run *run)
{
    switch (run->state) {
    case RUN_SWITCHING:
    case RUN_SWITCH_UNKNOWN:
    case RUN_SPLIT:
    case RUN_REVERTING:
    case RUN_FINISHING:
    case RUN_CHANGING:
    case RUN_INSTALLING:
    case RUN_CONTRACTING:
        return true;
    default:
        return false;
    }
}

/* Codes of the helper after which only what is true counts, not what was answered: the
 * change was begun, and its end did not agree. */
static bool leaves_doubt(const char *code)
{
    static const char *const codes[] = {"unproven", "haproxy", "disk", "state"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (str_equal(code, codes[i]))
            return true;
    }
    return false;
}

/* The helper's own request through the frontend is in HAProxy's counters, too. */
static void count_own_request(struct run *run, const struct event *event)
{
    enum colour colour =
        event->answer.answered_known ? event->answer.answered_by : run->target;

    if (run->change.kind == CHANGE_SWITCH || run->change.kind == CHANGE_REVERT)
        run->own_requests[colour]++;
}

static void remember_fuse(struct core *core, int place)
{
    const struct run *run = &core->model.run;
    struct fuse *fuse = &core->model.balancers[place].fuse;

    if (run->change.kind == CHANGE_SWITCH && run->fused) {
        *fuse = (struct fuse){
            .state = FUSE_ARMED,
            .to = run->share_before,
            .until_ms =
                run->change.parts[place].asked_ms + core->model.settings->fuse_s * 1000,
        };
        str_copy(fuse->run, sizeof fuse->run, run->id);
    } else if (run->change.kind == CHANGE_FINISH || run->change.kind == CHANGE_REVERT) {
        fuse->state = FUSE_NONE;
    }
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Of several load balancers: the first one that had a request on the new colour, the
 * last one that had any on the old, the slowest. */
static void add_timing(struct switch_timing *sum, const struct switch_timing *timing)
{
    if (timing->first_new_us != TIMING_NOT_SEEN &&
        (sum->first_new_us == TIMING_NOT_SEEN ||
         timing->first_new_us < sum->first_new_us))
        sum->first_new_us = timing->first_new_us;
    sum->last_old_us = larger(sum->last_old_us, timing->last_old_us);
    sum->resolution_ms = larger(sum->resolution_ms, timing->resolution_ms);
}

static void remember_timing(struct run *run, const struct event *event)
{
    struct receipt *receipt = &run->receipt;

    if (run->change.kind != CHANGE_SWITCH)
        return;
    if (change_count(&run->change, PART_MADE) == 1) {
        receipt->switch_us = event->answer.took_us;
        receipt->timing = event->answer.timing;
        return;
    }
    receipt->switch_us = larger(receipt->switch_us, event->answer.took_us);
    add_timing(&receipt->timing, &event->answer.timing);
}

/* The new worker is no news: we made it. */
static void remember_install(struct balancer *balancer, const struct event *event)
{
    if (event->answer.worker_pid > 0)
        balancer->worker_pid = event->answer.worker_pid;
    drift_acknowledge(balancer);
    balancer->config_edited = false;
    balancer->config_note[0] = '\0';
}

static void remember_change(struct core *core, int place, const struct event *event)
{
    struct run *run = &core->model.run;
    struct balancer *balancer = &core->model.balancers[place];

    balancer->seq = run->change.seq;
    balancer->epoch = run->epoch;
    if (run->change.kind == CHANGE_MAINTENANCE)
        balancer->maintenance = run->change.on;
    if (run->change.kind == CHANGE_INSTALL)
        remember_install(balancer, event);
    if (run->change.kind == CHANGE_CONTRACT)
        balancer->contract = run->contract;
    remember_fuse(core, place);
    remember_timing(run, event);
    count_own_request(run, event);
    run->change.parts[place].asked_ms = 0;
}

static void take_input(struct core *core, enum run_input input, struct effects *effects)
{
    const struct run *run = &core->model.run;
    struct why why;

    run_take(core, input, effects, &why);
    if (input == IN_CHANGED && run->abort_wanted && run->state != RUN_REVERTED)
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "you wanted to abort while the switch was on its way: it has happened; to "
            "go back, roll back");
}

/* What follows when each load balancer that was asked has answered. Those that have
 * not switched while others have are asked again; anything else is said. */
static void conclude(struct core *core, struct effects *effects)
{
    const struct run *run = &core->model.run;
    const struct change *change = &run->change;
    int made = change_count(change, PART_MADE);
    int doubtful = change_count(change, PART_DOUBTFUL);
    int refused = change_count(change, PART_REFUSED);

    if (run->state == RUN_SPLIT && refused + doubtful > 0)
        return;
    if (change_count(change, PART_ASKED) > 0)
        return;
    if (refused + doubtful == 0)
        take_input(core, IN_CHANGED, effects);
    else if (made > 0 && change->kind == CHANGE_SWITCH)
        take_input(core, IN_SPLIT, effects);
    else
        take_input(core, doubtful > 0 ? IN_DOUBTFUL : IN_REFUSED, effects);
}

static void take_prepared(struct core *core, struct effects *effects)
{
    struct change *change = &core->model.run.change;

    if (change_count(change, PART_ASKED) == 0)
        run_change_commit(core, effects);
}

/* Nothing was changed anywhere: that one says no is the end of it for all. */
static void give_up_preparing(struct core *core, struct effects *effects)
{
    struct change *change = &core->model.run.change;

    for (int i = 0; i < BALANCERS_MAX; i++)
        change->parts[i] = (struct change_part){.state = PART_NONE};
    take_input(core, IN_REFUSED, effects);
}

static void take_no(struct core *core, int place, const struct event *event,
                    struct effects *effects)
{
    struct run *run = &core->model.run;
    const char *code = event->answer.code;

    run->change.parts[place].asked_ms = 0;
    if (run->state != RUN_SPLIT)
        run_end_refused(core, code, event->answer.message);
    if (event->answer.lines != NULL)
        say_lines(core, event->host, LINE_BAD, event->answer.lines);
    core->schedule.status_ms[event->host] = 0;
    if (leaves_doubt(code) || run->state == RUN_SPLIT)
        say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "%s", event->answer.message);
    if (run->change.preparing) {
        give_up_preparing(core, effects);
        return;
    }
    run->change.parts[place].state = leaves_doubt(code) ? PART_DOUBTFUL : PART_REFUSED;
    conclude(core, effects);
}

/* The part whose question is answered; NULL: it is of a change that is past, or nobody
 * waits for it any more. */
static struct change_part *part_answered(struct core *core, const struct event *event,
                                         int place)
{
    struct change *change = &core->model.run.change;

    if (place < 0 || event->ticket.attempt < change->attempt ||
        change->parts[place].state == PART_NONE)
        return NULL;
    change->parts[place].open = false;
    return change_is_awaited(&core->model.run) ? &change->parts[place] : NULL;
}

void take_change_answer(struct core *core, const struct event *event,
                        struct effects *effects)
{
    int place = balancers_place(&core->model, event->host);
    struct change_part *part = part_answered(core, event, place);
    bool preparing = core->model.run.change.preparing;

    if (part == NULL)
        return;
    if (event->answer.ok && preparing) {
        part->state = PART_READY;
        take_prepared(core, effects);
    } else if (event->answer.ok) {
        part->state = PART_MADE;
        remember_change(core, place, event);
        conclude(core, effects);
    } else if (str_equal(event->answer.code, "busy") && part->tries > 1) {
        take_input(core, IN_SILENT, effects); /* with the try that was not answered */
    } else {
        take_no(core, place, event, effects);
    }
}

void take_change_silent(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct run *run = &core->model.run;
    struct change_part *part =
        part_answered(core, event, balancers_place(&core->model, event->host));

    if (part == NULL)
        return;
    if (run->change.preparing) {
        run_end_refused(core, "no answer", event->failure.text);
        give_up_preparing(core, effects);
        return;
    }
    if (run->state != RUN_SPLIT || part->tries == 1)
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "%s; whether the %s happened is not known yet", event->failure.text,
            change_kind_name(run->change.kind));
    take_input(core, IN_SILENT, effects);
}
