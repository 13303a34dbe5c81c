#include "core/run_action.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/canary.h"
#include "core/evidence.h"
#include "core/run_end.h"
#include "core/say.h"

#include <stdio.h>
#include <string.h>

void guard_is_deploy(const struct model *model, struct why *why)
{
    if (model->run.kind != RUN_DEPLOY)
        why_add(why, "it is a rollback");
}

static void guard_is_kind(const struct model *model, enum run_kind kind,
                          struct why *why)
{
    if (model->run.kind != kind)
        why_add(why, "it is a %s", run_kind_name(model->run.kind));
}

void guard_is_rollback(const struct model *model, struct why *why)
{
    guard_is_kind(model, RUN_ROLLBACK, why);
}

void guard_is_takeover(const struct model *model, struct why *why)
{
    guard_is_kind(model, RUN_TAKEOVER, why);
}

void guard_is_errand(const struct model *model, struct why *why)
{
    if (!run_is_errand(&model->run))
        why_add(why, "it is a %s", run_kind_name(model->run.kind));
}

void guard_is_forward(const struct model *model, struct why *why)
{
    if (model->run.kind == RUN_ROLLBACK)
        why_add(why, "it is a rollback");
}

void guard_goes_as_is(const struct model *model, struct why *why)
{
    if (model->run.kind != RUN_SHIFT)
        guard_is_rollback(model, why);
}

void guard_is_configure(const struct model *model, struct why *why)
{
    guard_is_kind(model, RUN_CONFIGURE, why);
}

void guard_configures(const struct model *model, struct why *why)
{
    if (!model->run.configures)
        why_add(why, "haproxy.cfg is not this run's to write");
}

void guard_inherits(const struct model *model, struct why *why)
{
    enum fuse_state fuse = balancers_fuse(model)->state;

    guard_is_takeover(model, why);
    if (fuse != FUSE_ARMED && fuse != FUSE_HELD)
        why_add(why, "no switch waits to be confirmed");
}

void guard_is_first_step(const struct model *model, struct why *why)
{
    if (model->run.canary_step > 0)
        why_add(why, "a part of the traffic has moved already");
}

void guard_is_part_way(const struct model *model, struct why *why)
{
    if (!canary_has_more(model))
        why_add(why, "all the traffic has moved");
}

void guard_is_unfused(const struct model *model, struct why *why)
{
    if (model->run.fused)
        why_add(why, "the switch waits to be confirmed on the load balancer");
}

void guard_ends_known(const struct model *model, struct why *why)
{
    if (rollout_first_lost(&model->run.rollout) >= 0)
        why_add(why, "the end of a job is not known");
}

void guard_journal_serves(const struct model *model, struct why *why)
{
    if (model->journal_lost)
        why_add(why, "the journal cannot be written: the jobs end by their own limits");
}

void action_begin_deploy(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    const char *ref = core->wanted.ref;

    (void)effects;
    run->kind = RUN_DEPLOY;
    run->past_contract = core->wanted.past_contract;
    str_copy(run->ref, sizeof run->ref,
             ref[0] != '\0' ? ref : core->model.settings->branch);
    run->configures = core->model.config_managed;
    ask_everything_afresh(core);
}

void action_begin_shift(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.kind = RUN_SHIFT;
    core->model.run.past_contract = core->wanted.past_contract;
    core->model.run.configures = core->model.config_managed;
    ask_everything_afresh(core);
}

void action_begin_takeover(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.kind = RUN_TAKEOVER;
    ask_everything_afresh(core);
}

void action_begin_maintenance(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.kind = RUN_MAINTENANCE;
    core->model.run.page_up = core->wanted.on;
    ask_everything_afresh(core);
}

void action_begin_mend(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.kind = RUN_MEND;
    core->model.run.mend = core->wanted.mend;
    ask_everything_afresh(core);
}

void action_begin_configure(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.kind = RUN_CONFIGURE;
    core->model.run.configures = true;
    ask_everything_afresh(core);
}

