#include "core/run_change.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/canary.h"
#include "core/run_end.h"

enum { CHANGE_RETRY_MS = 2000 };

/* A switch takes a tenth of a second; who has not answered by then, where others have,
 * is shown as missing. */
enum { SPLIT_AFTER_MS = 3000 };

/* To look whether one would switch takes less than that. */
enum { PREPARE_LIMIT_MS = 10000 };

/* A load balancer that the API no longer lists is asked when it is back. */
static void ask_for_change(struct core *core, struct effects *effects)
{
    struct change *change = &core->model.run.change;

    for (int i = 0; i < core->model.balancer_count; i++) {
        struct change_part *part = &change->parts[i];
        int host = core->model.balancers[i].host;
        if (part->state != PART_ASKED || part->open)
            continue;
        if (host < 0 || core->model.fleet.hosts[host].gone) {
            change->retry_ms = core->model.now.mono_ms + CHANGE_RETRY_MS;
            continue;
        }
        part->tries++;
        part->asked_ms = core->model.now.mono_ms;
        part->open = ask(core, effects, FX_CHANGE, host) != NULL;
    }
}

/* Above all that was used under this epoch, a guard's own revert too. */
static int64_t next_seq(const struct core *core)
{
    const struct run *run = &core->model.run;
    int64_t seen = balancers_seq(&core->model, run->epoch);

    return (seen > run->seq ? seen : run->seq) + 1;
}

/* Gives the change a pair and a nonce of its own. A load balancer that came back may
 * have raised our claim since. */
static void name_change(struct core *core)
{
    struct run *run = &core->model.run;

    if (core->model.hold.epoch > run->epoch)
        run->epoch = core->model.hold.epoch;
    run->seq = next_seq(core);
    run->change.seq = run->seq;
    run->change.attempt = core->attempts + 1;
    struct str nonce = str_on(run->change.nonce, sizeof run->change.nonce);
    str_addf(&nonce, "%s-%lld-%lld", run->id, (long long)run->epoch,
             (long long)run->seq);
}

typedef bool concerns_fn(const struct model *model, int place);

/* Asked of all that it concerns; where it seems to concern none, of all that take part:
 * they know better. */
static void begin_change(struct core *core, struct effects *effects,
                         const struct change *wanted, concerns_fn *concerns)
{
    struct model *model = &core->model;
    struct change change = *wanted;
    bool any = false;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i))
        any = any || concerns(model, i);
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (!any || concerns(model, i))
            change.parts[i] =
                (struct change_part){.state = PART_ASKED, .from = change.from};
    }
    change.preparing = change.kind == CHANGE_SWITCH && balancers_count(model) > 1;
    change.committed_ms = model->now.mono_ms;
    model->run.change = change;
    name_change(core);
    ask_for_change(core, effects);
}

static bool concerns_all(const struct model *model, int place)
{
    (void)model;
    (void)place;
    return true;
}

void run_change_commit(struct core *core, struct effects *effects)
{
    struct change *change = &core->model.run.change;

    change->preparing = false;
    change->committed_ms = core->model.now.mono_ms;
    for (int i = 0; i < BALANCERS_MAX; i++) {
        if (change->parts[i].state == PART_READY)
            change->parts[i] = (struct change_part){.state = PART_ASKED,
                                                    .from = change->parts[i].from};
    }
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
    run->own_requests[run->target] = core->model.front.uncounted;
    receipt_open(&run->receipt, last, colour_other(run->target), run->target);
}

void action_switch(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    int from = balancers_last_share(&core->model);

    if (run->canary_step == 0) {
        run->share_before = from;
        open_receipt(core);
        measure_baseline(core, effects);
    }
    run->share_after = canary_next_share(&core->model);
    run->fused = run->kind != RUN_ROLLBACK;
    run->refused = false;
    struct change change = {
        .kind = CHANGE_SWITCH, .from = from, .to = run->share_after};
    begin_change(core, effects, &change, concerns_all);
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

/* One that is lost, or has the share before the run, has nothing to take back that its
 * own fuse does not. */
static bool concerns_who_switched(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];
    bool waits =
        balancer->fuse.state == FUSE_ARMED || balancer->fuse.state == FUSE_HELD;

    return !balancers_is_lost(model, place) &&
           (waits || balancer->runtime_share != model->run.share_before);
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
        .attempt = core->attempts + 1,
        .committed_ms = core->model.now.mono_ms,
    };
    for (int i = balancers_next(&core->model, -1); i >= 0;
         i = balancers_next(&core->model, i))
        run->change.parts[i] = (struct change_part){
            .state = PART_ASKED,
            .from = remains->from,
            .tries = 1, /* the one that nobody heard the answer to */
        };
    str_copy(run->change.nonce, sizeof run->change.nonce, remains->nonce);
    ask_for_change(core, effects);
}

void action_revert(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    struct change change = {
        .kind = CHANGE_REVERT, .from = run->share_after, .to = run->share_before};

    run->undone_by = run->cause;
    begin_change(core, effects, &change, concerns_who_switched);
}

/* One that has confirmed it has no fuse any more. */
static bool concerns_who_waits(const struct model *model, int place)
{
    return model->balancers[place].fuse.state != FUSE_NONE;
}

void action_confirm(struct core *core, struct effects *effects)
{
    const struct run *run = &core->model.run;
    struct change change = {
        .kind = CHANGE_FINISH, .from = run->share_after, .to = run->share_after};

    begin_change(core, effects, &change, concerns_who_waits);
}

/* A mend is for the load balancer that drifts, the maintenance page for all. */
static bool concerns_errand(const struct model *model, int place)
{
    return model->run.kind != RUN_MEND ||
           model->run.mend.host == model->balancers[place].host;
}

