#ifndef BGC_CORE_ASK_H
#define BGC_CORE_ASK_H

/*
 * What is due: questions that core puts to the world, and when.
 *
 * Every question gets a ticket. Nothing is asked twice while its answer is
 * still to come.
 */

#include "core/core.h"

/* Adds an effect with a new ticket. NULL: no room this turn. */
struct effect *ask(struct core *core, struct effects *effects, enum effect_type type,
                   int host);

/* Answers on their way are past from now on, and everything is due at once: what was
 * true before a run, or before a restart, is no evidence. */
void ask_everything_afresh(struct core *core);

/* Adds whatever is due now, the run's jobs included. */
void ask_what_is_due(struct core *core, struct effects *effects);

/* The answer to such a question came: when is the next one due. While a run is open,
 * one that was not answered `well` is asked again soon. */
void ask_answered_fleet(struct core *core);
void ask_answered_status(struct core *core, bool well);
void ask_answered_facts(struct core *core, int host, bool well);
void ask_answered_shared(struct core *core, int host, bool well);
void ask_answered_probe(struct core *core, int host);
void ask_answered_front(struct core *core);
void ask_answered_config(struct core *core, bool well);

/* HAProxy's counters came. */
void ask_sampled(struct core *core);

/* The earliest moment at which something will be due; INT64_MAX: nothing. */
int64_t ask_next_ms(const struct core *core);

#endif
