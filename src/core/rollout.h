#ifndef BGC_CORE_ROLLOUT_H
#define BGC_CORE_ROLLOUT_H

/*
 * The steps of a recipe over the hosts of a run.
 *
 * Each target has its own steps: those of the deploy, and later, opened one by one, the
 * step of another moment of the run.
 *
 * Each host goes through the steps at its own pace, at most `parallel` hosts at
 * once, and the next batch of hosts when those of the one before are through. When one
 * fails the others end the step that they are in and begin no other, unless they are
 * to go on. A job whose end is not known is lost, which is a state of its own: it
 * is never taken for a success and never run again by itself.
 */

#include "core/backoff.h"
#include "core/recipe.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    ROLLOUT_TARGETS_MAX = 256,
    JOB_LOST_MS = 45000, /* a host that is not heard for so long: nobody knows */
    JOB_RETRY_FIRST_MS = 1000,
    JOB_RETRY_CAP_MS = 8000,
};

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
    int64_t asked_ms;   /* mono, of the newest start */
    int64_t cut_ms;     /* mono, since when the line is down; 0: it is not */
    int64_t retry_ms;   /* JOB_CUT: when to ask again */
    int64_t offset;     /* bytes of its log that we have */
    int rc;             /* valid in JOB_OK, JOB_FAILED, JOB_CANCELLED */
    bool heard;         /* the host said that it has the job */
    struct backoff backoff;
};

struct target {
    int host;   /* index in the fleet */
    int first;  /* its steps are those from here */
    int end;    /* up to, and not with, this one */
    int step;   /* the one it is in, or `end` when through */
    bool begun; /* it holds one of the `parallel` places until it is through */
    struct job jobs[RECIPE_STEPS_MAX];
};

struct rollout {
    int count;
    int step_count; /* steps of a deploy */
    int parallel;
    int batch; /* so many targets are through before the next ones begin; 0: all */
    bool once[RECIPE_STEPS_MAX]; /* which steps are of scope STEP_ONCE */
    bool goes_on;                /* a bad end stops its own host alone */
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

/* How many targets are through. */
int rollout_through(const struct rollout *rollout);

/* The job of the step that the target is in; NULL: it is through. */
const struct job *rollout_job(const struct rollout *rollout, int target);

/* The target whose next step may begin now; -1: none. The caller begins it with
 * rollout_begin() and asks again. A host that began keeps its place among the
 * `parallel` until it is through. A step of scope STEP_ONCE runs on the first target
 * that has it; the others wait until it ended well and then pass it. */
int rollout_next(const struct rollout *rollout);

void rollout_begin(struct rollout *rollout, int target, int64_t now_ms);

/* The job, whose line dropped, is asked about again at this moment: started once more
 * where the host never said that it has it, since a start that came through attaches;
 * else only followed. */
void rollout_ask_again(struct rollout *rollout, int target, int64_t now_ms);

/* The starts that were asked for at this very moment were not asked for after all. */
void rollout_take_back(struct rollout *rollout, int64_t now_ms);

/* What became of the job that `target` is in. A bad end sets `stopping`, unless the
 * others go on. A cut is false where it has lasted JOB_LOST_MS: then the job is lost.
 */
void rollout_running(struct rollout *rollout, int target);
void rollout_ended(struct rollout *rollout, int target, int rc, int64_t now_ms);
bool rollout_cut(struct rollout *rollout, int target, int64_t now_ms);
void rollout_lost(struct rollout *rollout, int target, int64_t now_ms);

/* What stands of the step that `target` is in, where an earlier engine began it: JOB_OK
 * and JOB_FAILED with its rc, JOB_CUT where the host is still to be asked, JOB_LOST. */
void rollout_recall(struct rollout *rollout, int target, enum job_state state, int rc,
                    int64_t now_ms);

/* Nothing more is begun, and what ends badly from now on was cancelled by us. */
void rollout_cancel(struct rollout *rollout);

/* Gives the target one step more, after those that it had. False, and nothing changed:
 * it is not through, and has begun. */
bool rollout_open(struct rollout *rollout, int target, int step);

/* Opens `step` on the first target alone: whatever the others had left is left. It may
 * be begun at once. */
void rollout_open_alone(struct rollout *rollout, int step);

/* Every target is through. False where there is none. */
bool rollout_all_ok(const struct rollout *rollout);

/* No job is open and none will be begun. */
bool rollout_is_at_rest(const struct rollout *rollout);

/* The first target with a failed or lost job, -1: none. */
int rollout_first_bad(const struct rollout *rollout);

/* The first target with a lost job, -1: none. */
int rollout_first_lost(const struct rollout *rollout);

#endif
