#ifndef BGC_TESTS_LIB_STORY_H
#define BGC_TESTS_LIB_STORY_H

/*
 * A story in virtual time: core, the scene around it, an operator, and a trace.
 *
 *     story = story_new(policy);
 *     story_want(story, INTENT_DEPLOY);
 *     story_until(story, RUN_SWITCH_GATE);
 *     story->scene.balancer.fate = ...;       the script goes on
 *     story_tell(story, "[  1200] ...\n");    what has happened since the last time
 *
 * One event is one turn of the loop, and the turn is the engine's (app/engine.h): where
 * the journal fails, nothing of the turn that changes the world is performed, and core
 * hears of it.
 *
 * The trace has a line for each change of state, each effect that changes the world,
 * each end of a run with its reason, and each line that the console says.
 */

#include "base/str.h"
#include "core/core.h"
#include "core/record.h"
#include "lib/cue.h"
#include "lib/scene.h"

#include <stdbool.h>
#include <stdint.h>

enum { STORY_TRACE_MAX = 64 * 1024, STORY_CUES_MAX = 512 };

struct story {
    struct core core;
    struct settings settings;
    struct scene scene;
    struct moment now;
    int64_t begun_ms; /* of the story: the zero of the trace */

    bool journal_fails; /* from now on no record can be written */
    bool journal_lost;  /* that happened, and core was told */
    int64_t latency_ms; /* of each answer */
    int64_t silence_ms; /* after which a switch without an answer is given up */
    uint64_t random;    /* not 0: latencies differ, from this seed on */

    /* Called with each effect that is performed. */
    void (*on_effect)(void *context, const struct effect *effect);

    /* Called with each record of the journal, as the engine writes it. */
    void (*on_record)(void *context, const struct record *record);
    void *context;
    bool is_cut; /* set by either: the engine is killed before the next record or effect
                  */
    int64_t turns;

    struct effects effects;
    struct cue cues[STORY_CUES_MAX];
    int cue_count;
    uint64_t cue_order;
    int64_t said; /* lines of the transcript that are in the trace */
    struct str trace;
    char trace_text[STORY_TRACE_MAX];
};

/* Blue is live, all is well, and core has just begun. Owner: the caller, free(). */
struct story *story_new(struct policy policy);

/* The same in place, for who tells many. */
void story_begin(struct story *story, struct policy policy);

/* An operator wants something, now. INTENT_CONTINUE answers the open gate. */
void story_want(struct story *story, enum intent_kind kind);

/* The same as given. */
void story_intend(struct story *story, const struct intent *intent);

/* Gives core an event of the caller's own. */
void story_take(struct story *story, struct event *event);

/* The next thing happens. False: nothing ever will. */
bool story_step(struct story *story);

/* Goes on for `ms`. */
void story_pass(struct story *story, int64_t ms);

/* Goes on until the run enters `state`; fails the test after an hour without it. */
void story_until(struct story *story, enum run_state state);

/* The engine was killed, and another one begins: core knows nothing. What was on its
 * way to load balancers and hosts arrives, or is lost; no answer to it comes. */
void story_restart(struct story *story, struct policy policy, bool arrives);

/* Fails the test where the trace since the last call is another one. */
#define story_tell(story, expected) story_tell_at(story, expected, __FILE__, __LINE__)
void story_tell_at(struct story *story, const char *expected, const char *file,
                   int line);

/* Forgets the trace up to here: it was told elsewhere. */
void story_skip(struct story *story);

/* The next number of a random sequence, below `limit`. */
uint64_t story_random(uint64_t *random, uint64_t limit);

#endif
