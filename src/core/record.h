#ifndef BGC_CORE_RECORD_H
#define BGC_CORE_RECORD_H

/*
 * What one line of the journal says.
 *
 *     {...,"type":"intent","run":"20261123T182622Z-7f3a","state":"deploying",
 *      "what":"job start","host":"web-green-2","step":"build","epoch":3,"seq":8,...}
 *
 * Written by the program as JSON, read by the program, `tail` and `jq`. Pure:
 * the file itself, with its times and checksums, is net/journal.
 */

#include "base/json_out.h"
#include "core/effect.h"
#include "core/model.h"

#include <stdint.h>

enum { RECORD_TEXT_MAX = 1000, RECORD_NAME_MAX = 64 };

/* clang-format off */
#define RECORD_TYPES(X)                                                       \
    X(RECORD_RUN,    "run",    "a run began: kind, ref, target")              \
    X(RECORD_STATE,  "state",  "the run entered a state, and why")            \
    X(RECORD_INTENT, "intent", "something will be asked of a host or load balancer") \
    X(RECORD_RESULT, "result", "its answer")                                  \
    X(RECORD_NOTE,   "note",   "anything else worth knowing")                 \
    X(RECORD_RESUME, "resume", "somebody goes on with it: who@where")             \
    X(RECORD_END,    "end",    "the run ended: state, reason, receipt")
/* clang-format on */

enum record_type {
#define X(type, name, help) type,
    RECORD_TYPES(X)
#undef X
        RECORD_TYPE_COUNT
};

struct record {
    enum record_type type;
    int64_t wall_ms, mono_ms;
    int64_t epoch, seq;
    char run[RUN_ID_MAX];
    char state[RECORD_NAME_MAX]; /* run_state_name() after it */
    char what[RECORD_NAME_MAX];  /* RUN: its kind; STATE, END: the target colour; else
                                    effect_type_name() or event_type_name() */
    char host[HOST_NAME_MAX_BYTES];
    char step[RECIPE_NAME_MAX];
    int rc;                         /* RECORD_RESULT of a job that ended; -1: none */
    char nonce[CHANGE_NONCE_MAX];   /* RECORD_INTENT of a change; else empty */
    int from, to;                   /* its shares */
    char sha[SHA_HEX_SIZE];         /* RECORD_STATE, END: what the run brings, */
    char release[HOST_RELEASE_MAX]; /* as far as it is known */
    char text[RECORD_TEXT_MAX];
};

const char *record_type_name(enum record_type type);
bool record_type_from_name(const char *name, enum record_type *ret_type);

/* The record of an effect that is about to be performed, or is only a note. False: this
 * effect is not recorded (a mere question). */
bool record_of_effect(const struct model *model, const struct effect *effect,
                      struct record *ret_record);

/* The record of an event, taken after core_step(). False: not recorded. */
bool record_of_event(const struct model *model, const struct event *event,
                     struct record *ret_record);

/* Adds the record's fields to an open JSON object, but for its times; empty ones are
 * left out. */
void record_write(const struct record *record, struct json_out *json);

/* What an operator should know of a run whose records end with `records`: writes at
 * most RECALL_LINES sentences. None when the run ended by itself. */
int record_recall(const struct record *records, size_t count,
                  char lines[RECALL_LINES][RECALL_LINE_MAX]);

#endif
