#ifndef BGC_CORE_CONTRACT_H
#define BGC_CORE_CONTRACT_H

/*
 * The contract migration: the second half of a change to shared data, which takes away
 * what only the release before still needs. After it the way back is closed.
 *
 *   expand (before the deploy) → both releases live on the data → contract → one does
 *
 * The load balancer keeps what was done (docs/remote-helpers.md), since every console
 * asks it and it outlives every run. It is written down before the migration begins:
 * where its end is not known, the way back is not known either.
 */

#include "core/share.h"
#include "core/why.h"

#include <stdbool.h>

/* clang-format off */
#define CONTRACT_STATES(X)                                                   \
    X(CONTRACT_NONE,   "none",   "none was ever begun")                      \
    X(CONTRACT_BEGUN,  "begun",  "it was begun, and its end is not known")   \
    X(CONTRACT_DONE,   "done",   "it ended well")                            \
    X(CONTRACT_FAILED, "failed", "it failed, and may have done a part")
/* clang-format on */

enum contract_state {
#define X(state, name, help) state,
    CONTRACT_STATES(X)
#undef X
        CONTRACT_STATE_COUNT
};

enum { CONTRACT_SHA_SIZE = 41, CONTRACT_RUN_MAX = 32 };

/* The newest one. */
struct contract {
    enum contract_state state;
    char release[CONTRACT_SHA_SIZE]; /* the whole sha that it belongs to */
    char closed[CONTRACT_SHA_SIZE];  /* of the release that the data fits no longer;
                                        empty: nobody knew it */
    char run[CONTRACT_RUN_MAX];
};

struct model;

const char *contract_state_name(enum contract_state state);
const char *contract_state_help(enum contract_state state);

/* CONTRACT_NONE for a word that we do not know. */
enum contract_state contract_state_from_name(const char *name);

/* The newest one that a load balancer tells of: runs have their time in their names. */
const struct contract *contract_known(const struct model *model);

/* Whether the release `sha` may not fit the data any more. An empty `sha`, a release
 * that nobody knows, may not. */
bool contract_closes(const struct contract *contract, const char *sha);

/* The same of what stands on `colour`'s hosts now: one such host is enough. */
bool contract_closes_colour(const struct model *model, enum colour colour);

/* Why there may be no way back to `colour`, as in "the way back is closed by ...";
 * nothing where it is open. */
void contract_weigh_way_back(const struct model *model, enum colour colour,
                             struct why *why);

/* What an operator types to go back all the same. */
extern const char contract_words[];

#endif
