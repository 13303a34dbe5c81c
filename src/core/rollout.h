#ifndef BGC_CORE_ROLLOUT_H
#define BGC_CORE_ROLLOUT_H

/*
 * The steps of a recipe over the hosts of a run.
 *
 * Each host goes through the steps at its own pace, at most `parallel` hosts at
 * once. When one fails the others end the step that they are in and begin no
 * other. A job whose end is not known is lost, which is a state of its own: it
 * is never taken for a success and never run again by itself.
 */

#include "core/recipe.h"

#include <stdbool.h>
#include <stdint.h>

enum { ROLLOUT_TARGETS_MAX = 256, JOB_TRIES_MAX = 5 };

enum job_state {
    JOB_WAITING,  /* not begun */
    JOB_STARTING, /* asked for; the host has not said that it runs */
    JOB_RUNNING,
    JOB_CUT,       /* the line dropped; we shall ask the host again */
    JOB_CANCELLED, /* ended by our cancel; its rc came */
    JOB_OK,
    JOB_FAILED, /* rc other than 0 */
    JOB_LOST,   /* its end is not known */
};

struct job {
    enum job_state state;
    int64_t started_ms; /* mono, 0: not begun */
    int64_t ended_ms;   /* mono, 0: not ended */
    int64_t retry_ms;   /* JOB_CUT: when to ask again */
    int64_t offset;     /* bytes of its log that we have */
    int rc;             /* valid in JOB_OK, JOB_FAILED, JOB_CANCELLED */
    int tries;          /* connections used for this job */
};

struct target {
    int host; /* index in the fleet */
    int step; /* the step it is in, or step_count when through */
    struct job jobs[RECIPE_STEPS_MAX];
};

struct rollout {
    int count;
    int step_count;
    int parallel;
    bool stopping; /* nothing more is begun */
    struct target targets[ROLLOUT_TARGETS_MAX];
};

const char *job_state_name(enum job_state state);
bool job_is_open(enum job_state state);  /* STARTING, RUNNING, CUT: we wait for it */
bool job_is_ended(enum job_state state); /* CANCELLED, OK, FAILED, LOST */

void rollout_init(struct rollout *rollout, int step_count, int parallel);

/* False: ROLLOUT_TARGETS_MAX is reached. */
bool rollout_add(struct rollout *rollout, int host);

/* NULL: the host is no target. */
struct target *rollout_target(struct rollout *rollout, int host);
const struct target *rollout_target_const(const struct rollout *rollout, int host);

/* The target whose next step may begin now, by the rules above; -1: none. The caller
 * begins it with rollout_begin() and asks again. A step of scope ONCE runs on the first
 * target only; the others wait until it ended well. */
int rollout_next(const struct rollout *rollout, const struct recipe *recipe);

void rollout_begin(struct rollout *rollout, int target, int64_t now_ms);

/* What became of the job that `target` is in. */
void rollout_running(struct rollout *rollout, int target);
void rollout_ended(struct rollout *rollout, int target, int rc, int64_t now_ms);
void rollout_cut(struct rollout *rollout, int target, int64_t retry_ms);
void rollout_lost(struct rollout *rollout, int target, int64_t now_ms);

bool rollout_all_ok(const struct rollout *rollout);

/* No job is open and none will be begun. */
bool rollout_is_at_rest(const struct rollout *rollout);

/* The first target with a failed or lost job, -1: none. */
int rollout_first_bad(const struct rollout *rollout);

#endif
