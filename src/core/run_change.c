#include "core/run_change.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/canary.h"

enum { CHANGE_RETRY_MS = 2000 };

/* A load balancer that the API no longer lists is asked when it is back. */
static void ask_for_change(struct core *core, struct effects *effects)
{
    struct change *change = &core->model.run.change;
    int host = core->model.balancer.host;

    if (host < 0) {
        change->retry_ms = core->model.now.mono_ms + CHANGE_RETRY_MS;
        return;
    }
    change->tries++;
    change->asked_ms = core->model.now.mono_ms;
    change->open = ask(core, effects, FX_CHANGE, host) != NULL;
}

/* Above all that was used under this epoch, a guard's own revert too. */
static int64_t next_seq(const struct core *core)
{
    const struct run *run = &core->model.run;
    const struct balancer *balancer = &core->model.balancer;
    int64_t seen = balancer->epoch == run->epoch ? balancer->seq : 0;

    return (seen > run->seq ? seen : run->seq) + 1;
}

static void begin_change(struct core *core, struct effects *effects,
                         struct change change)
{
    struct run *run = &core->model.run;

    run->epoch =
        core->model.hold.epoch; /* a run that goes on came with an earlier one */
    run->seq = next_seq(core);
    run->change = change;
    run->change.seq = run->seq;
    struct str nonce = str_on(run->change.nonce, sizeof run->change.nonce);
    str_addf(&nonce, "%s-%lld-%lld", run->id, (long long)run->epoch,
             (long long)run->seq);
    ask_for_change(core, effects);
}

/* After the switch nobody can measure it any more: the journal keeps it. */
static void measure_baseline(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    struct effect *note = effects_add(effects, FX_NOTE, -1);

    baseline_measure(&core->model.traffic, colour_other(run->target),
                     core->model.settings->baseline_s * 1000, &run->baseline);
    if (note == NULL)
        return;
    struct str text = str_on(note->note, sizeof note->note);
    str_add(&text, "baseline ");
    baseline_write(&run->baseline, &text);
}

static void open_receipt(struct core *core)
{
    struct run *run = &core->model.run;
    const struct traffic_point *last = traffic_last(&core->model.traffic);

    if (last == NULL)
        return;
    run->receipt_begin = *last;
    receipt_open(&run->receipt, last, colour_other(run->target), run->target);
}

void action_switch(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    int from = core->model.balancer.runtime_share;

    if (run->canary_step == 0) {
        run->share_before = from;
        open_receipt(core);
        measure_baseline(core, effects);
    }
    run->share_after = canary_next_share(&core->model);
    run->fused = run->kind != RUN_ROLLBACK;
    run->refused = false;
    begin_change(
        core, effects,
        (struct change){.kind = CHANGE_SWITCH, .from = from, .to = run->share_after});
}

void action_change_again(struct core *core, struct effects *effects)
{
    struct change *change = &core->model.run.change;
    int64_t now_ms = core->model.now.mono_ms;

    if (change->retry_ms == 0) {
        change->retry_ms = now_ms + CHANGE_RETRY_MS;
    } else if (now_ms >= change->retry_ms) {
        change->retry_ms = 0;
        ask_for_change(core, effects);
    }
}

/* Its nonce gets the recorded outcome; where it never came, its pair is below our lease
 * and is refused: asking changes nothing. */
void action_ask_outcome(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    const struct remains *remains = &core->model.recall.remains;

    run->epoch = remains->change_epoch;
    run->seq = remains->change_seq;
    run->change = (struct change){
        .kind = remains->change,
        .from = remains->from,
        .to = remains->to,
        .seq = remains->change_seq,
        .tries = 1, /* the one that nobody heard the answer to */
    };
    str_copy(run->change.nonce, sizeof run->change.nonce, remains->nonce);
    ask_for_change(core, effects);
}

void action_revert(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    run->undone_by = run->cause;
    begin_change(core, effects,
                 (struct change){.kind = CHANGE_REVERT,
                                 .from = run->share_after,
                                 .to = run->share_before});
}

void action_confirm(struct core *core, struct effects *effects)
{
    const struct run *run = &core->model.run;

    begin_change(core, effects,
                 (struct change){.kind = CHANGE_FINISH,
                                 .from = run->share_after,
                                 .to = run->share_after});
}

void action_do_errand(struct core *core, struct effects *effects)
{
    const struct run *run = &core->model.run;
    struct change change = {.kind = CHANGE_MAINTENANCE, .on = run->page_up};

    if (run->kind == RUN_MEND)
        change = (struct change){.kind = CHANGE_MEND};
    begin_change(core, effects, change);
}

void action_install(struct core *core, struct effects *effects)
{
    int share = core->model.balancer.runtime_share;

    begin_change(core, effects,
                 (struct change){.kind = CHANGE_INSTALL, .from = share, .to = share});
}

void run_change_forget(struct core *core)
{
    struct change *change = &core->model.run.change;

    if (change->asked_ms != core->model.now.mono_ms)
        return;
    change->open = false;
    if (change->tries == 1)
        change->asked_ms = 0;
}