void action_begin_rollback(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    run->kind = RUN_ROLLBACK;
    run->past_contract = core->wanted.past_contract;
    run->returns = core->return_wanted;
    run->target = core->return_to;
    core->return_wanted = false;
    ask_everything_afresh(core);
}

/* The first load balancer that takes part. */
static int front_place(const struct model *model)
{
    int place = balancers_next(model, -1);

    return place >= 0 ? place : 0;
}

void action_leave_out(struct core *core, struct effects *effects)
{
    struct model *model = &core->model;

    (void)effects;
    for (int i = 0; i < model->balancer_count; i++) {
        if (!balancers_is_silent(model, i))
            continue;
        model->balancers[i].left_out = true;
        say(core, TRANSCRIPT_CONSOLE, LINE_WARNING,
            "%s is left out of this run: when it returns it may send its requests to "
            "the other colour",
            balancers_name(model, i));
    }
    model->configure.place = front_place(model);
    ask_everything_afresh(core);
}

void action_ask_again(struct core *core, struct effects *effects)
{
    (void)effects;
    ask_everything_afresh(core);
}

/* The load balancers are looked at one after the other, each with its own file. */
static int next_to_configure(const struct model *model)
{
    return balancers_next(model, model->configure.place);
}

void guard_configures_more(const struct model *model, struct why *why)
{
    if (next_to_configure(model) < 0)
        why_add(why, "each load balancer has its haproxy.cfg");
}

void action_open_gate(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.gate = ++core->gates;
}

void run_gather_targets(struct core *core)
{
    struct run *run = &core->model.run;
    const struct fleet *fleet = &core->model.fleet;
    enum host_role role = role_of_colour(run->target);

    rollout_init(&run->rollout, core->model.recipe,
                 (int)core->model.settings->parallel);
    run->rollout.batch = (int)core->model.settings->batch;
    run->rollout.goes_on = core->model.settings->stop_policy == STOP_NONE;
    if (run->kind != RUN_DEPLOY)
        run->rollout.step_count = 0;
    for (int host = fleet_next(fleet, role, -1); host >= 0;
         host = fleet_next(fleet, role, host))
        rollout_add(&run->rollout, host);
}

/* Where load balancers are split: what those have that have switched. */
static int inherited_share(const struct model *model, int before)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (model->balancers[i].runtime_share != before)
            return model->balancers[i].runtime_share;
    }
    return before;
}

/* The switch of a run that nobody leads any more: what it did is read from the fuse. */
void action_inherit(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    const struct traffic_point *last = traffic_last(&core->model.traffic);

    run->fused = true;
    run->share_before = balancers_fuse(&core->model)->to;
    run->share_after = inherited_share(&core->model, run->share_before);
    run->target = run->share_after > run->share_before ? COLOUR_GREEN : COLOUR_BLUE;
    run->target_known = true;
    run_gather_targets(core);
    if (last != NULL) {
        run->receipt_begin = *last;
        receipt_open(&run->receipt, last, colour_other(run->target), run->target);
    }
    action_open_gate(core, effects);
}

void action_start_jobs(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    char stamp[CLOCK_STAMP_SIZE];

    (void)effects; /* ask_what_is_due() begins the steps, now and later */
    clock_stamp_utc(core->model.now.wall_ms, stamp);
    snprintf(run->release, sizeof run->release, "%.20s-%.7s", stamp, run->sha);
    run_gather_targets(core);
}

void action_stop_jobs(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.rollout.stopping = true;
}

void action_cancel_jobs(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;

    rollout_cancel(rollout);
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        const struct job *job = rollout_job(rollout, i);
        if (job == NULL || !job_is_open(job->state))
            continue;
        struct effect *cancel = ask(core, effects, FX_JOB_CANCEL, target->host);
        if (cancel != NULL)
            cancel->step = target->step;
    }
}

/* The application through HAProxy, under the name that leads to the target: the
 * preview's before the switch, the site's own after it. */
