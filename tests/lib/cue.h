#ifndef BGC_TESTS_LIB_CUE_H
#define BGC_TESTS_LIB_CUE_H

/*
 * What will happen at a certain time of a story: answers on their way, the log of a job
 * that is followed, the next sample. An effect becomes cues; a cue that is due asks the
 * scene and gives core the event.
 */

#include "core/effect.h"
#include "lib/scene.h"

#include <stdint.h>

enum cue_type {
    CUE_ANSWER,  /* the world answers the effect `asked` */
    CUE_ARRIVE,  /* the switch `change` reaches the load balancer */
    CUE_OUTCOME, /* its answer comes back */
    CUE_STREAM,  /* the log of a job that is followed says something */
    CUE_SAMPLE,  /* HAProxy's counters */
    CUE_LEASE,   /* the load balancer answers of the lease or the fuse */
};

struct cue {
    int64_t at_ms;
    uint64_t order; /* of cues for the same moment, the first one first */
    enum cue_type type;
    struct effect asked;
    struct scene_job job;          /* whose job it is about, or what is to be begun */
    struct switch_request change;  /* CUE_ARRIVE */
    struct switch_outcome outcome; /* CUE_OUTCOME */
    int64_t epoch, above;          /* CUE_LEASE: our hold's, and what was seen */
    bool takes;                    /* CUE_LEASE: from whoever holds it */
    bool unheard;                  /* who asked is gone: no answer is given */
};

struct story;

/* Sends an effect on its way. */
void cue_effect(struct story *story, const struct effect *effect);

/* Who asked is gone: what would change the world arrives all the same, or is lost; all
 * else is forgotten. */
void cue_cut(struct story *story, bool arrives);

/* When the next cue is due; INT64_MAX: there is none. */
int64_t cue_next_ms(const struct story *story);

/* Lets the next cue happen. */
void cue_happen(struct story *story);

#endif
