#include "core/moment.h"

#include "base/str.h"
#include "core/run_action.h"

bool moment_begins_steps(enum run_state state)
{
    return state == RUN_DEPLOYING || state == RUN_WARMING_UP ||
           state == RUN_HANDING_OVER || state == RUN_CONTRACTING;
}

bool moment_allows(enum run_state state, enum recipe_when when)
{
    switch (state) {
    case RUN_DEPLOYING:
        return when == RECIPE_WHEN_DEPLOY || when == RECIPE_WHEN_MIGRATE_EXPAND;
    case RUN_WARMING_UP:
        return when == RECIPE_WHEN_WARM_UP;
    case RUN_HANDING_OVER:
        return when == RECIPE_WHEN_ON_LIVE || when == RECIPE_WHEN_ON_IDLE;
    case RUN_CONTRACTING:
        return when == RECIPE_WHEN_MIGRATE_CONTRACT;
    default:
        return false;
    }
}

/* A way back does not wait for it: that colour is warm, or was a moment ago. */
void guard_warms_up(const struct model *model, struct why *why)
{
    const struct rollout *rollout = &model->run.rollout;
    int step = recipe_step_for(model->recipe, RECIPE_WHEN_WARM_UP);

    guard_target_ready(model, why);
    if (step < 0)
        why_add(why, "the recipe has no warm-up");
    else if (rollout->count > 0 && rollout->targets[0].jobs[step].state != JOB_WAITING)
        why_add(why, "the hosts are warm");
    guard_is_forward(model, why);
}

static bool has_roles(const struct recipe *recipe)
{
    return recipe_step_for(recipe, RECIPE_WHEN_ON_LIVE) >= 0 ||
           recipe_step_for(recipe, RECIPE_WHEN_ON_IDLE) >= 0;
}

void guard_hands_over(const struct model *model, struct why *why)
{
    if (!has_roles(model->recipe))
        why_add(why, "the recipe has neither on-live nor on-idle");
    if (model->journal_lost)
        why_add(why, "the journal cannot be written");
}

void guard_hands_over_unfused(const struct model *model, struct why *why)
{
    guard_is_unfused(model, why);
    guard_hands_over(model, why);
}

void guard_steps_went_well(const struct model *model, struct why *why)
{
    if (!rollout_all_ok(&model->run.rollout))
        why_add(why, "a host has not gone through its steps");
}

void action_warm_up(struct core *core, struct effects *effects)
{
    struct rollout *rollout = &core->model.run.rollout;
    int step = recipe_step_for(core->model.recipe, RECIPE_WHEN_WARM_UP);

    (void)effects; /* ask_what_is_due() begins the steps, now and later */
    for (int i = 0; i < rollout->count; i++)
        rollout_open(rollout, i, step);
}

/* The hosts of one colour get its step, as targets where they were none. */
static void open_role(struct core *core, enum colour colour, enum recipe_when when)
{
    struct rollout *rollout = &core->model.run.rollout;
    const struct fleet *fleet = &core->model.fleet;
    enum host_role role = role_of_colour(colour);
    int step = recipe_step_for(core->model.recipe, when);

    if (step < 0)
        return;
    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        if (rollout_target(rollout, i) == NULL && !rollout_add(rollout, i))
            return;
        rollout_open(rollout, (int)(rollout_target(rollout, i) - rollout->targets),
                     step);
    }
}

void action_hand_over(struct core *core, struct effects *effects)
{
    struct run *run = &core->model.run;

    (void)effects;
    run->rollout.goes_on = true;
    run->rollout.batch = 0;
    open_role(core, run->target, RECIPE_WHEN_ON_LIVE);
    open_role(core, colour_other(run->target), RECIPE_WHEN_ON_IDLE);
}

/* Where it could not even be begun, or some host did not get through. */
void moment_tell_left(const struct model *model, struct str *out)
{
    const struct rollout *rollout = &model->run.rollout;

    if (model->run.before != RUN_HANDING_OVER) {
        if (has_roles(model->recipe) && model->journal_lost)
            str_add(out, "; on-live and on-idle were not run: the journal cannot be "
                         "written");
        return;
    }
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        const struct job *job = rollout_job(rollout, i);
        if (job == NULL)
            continue;
        str_addf(out, "; %s: %s: %s", model->fleet.hosts[target->host].droplet.name,
                 model->recipe->steps[target->step].name, job_state_name(job->state));
        if (job->state == JOB_FAILED)
            str_addf(out, ", rc %d", job->rc);
    }
}

/* The hosts of one colour whose step of `when` has no good end in the journal. */
static void tell_cut_role(const struct model *model, enum colour colour,
                          enum recipe_when when, struct str *out)
{
    const struct fleet *fleet = &model->fleet;
    enum host_role role = role_of_colour(colour);
    int step = recipe_step_for(model->recipe, when);

    if (step < 0)
        return;
    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const char *name = fleet->hosts[i].droplet.name;
        const struct remains_host *known =
            remains_host_find(&model->recall.remains, name);
        const struct remains_job *job = known != NULL ? &known->jobs[step] : NULL;
        const char *step_name = model->recipe->steps[step].name;
        if (job == NULL || job->end == KNOWN_NEVER)
            str_addf(out, "; %s: %s was not begun", name, step_name);
        else if (job->end != KNOWN_ENDED)
            str_addf(out, "; %s: the end of %s is not known", name, step_name);
        else if (job->rc != 0)
            str_addf(out, "; %s: %s failed, rc %d", name, step_name, job->rc);
    }
}

void moment_tell_cut(const struct model *model, struct str *out)
{
    enum colour target = model->run.target;

    tell_cut_role(model, target, RECIPE_WHEN_ON_LIVE, out);
    tell_cut_role(model, colour_other(target), RECIPE_WHEN_ON_IDLE, out);
}
