#ifndef BGC_CORE_RUN_TABLE_H
#define BGC_CORE_RUN_TABLE_H

/*
 * The run's machine as data: who reads run_table.c has read what a run can do.
 *
 * Only run.c looks rows up; only run_enter() changes the state.
 */

#include "core/core.h"
#include "core/run.h"

#include <stddef.h>
#include <stdint.h>

/* As a row's `to`: the run stays where it is. */
#define RUN_STAYS RUN_STATE_COUNT

/* As a row's `to`: the run goes on where core/resume says. */
#define RUN_RESUMES (RUN_STATE_COUNT + 1)

/* A set of states, one bit each. */
#define IN_STATE(state) (UINT64_C(1) << (state))

/* What we ask of the world when the row is taken, after the new state is entered. */
typedef void run_action_fn(struct core *core, struct effects *effects);

struct run_row {
    uint64_t where;        /* the states it holds in */
    enum run_input what;   /* what happened */
    guard_fn *guard;       /* may we? */
    const char *asks;      /* `action` in words, for the docs; "" for none */
    run_action_fn *action; /* NULL: nothing is asked */
    enum run_state to;
};

const struct run_row *run_rows(size_t *ret_count);

/* How long a run may stay in `state`, in ms; 0: as long as it takes. */
int64_t run_limit_ms(const struct core *core, enum run_state state);

/* The same in words, for the docs. */
const char *run_limit_words(enum run_state state);

/* The name of a guard, for the docs. */
const char *run_guard_words(guard_fn *guard);

#endif