/* It is a switch of one load balancer. */
static struct change share_change(const struct model *model)
{
    const struct mend *mend = &model->run.mend;
    int place = balancers_place(model, mend->host);

    return (struct change){
        .kind = CHANGE_SWITCH,
        .from = model->balancers[place >= 0 ? place : 0].runtime_share,
        .to = mend->share,
    };
}

void action_do_errand(struct core *core, struct effects *effects)
{
    const struct run *run = &core->model.run;
    struct change change = {.kind = CHANGE_MAINTENANCE, .on = run->page_up};

    if (run->kind == RUN_MEND && run->mend.kind == MEND_SHARE)
        change = share_change(&core->model);
    else if (run->kind == RUN_MEND)
        change = (struct change){.kind = CHANGE_MEND};
    begin_change(core, effects, &change, concerns_errand);
}

/* They get it one after the other. */
static bool concerns_who_is_configured(const struct model *model, int place)
{
    return place == model->configure.place;
}

void action_install(struct core *core, struct effects *effects)
{
    int share = core->model.balancers[core->model.configure.place].runtime_share;
    struct change change = {.kind = CHANGE_INSTALL, .from = share, .to = share};

    begin_change(core, effects, &change, concerns_who_is_configured);
}

/* ---- split ---- */

int64_t run_change_split_ms(const struct model *model)
{
    const struct change *change = &model->run.change;

    if (change->preparing && change_count(change, PART_ASKED) > 0 &&
        (model->run.state == RUN_SWITCHING || model->run.state == RUN_CHANGING))
        return change->committed_ms + PREPARE_LIMIT_MS;
    if (model->run.state != RUN_SWITCHING || change->preparing ||
        change_count(change, PART_ASKED) == 0 || change_count(change, PART_MADE) == 0)
        return INT64_MAX;
    return change->committed_ms + SPLIT_AFTER_MS;
}

/* Whether the load balancer tells, since the change, that it has the share of the run.
 */
static bool has_moved_away(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];

    return balancer->sampled && balancer->sampled_ms > model->run.change.committed_ms &&
           balancer->runtime_share != model->run.share_after;
}

/* What was asked for last may have been the last word: what is missing is a switch. */
static void resume_switch(struct model *model)
{
    struct run *run = &model->run;

    run->change = (struct change){
        .kind = CHANGE_SWITCH, .from = run->share_before, .to = run->share_after};
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        bool has = model->balancers[i].runtime_share == run->share_after;
        run->change.parts[i].state = has ? PART_MADE : PART_REFUSED;
    }
}

void action_split(struct core *core, struct effects *effects)
{
    struct model *model = &core->model;
    struct change *change = &model->run.change;

    (void)effects;
    if (change->kind != CHANGE_SWITCH)
        resume_switch(model);
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        struct change_part *part = &change->parts[i];
        if (part->state == PART_NONE ||
            (part->state == PART_MADE && has_moved_away(model, i)))
            part->state = PART_REFUSED;
    }
    change->retry_ms = model->now.mono_ms + CHANGE_RETRY_MS;
    model->run.gate = ++core->gates;
    run_end_split(core);
}

void action_find_split(struct core *core, struct effects *effects)
{
    struct model *model = &core->model;
    struct run *run = &model->run;
    const struct remains *remains = &model->recall.remains;

    run->change = (struct change){
        .kind = CHANGE_SWITCH, .from = remains->from, .to = remains->to};
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        int share = model->balancers[i].runtime_share;
        run->change.parts[i] = (struct change_part){
            .state = share == run->change.to ? PART_MADE : PART_REFUSED, .from = share};
    }
    action_split(core, effects);
    if (run->fused)
        run->change.retry_ms = 0; /* an operator says which way: nothing is verified */
}

/* Who refused, or has taken it back, needs a pair and a nonce of its own; who only did
 * not answer keeps them, because it may have made the change. */
static void ask_missing_anew(struct core *core)
{
    struct model *model = &core->model;
    struct change *change = &model->run.change;
    int64_t retry_ms = change->retry_ms;

    change->preparing = false;
    name_change(core);
    change->retry_ms = retry_ms;
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (change->parts[i].state != PART_MADE)
            change->parts[i] = (struct change_part){
                .state = PART_ASKED, .from = model->balancers[i].runtime_share};
    }
}

void action_complete_now(struct core *core, struct effects *effects)
{
    struct change *change = &core->model.run.change;
    bool refused = change_count(change, PART_REFUSED) > 0 ||
                   change_count(change, PART_DOUBTFUL) > 0;

    change->retry_ms = core->model.now.mono_ms + CHANGE_RETRY_MS;
    if (refused && !change_is_open(change))
        ask_missing_anew(core);
    ask_for_change(core, effects);
}

void action_complete(struct core *core, struct effects *effects)
{
    if (core->model.now.mono_ms >= core->model.run.change.retry_ms)
        action_complete_now(core, effects);
}

void action_write_contract(struct core *core, struct effects *effects)
{
    int share = model_share(&core->model);
    struct change change = {.kind = CHANGE_CONTRACT, .from = share, .to = share};

    begin_change(core, effects, &change, concerns_all);
}

void run_change_forget(struct core *core)
{
    struct change *change = &core->model.run.change;

    for (int i = 0; i < BALANCERS_MAX; i++) {
        struct change_part *part = &change->parts[i];
        if (part->asked_ms != core->model.now.mono_ms)
            continue;
        part->open = false;
        if (part->tries == 1)
            part->asked_ms = 0;
    }
}
