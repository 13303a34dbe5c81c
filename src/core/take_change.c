#include "core/takers.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/drift.h"
#include "core/run_end.h"
#include "core/say.h"

static bool change_is_awaited(const struct run *run)
{
    switch (run->state) {
    case RUN_SWITCHING:
    case RUN_SWITCH_UNKNOWN:
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

static void remember_fuse(struct core *core)
{
    const struct run *run = &core->model.run;
    struct fuse *fuse = &core->model.balancers[0].fuse;

    if (run->change.kind == CHANGE_SWITCH && run->fused) {
        *fuse = (struct fuse){
            .state = FUSE_ARMED,
            .to = run->share_before,
            .until_ms = run->change.asked_ms + core->model.settings->fuse_s * 1000,
        };
        str_copy(fuse->run, sizeof fuse->run, run->id);
    } else if (run->change.kind == CHANGE_FINISH || run->change.kind == CHANGE_REVERT) {
        fuse->state = FUSE_NONE;
    }
}

static void remember_timing(struct run *run, const struct event *event)
{
    struct receipt *receipt = &run->receipt;

    if (run->change.kind != CHANGE_SWITCH)
        return;
    receipt->switch_us = event->answer.took_us;
    receipt->timing = event->answer.timing;
}

/* The new worker is no news: we made it. */
static void remember_install(struct core *core, const struct event *event)
{
    struct balancer *balancer = &core->model.balancers[0];

    if (event->answer.worker_pid > 0)
        balancer->worker_pid = event->answer.worker_pid;
    drift_acknowledge(balancer);
    balancer->config_edited = false;
    balancer->config_note[0] = '\0';
}

static void take_changed(struct core *core, const struct event *event,
                         struct effects *effects)
{
    struct run *run = &core->model.run;
    struct why why;

    core->model.balancers[0].seq = run->change.seq;
    core->model.balancers[0].epoch = run->epoch;
    if (run->change.kind == CHANGE_MAINTENANCE)
        core->model.balancers[0].maintenance = run->change.on;
    if (run->change.kind == CHANGE_INSTALL)
        remember_install(core, event);
    if (run->change.kind == CHANGE_CONTRACT)
        core->model.balancers[0].contract = run->contract;
    remember_fuse(core);
    remember_timing(run, event);
    count_own_request(run, event);
    run->change.asked_ms = 0;
    run_take(core, IN_CHANGED, effects, &why);
    if (run->abort_wanted && run->state != RUN_REVERTED)
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "you wanted to abort while the switch was on its way: it has happened; to "
            "go back, roll back");
}

void take_change_answer(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct run *run = &core->model.run;
    const char *code = event->answer.code;
    struct why why;

    if (!change_is_awaited(run))
        return;
    run->change.open = false;
    if (event->answer.ok) {
        take_changed(core, event, effects);
        return;
    }
    if (str_equal(code, "busy") && run->change.tries > 1) {
        run_take(core, IN_SILENT, effects,
                 &why); /* with the try that was not answered */
        return;
    }
    run->change.asked_ms = 0;
    run_end_refused(core, code, event->answer.message);
    if (event->answer.lines != NULL)
        say_lines(core, core->model.balancers[0].host, LINE_BAD, event->answer.lines);
    core->schedule.status_ms = 0;
    if (leaves_doubt(code))
        say(core, TRANSCRIPT_CONSOLE, LINE_BAD, "%s", event->answer.message);
    run_take(core, leaves_doubt(code) ? IN_DOUBTFUL : IN_REFUSED, effects, &why);
}

void take_change_silent(struct core *core, const struct event *event,
                        struct effects *effects)
{
    struct run *run = &core->model.run;
    struct why why;

    if (!change_is_awaited(run))
        return;
    run->change.open = false;
    say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
        "%s; whether the %s happened is not known yet", event->failure.text,
        change_kind_name(run->change.kind));
    run_take(core, IN_SILENT, effects, &why);
}
