#include "core/rollout.h"

#include <stddef.h>

static const struct {
    const char *name;
    bool open;
    bool ended;
    bool bad;
} states[] = {
    /* clang-format off */
    [JOB_WAITING]   = {"waiting",   false, false, false},
    [JOB_STARTING]  = {"starting",  true,  false, false},
    [JOB_RUNNING]   = {"running",   true,  false, false},
    [JOB_CUT]       = {"cut off",   true,  false, false},
    [JOB_CANCELLED] = {"cancelled", false, true,  false},
    [JOB_OK]        = {"ok",        false, true,  false},
    [JOB_FAILED]    = {"failed",    false, true,  true},
    [JOB_LOST]      = {"lost",      false, true,  true},
    [JOB_SKIPPED]   = {"skipped",   false, true,  false},
    /* clang-format on */
};

const char *job_state_name(enum job_state state)
{
    return states[state].name;
}

bool job_is_open(enum job_state state)
{
    return states[state].open;
}

bool job_is_ended(enum job_state state)
{
    return states[state].ended;
}

void rollout_init(struct rollout *rollout, const struct recipe *recipe, int parallel)
{
    *rollout = (struct rollout){.parallel = parallel < 1 ? 1 : parallel};
    for (int i = 0; i < recipe->step_count; i++) {
        if (recipe->steps[i].scope == STEP_ON_FAILURE)
            break;
        rollout->once[i] = recipe->steps[i].scope == STEP_ONCE;
        rollout->step_count++;
    }
}

bool rollout_add(struct rollout *rollout, int host)
{
    if (rollout->count == ROLLOUT_TARGETS_MAX)
        return false;
    rollout->targets[rollout->count++] = (struct target){.host = host};
    return true;
}

const struct target *rollout_target_const(const struct rollout *rollout, int host)
{
    for (int i = 0; i < rollout->count; i++) {
        if (rollout->targets[i].host == host)
            return &rollout->targets[i];
    }
    return NULL;
}

struct target *rollout_target(struct rollout *rollout, int host)
{
    return (struct target *)rollout_target_const(rollout, host);
}

static bool is_through(const struct rollout *rollout, const struct target *target)
{
    return target->step == rollout->step_count;
}

/* The job of the step that the target is in; NULL: it is through. */
static struct job *job_of(struct rollout *rollout, int target)
{
    struct target *it = &rollout->targets[target];
    return is_through(rollout, it) ? NULL : &it->jobs[it->step];
}

static bool may_begin(const struct rollout *rollout, int target)
{
    const struct target *it = &rollout->targets[target];

    if (is_through(rollout, it) || it->jobs[it->step].state != JOB_WAITING)
        return false;
    return target == 0 || !rollout->once[it->step];
}

static int places_taken(const struct rollout *rollout)
{
    int taken = 0;

    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        if (target->begun && !is_through(rollout, target))
            taken++;
    }
    return taken;
}

int rollout_next(const struct rollout *rollout)
{
    if (rollout->stopping)
        return -1;

    bool has_place = places_taken(rollout) < rollout->parallel;
    for (int i = 0; i < rollout->count; i++) {
        if (may_begin(rollout, i) && (has_place || rollout->targets[i].begun))
            return i;
    }
    return -1;
}

void rollout_begin(struct rollout *rollout, int target, int64_t now_ms)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL)
        return;
    *job = (struct job){.state = JOB_STARTING, .started_ms = now_ms};
    rollout->targets[target].begun = true;
}

void rollout_take_back(struct rollout *rollout, int64_t now_ms)
{
    for (int i = 0; i < rollout->count; i++) {
        struct job *job = job_of(rollout, i);
        if (job != NULL && job->state == JOB_STARTING && job->started_ms == now_ms)
            *job = (struct job){.state = JOB_WAITING};
    }
}

void rollout_running(struct rollout *rollout, int target)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL || !job_is_open(job->state))
        return;
    job->state = JOB_RUNNING;
    job->tries = 0;
}

/* Lets the other targets pass the steps that ran once, for all of them. */
static void pass_once_steps(struct rollout *rollout)
{
    for (int i = 1; i < rollout->count; i++) {
        struct target *target = &rollout->targets[i];
        while (!is_through(rollout, target) && rollout->once[target->step] &&
               rollout->targets[0].jobs[target->step].state == JOB_OK) {
            target->jobs[target->step].state = JOB_SKIPPED;
            target->step++;
        }
    }
}

void rollout_ended(struct rollout *rollout, int target, int rc, int64_t now_ms)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL || !job_is_open(job->state))
        return;
    job->rc = rc;
    job->ended_ms = now_ms;
    if (rc == 0) {
        job->state = JOB_OK;
        rollout->targets[target].step++;
        pass_once_steps(rollout);
    } else {
        job->state = rollout->cancelling ? JOB_CANCELLED : JOB_FAILED;
        rollout->stopping = true;
    }
}

void rollout_cut(struct rollout *rollout, int target, int64_t retry_ms)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL || !job_is_open(job->state))
        return;
    job->state = JOB_CUT;
    job->retry_ms = retry_ms;
    job->tries++;
}

void rollout_lost(struct rollout *rollout, int target, int64_t now_ms)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL || !job_is_open(job->state))
        return;
    job->state = JOB_LOST;
    job->ended_ms = now_ms;
    rollout->stopping = true;
}

void rollout_recall(struct rollout *rollout, int target, enum job_state state, int rc,
                    int64_t now_ms)
{
    rollout_begin(rollout, target, now_ms);
    if (state == JOB_OK || state == JOB_FAILED)
        rollout_ended(rollout, target, rc, now_ms);
    else if (state == JOB_CUT)
        rollout_cut(rollout, target, now_ms);
    else
        rollout_lost(rollout, target, now_ms);
}

void rollout_cancel(struct rollout *rollout)
{
    rollout->stopping = true;
    rollout->cancelling = true;
}

bool rollout_all_ok(const struct rollout *rollout)
{
    for (int i = 0; i < rollout->count; i++) {
        if (!is_through(rollout, &rollout->targets[i]))
            return false;
    }
    return rollout->count > 0;
}

static bool any_job_open(const struct rollout *rollout)
{
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        if (!is_through(rollout, target) &&
            job_is_open(target->jobs[target->step].state))
            return true;
    }
    return false;
}

bool rollout_is_at_rest(const struct rollout *rollout)
{
    return !any_job_open(rollout) && rollout_next(rollout) < 0;
}

int rollout_first_bad(const struct rollout *rollout)
{
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        if (!is_through(rollout, target) &&
            states[target->jobs[target->step].state].bad)
            return i;
    }
    return -1;
}

int rollout_first_lost(const struct rollout *rollout)
{
    for (int i = 0; i < rollout->count; i++) {
        const struct target *target = &rollout->targets[i];
        if (!is_through(rollout, target) &&
            target->jobs[target->step].state == JOB_LOST)
            return i;
    }
    return -1;
}

bool rollout_open_diagnosis(struct rollout *rollout, const struct recipe *recipe)
{
    if (!rollout_all_ok(rollout) || rollout->step_count == recipe->step_count)
        return false;
    rollout->step_count++;
    rollout->stopping = true;
    return true;
}
