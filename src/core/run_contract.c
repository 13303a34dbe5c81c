/* The contract migration, as the last thing that a run does: behind its gate the load
 * balancer writes down that it begins, one host runs the step, and the load balancer
 * writes down how it ended. */
#include "core/run_action.h"

#include "base/str.h"
#include "core/ask.h"
#include "core/balancers.h"
#include "core/evidence.h"
#include "core/run_change.h"

void guard_is_contract(const struct model *model, struct why *why)
{
    if (model->run.kind != RUN_CONTRACT)
        why_add(why, "it is a %s", run_kind_name(model->run.kind));
}

void guard_contracts(const struct model *model, struct why *why)
{
    if (model->run.kind != RUN_DEPLOY)
        why_add(why, "it is a %s", run_kind_name(model->run.kind));
    else if (recipe_step_for(model->recipe, RECIPE_WHEN_MIGRATE_CONTRACT) < 0)
        why_add(why, "the recipe has no contract migration");
    else if (model->settings->contract == CONTRACT_NEVER)
        why_add(why, "[run] contract = never");
    else if (model->run.rollout.cancelling)
        why_add(why, "its steps were cancelled");
}

void guard_contract_waits(const struct model *model, struct why *why)
{
    if (model->run.migrates)
        why_add(why, "the migration has begun");
}

void guard_contract_runs(const struct model *model, struct why *why)
{
    const struct rollout *rollout = &model->run.rollout;
    const struct target *target = &rollout->targets[0];
    int step = recipe_step_for(model->recipe, RECIPE_WHEN_MIGRATE_CONTRACT);

    if (rollout->count == 0 || target->step != step ||
        !job_is_open(target->jobs[step].state))
        why_add(why, "no job of the migration runs");
}

void guard_contract_is_done(const struct model *model, struct why *why)
{
    if (model->run.contract.state != CONTRACT_DONE)
        why_add(why, "the migration: %s",
                contract_state_help(model->run.contract.state));
}

/* Only one release may be live on the data from here on. */
void guard_contract_holds(const struct model *model, struct why *why)
{
    enum fuse_state fuse = balancers_fuse(model)->state;
    const struct run *run = &model->run;
    enum colour live;

    hook_weigh(model, why);
    hold_serves(model, why);
    if (model->journal_lost)
        why_add(why, "the journal cannot be written");
    if (evidence_has_live_colour(model, &live, why) && live != run->target)
        why_add(why, "%s is live, not %s", colour_name(live), colour_name(run->target));
    if (fuse == FUSE_ARMED || fuse == FUSE_HELD)
        why_add(why, "the switch is not confirmed: it may still be taken back");
    if (run->rollout.count == 0)
        why_add(why, "%s has no host to run it on", colour_name(run->target));
}

void action_begin_contract(struct core *core, struct effects *effects)
{
    (void)effects;
    core->model.run.kind = RUN_CONTRACT;
    ask_everything_afresh(core);
}

/* The release that still stands on the other colour: the data will not fit it. */
static void learn_closed(const struct model *model, struct contract *contract)
{
    const struct fleet *fleet = &model->fleet;
    enum host_role role = role_of_colour(colour_other(model->run.target));

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const char *revision = fleet->hosts[i].facts.revision;
        if (revision[0] != '\0' && !str_equal(revision, contract->release))
            str_copy(contract->closed, sizeof contract->closed, revision);
    }
}

void action_open_contract(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    if (run->kind == RUN_CONTRACT)
        run_gather_targets(core);
    run->rollout.stopping = true; /* nothing but the migration is begun from here on */
    run->contract = (struct contract){.state = CONTRACT_NONE};
    str_copy(run->contract.release, sizeof run->contract.release, run->sha);
    str_copy(run->contract.run, sizeof run->contract.run, run->id);
    learn_closed(&core->model, &run->contract);
    action_open_gate(core, effects);
}

void action_close_way_back(struct core *core, struct effects *effects)
{
    core->model.run.contract.state = CONTRACT_BEGUN;
    action_write_contract(core, effects);
}

/* The step ends by its recipe's limits; ask_what_is_due() begins it. */
void action_contract(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;
    int step = recipe_step_for(core->model.recipe, RECIPE_WHEN_MIGRATE_CONTRACT);

    (void)effects;
    run->deadline_ms = 0;
    run->migrates = true;
    if (step >= 0) /* no gate opens without one */
        rollout_open_alone(&run->rollout, step);
}

void action_record_contract(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    run->contract.state =
        rollout_all_ok(&run->rollout) ? CONTRACT_DONE : CONTRACT_FAILED;
    run->deadline_ms = core->model.now.mono_ms + run_limit_ms(core, run->state);
    action_write_contract(core, effects);
}