static void turn_to_front(struct core *core, const char *name)
{
    struct model *model = &core->model;
    char address[FRONT_ADDRESS_MAX] = "";
    int host = model->balancers[front_place(model)].host;

    front_address(model->settings, host >= 0 ? model->fleet.hosts[host].address : "",
                  address, sizeof address);
    front_begin(&model->front, address, name);
    core->schedule.front_ms = model->now.mono_ms;
}

static void turn_to_preview(struct core *core)
{
    const char *name = core->model.settings->preview_host;

    turn_to_front(core, name);
    if (name[0] == '\0')
        core->model.front.address[0] = '\0';
}

/* The Droplets too: what was listed before a deploy may be long ago. */
void action_read_config(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.configure.place = front_place(&core->model);
    configure_begin(&core->model.configure, core->model.now.mono_ms);
    ask_everything_afresh(core);
}

void action_read_next_config(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.configure.place = next_to_configure(&core->model);
    configure_begin(&core->model.configure, core->model.now.mono_ms);
    ask_everything_afresh(core);
}

/* The log can be scrolled; a gate shows as much as it has room for. */
void action_show_config(struct core *core, struct effects *effects)
{
    say_lines(core, TRANSCRIPT_CONSOLE, LINE_OUTPUT, core->model.configure.difference);
    action_open_gate(core, effects);
}

void action_verify(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    if (run->kind != RUN_DEPLOY)
        run_gather_targets(core);
    for (int i = 0; i < run->rollout.count; i++) {
        run->tries[i] = 0;
        health_reset(&core->model.fleet.hosts[run->rollout.targets[i].host].health);
    }
    turn_to_preview(core);
    ask_everything_afresh(core);
}

/* Whether a probe of the target said bad last, or HAProxy does not have it ready. */
static bool target_is_sick(const struct model *model, const struct target *target)
{
    const struct host *host = &model->fleet.hosts[target->host];
    return host->health.state != HEALTH_OK || host->health.bad_streak > 0;
}

void action_diagnose(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;

    run_end_explain(core); /* while the evidence is what it was */
    int step = recipe_diagnosis(core->model.recipe);
    if (step < 0 || !evidence_is_idle(&core->model, core->model.run.target))
        return;
    rollout->stopping = true; /* what is begun, is begun here */
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        if (!target_is_sick(&core->model, target) || !rollout_open(rollout, i, step))
            continue;
        struct effect *start = ask(core, effects, FX_JOB_START, target->host);
        if (start == NULL)
            continue;
        start->step = step;
        rollout_begin(rollout, i, core->model.now.mono_ms);
    }
}

void action_note_abort(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.abort_wanted = true;
}

void action_read_reality(struct core *core, struct effects *effects)
{
    (void)effects;
    ask_everything_afresh(core);
}

/* The switch has happened; an answer that reality did not bear out is forgotten. */
void action_hold(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    run->reason[0] = run->advice[0] = '\0';
    run->canary_step++;
    run->share_since_ms = run->entered_ms;
    run->window = (struct guard_window){.verdict = WINDOW_OPEN};
    ask_everything_afresh(core);
}

void action_watch(struct core *core, struct effects *effects)
{
    for (int i = 0; i < core->model.balancer_count; i++)
        core->model.balancers[i].live_since_ms = core->model.run.entered_ms;
    turn_to_front(core, core->model.settings->check_host);
    action_hold(core, effects);
}

/* What was asked for did not happen, and the run is where it was: its reason stands. */
void action_note_refused(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    run->refused = true;
    if (run->change.kind == CHANGE_SWITCH)
        run->share_after = run->change.from;
    run_end_explain(core);
    action_open_gate(core, effects);
    ask_everything_afresh(core);
}

void action_stop(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_explain(core);
}

void action_abort(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_abort(core);
}

void action_lose(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_unknown(core);
}

void action_finish(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_finish(core);
}

void action_reverted(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_reverted(core);
}

void action_return(struct core *core, struct effects *effects)
{
    (void)effects;
    core->return_wanted = true;
    core->return_to = colour_other(core->model.run.target);
    run_end_return(core);
}

void action_leave(struct core *core, struct effects *effects)
{
    (void)effects;
    run_end_unconfirmed(core);
}
