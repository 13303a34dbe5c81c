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
    rollout->step_count = recipe_deploy_steps(recipe);
    for (int i = 0; i < recipe->step_count; i++)
        rollout->once[i] = recipe->steps[i].scope == STEP_ONCE;
}

bool rollout_add(struct rollout *rollout, int host)
{
    if (rollout->count == ROLLOUT_TARGETS_MAX)
        return false;
    rollout->targets[rollout->count++] =
        (struct target){.host = host, .end = rollout->step_count};
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

static bool is_through(const struct target *target)
{
    return target->step == target->end;
}

int rollout_through(const struct rollout *rollout)
{
    int through = 0;

    for (int i = 0; i < rollout->count; i++)
        through += is_through(&rollout->targets[i]);
    return through;
}

const struct job *rollout_job(const struct rollout *rollout, int target)
{
    const struct target *it = &rollout->targets[target];
    return is_through(it) ? NULL : &it->jobs[it->step];
}

static struct job *job_of(struct rollout *rollout, int target)
{
    return (struct job *)rollout_job(rollout, target);
}

/* The first target that has the step; it alone runs one of scope STEP_ONCE. */
static int first_with(const struct rollout *rollout, int step)
{
    for (int i = 0; i < rollout->count; i++) {
        if (rollout->targets[i].first <= step && step < rollout->targets[i].end)
            return i;
    }
    return -1;
}

static bool may_begin(const struct rollout *rollout, int target)
{
    const struct job *job = rollout_job(rollout, target);
    int step = rollout->targets[target].step;

    if (job == NULL || job->state != JOB_WAITING)
        return false;
    return !rollout->once[step] || first_with(rollout, step) == target;
}

/* A target that failed has given its place back. */
static int places_taken(const struct rollout *rollout)
{
    int taken = 0;

    for (int i = 0; i < rollout->count; i++) {
        const struct job *job = rollout_job(rollout, i);
        taken += rollout->targets[i].begun && job != NULL && !job_is_ended(job->state);
    }
    return taken;
}

/* How many targets, from the first, may have begun: whole batches, up to and with the
 * first one that has a target left. One that failed is not waited for. */
static int open_batches(const struct rollout *rollout)
{
    int first = 0;

    if (rollout->batch < 1)
        return rollout->count;
    while (first < rollout->count) {
        const struct job *job = rollout_job(rollout, first);
        if (job != NULL && !job_is_ended(job->state))
            break;
        first++;
    }
    return (first / rollout->batch + 1) * rollout->batch;
}

int rollout_next(const struct rollout *rollout)
{
    if (rollout->stopping)
        return -1;

    bool has_place = places_taken(rollout) < rollout->parallel;
    int last = open_batches(rollout);
    for (int i = 0; i < rollout->count && i < last; i++) {
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
    *job =
        (struct job){.state = JOB_STARTING, .started_ms = now_ms, .asked_ms = now_ms};
    backoff_init(&job->backoff, JOB_RETRY_FIRST_MS, JOB_RETRY_CAP_MS,
                 (uint64_t)target + 1);
    rollout->targets[target].begun = true;
}

void rollout_take_back(struct rollout *rollout, int64_t now_ms)
{
    for (int i = 0; i < rollout->count; i++) {
        struct job *job = job_of(rollout, i);
        if (job == NULL || job->state != JOB_STARTING || job->heard ||
            job->asked_ms != now_ms)
            continue;
        if (job->cut_ms > 0)
            job->state = JOB_CUT;
        else
            *job = (struct job){.state = JOB_WAITING};
    }
}

void rollout_running(struct rollout *rollout, int target)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL || !job_is_open(job->state))
        return;
    job->state = JOB_RUNNING;
    job->heard = true;
    job->cut_ms = 0;
    backoff_reset(&job->backoff);
}

/* Lets the other targets pass the steps that ran once, for all of them. */
static void pass_once_steps(struct rollout *rollout)
{
    for (int i = 0; i < rollout->count; i++) {
        struct target *target = &rollout->targets[i];
        while (!is_through(target) && rollout->once[target->step]) {
            int first = first_with(rollout, target->step);
            if (first == i ||
                rollout->targets[first].jobs[target->step].state != JOB_OK)
                break;
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
        rollout->stopping = rollout->stopping || !rollout->goes_on;
    }
}

bool rollout_cut(struct rollout *rollout, int target, int64_t now_ms)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL || !job_is_open(job->state))
        return true;
    if (job->cut_ms == 0)
        job->cut_ms = now_ms;
    if (now_ms - job->cut_ms >= JOB_LOST_MS)
        return false;
    job->state = JOB_CUT;
    job->retry_ms = now_ms + backoff_next_ms(&job->backoff);
    return true;
}

void rollout_ask_again(struct rollout *rollout, int target, int64_t now_ms)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL || job->state != JOB_CUT)
        return;
    job->state = JOB_STARTING;
    job->asked_ms = now_ms;
}

void rollout_lost(struct rollout *rollout, int target, int64_t now_ms)
{
    struct job *job = job_of(rollout, target);

    if (job == NULL || !job_is_open(job->state))
        return;
    job->state = JOB_LOST;
    job->ended_ms = now_ms;
    rollout->stopping = rollout->stopping || !rollout->goes_on;
}

void rollout_recall(struct rollout *rollout, int target, enum job_state state, int rc,
                    int64_t now_ms)
{
    rollout_begin(rollout, target, now_ms);
    job_of(rollout, target)->heard = true; /* its start is asked for no second time */
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
        if (!is_through(&rollout->targets[i]))
            return false;
    }
    return rollout->count > 0;
}

static bool any_job_open(const struct rollout *rollout)
{
    for (int i = 0; i < rollout->count; i++) {
        const struct job *job = rollout_job(rollout, i);
        if (job != NULL && job_is_open(job->state))
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
        const struct job *job = rollout_job(rollout, i);
        if (job != NULL && states[job->state].bad)
            return i;
    }
    return -1;
}

int rollout_first_lost(const struct rollout *rollout)
{
    for (int i = 0; i < rollout->count; i++) {
        const struct job *job = rollout_job(rollout, i);
        if (job != NULL && job->state == JOB_LOST)
            return i;
    }
    return -1;
}

bool rollout_open(struct rollout *rollout, int target, int step)
{
    struct target *it = &rollout->targets[target];

    if (it->begun && !is_through(it))
        return false;
    it->first = it->step = step;
    it->end = step + 1;
    it->begun = false;
    it->jobs[step] = (struct job){.state = JOB_WAITING};
    return true;
}

void rollout_open_alone(struct rollout *rollout, int step)
{
    rollout->stopping = false;
    for (int i = 0; i < rollout->count; i++) {
        rollout->targets[i].step = rollout->targets[i].end;
        rollout->targets[i].begun = false;
    }
    rollout_open(rollout, 0, step);
}
