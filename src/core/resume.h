#ifndef BGC_CORE_RESUME_H
#define BGC_CORE_RESUME_H

/*
 * Where a run that was cut off goes on: one table, of the state that its journal ends
 * in and what is found on the load balancer now.
 *
 * Reality wins over memory, and each way leads through evidence that is made anew: to a
 * verify, to a gate, to the guard window. What nobody can know leads to "unknown".
 * docs/run-machine.md prints the table. Looks and says; changes nothing.
 */

#include "core/preflight.h"
#include "core/remains.h"
#include "core/run.h"
#include "core/why.h"

#include <stdbool.h>

struct model;
struct str;

/* clang-format off */
#define RESUME_FINDINGS(X)                                                            \
    X(FOUND_ANY,       "anything")                                                    \
    X(FOUND_SUCCESSOR, "another run has held the lease since")                        \
    X(FOUND_REPLACED,  "the load balancer knows nothing of this run's changes")       \
    X(FOUND_SPLIT,     "some load balancers have switched, and some have not")      \
    X(FOUND_BEFORE,    "the traffic is where it was before the run")                  \
    X(FOUND_TAKEN,     "the load balancer took the switch back")                      \
    X(FOUND_WAITING,   "the switch waits to be confirmed")                            \
    X(FOUND_STANDING,  "the traffic is where the run put it, and nothing waits")      \
    X(FOUND_ELSEWHERE, "the traffic is where this run did not put it")
/* clang-format on */

enum resume_finding {
#define X(finding, words) finding,
    RESUME_FINDINGS(X)
#undef X
        RESUME_FINDING_COUNT
};

/* Where it goes on, and why. */
struct resumption {
    enum resume_finding found;
    enum run_state to; /* RUN_NONE: there is nothing to go on with */
    const char *first; /* what is done first, in words; "" where the run ends */
    const char *why;
};

const char *resume_finding_words(enum resume_finding finding);

/* What the load balancer says now of the run that model.recall knows. Only what it told
 * after the lease was granted is final: no earlier question can change anything then.
 */
enum resume_finding resume_find(const struct model *model);

struct resumption resume_look(const struct model *model);

/* The row of the table for what is found; `to` is RUN_NONE where there is none. */
struct resumption resume_choose(const struct remains *remains,
                                enum resume_finding found);

/* Whether it begins anew, with every check: it has changed nothing yet. */
bool resume_is_anew(const struct remains *remains);

/* Whether this check of preflight must be well before the run goes on. */
bool resume_needs(const struct remains *remains, enum check_name check);

/* What an operator reads before the yes: what is found, and what would be done first.
 * `why` is emptied before. */
void resume_explain(const struct model *model, struct why *why);

/* The table as Markdown. */
void resume_write_table(struct str *out);

#endif
