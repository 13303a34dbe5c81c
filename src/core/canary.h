#ifndef BGC_CORE_CANARY_H
#define BGC_CORE_CANARY_H

/*
 * The steps by which the traffic comes to a new colour: `[run] canary = 5, 25, 50`.
 *
 * A step is a percent of the requests that go to the target; the last step, all of
 * them, is not in the list. A rollback knows no steps: it is needed at once.
 */

#include <stdbool.h>

enum { CANARY_STEPS_MAX = 8 };

struct model;

/* Reads "5, 25, 50": 1..99, growing, at most CANARY_STEPS_MAX; "" is no step. Returns
 * how many, -1: it is not such a list. `percents` holds CANARY_STEPS_MAX. */
int canary_read(const char *text, int *percents);

/* The share after the next switch of the model's run, of the steps made so far. */
int canary_next_share(const struct model *model);

/* Whether the newest switch left the target with a part of the traffic only. */
bool canary_has_more(const struct model *model);

#endif
