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
    JOB_FAILED,  /* rc other than 0 */
    JOB_LOST,    /* its end is not known */
    JOB_SKIPPED, /* a step of scope STEP_ONCE, which ran on the first target */
};

struct job {
    enum job_state state;
    int64_t started_ms; /* mono, 0: not begun */
    int64_t ended_ms;   /* mono, 0: not ended */
    int64_t retry_ms;   /* JOB_CUT: when to ask again */
    int64_t offset;     /* bytes of its log that we have */
    int rc;             /* valid in JOB_OK, JOB_FAILED, JOB_CANCELLED */
    int tries;          /* lines dropped since the host was last heard to run it */
};

struct target {
    int host;   /* index in the fleet */
    int step;   /* the step it is in, or step_count when through */
    bool begun; /* it holds one of the `parallel` places until it is through */
    struct job jobs[RECIPE_STEPS_MAX];
};

struct rollout {
    int count;
    int step_count; /* steps of a deploy: without those of scope STEP_ON_FAILURE */
    int parallel;
    bool once[RECIPE_STEPS_MAX]; /* which steps are of scope STEP_ONCE */
    bool stopping;               /* nothing more is begun */
    bool cancelling; /* jobs were asked to end: an rc other than 0 is our doing */
    struct target targets[ROLLOUT_TARGETS_MAX];
};

const char *job_state_name(enum job_state state);
bool job_is_open(enum job_state state);  /* STARTING, RUNNING, CUT: we wait for it */
bool job_is_ended(enum job_state state); /* CANCELLED, OK, FAILED, LOST, SKIPPED */

/* No targets yet. `parallel` below 1 is 1. */
void rollout_init(struct rollout *rollout, const struct recipe *recipe, int parallel);

/* False: ROLLOUT_TARGETS_MAX is reached. */
bool rollout_add(struct rollout *rollout, int host);

/* NULL: the host is no target. */
struct target *rollout_target(struct rollout *rollout, int host);
const struct target *rollout_target_const(const struct rollout *rollout, int host);

/* The target whose next step may begin now; -1: none. The caller begins it with
 * rollout_begin() and asks again. A host that began keeps its place among the
 * `parallel` until it is through. A step of scope STEP_ONCE runs on the first target
 * only; the others wait until it ended well and then pass it. */
int rollout_next(const struct rollout *rollout);

void rollout_begin(struct rollout *rollout, int target, int64_t now_ms);

/* The jobs that were begun at this very moment were not begun after all. */
void rollout_take_back(struct rollout *rollout, int64_t now_ms);

/* What became of the job that `target` is in. A bad end sets `stopping`. */
void rollout_running(struct rollout *rollout, int target);
void rollout_ended(struct rollout *rollout, int target, int rc, int64_t now_ms);
void rollout_cut(struct rollout *rollout, int target, int64_t retry_ms);
void rollout_lost(struct rollout *rollout, int target, int64_t now_ms);

/* What stands of the step that `target` is in, where an earlier engine began it: JOB_OK
 * and JOB_FAILED with its rc, JOB_CUT where the host is still to be asked, JOB_LOST. */
void rollout_recall(struct rollout *rollout, int target, enum job_state state, int rc,
                    int64_t now_ms);

/* Nothing more is begun, and what ends badly from now on was cancelled by us. */
void rollout_cancel(struct rollout *rollout);

/* Opens the step of scope STEP_ON_FAILURE behind the deploy's last one. Nothing of it
 * is begun by itself: the caller begins it on the hosts that it wants to hear. False:
 * the recipe has none, or a target is not through. */
bool rollout_open_diagnosis(struct rollout *rollout, const struct recipe *recipe);

/* Every target is through. False where there is none. */
bool rollout_all_ok(const struct rollout *rollout);

/* No job is open and none will be begun. */
bool rollout_is_at_rest(const struct rollout *rollout);

/* The first target with a failed or lost job, -1: none. */
int rollout_first_bad(const struct rollout *rollout);

/* The first target with a lost job, -1: none. */
int rollout_first_lost(const struct rollout *rollout);

#endif
