#ifndef BGC_APP_TAKEOVER_H
#define BGC_APP_TAKEOVER_H

/*
 * A takeover without a screen: whom it takes from, and what becomes of the switch that
 * comes with it. The name of the holder is typed here, too, as --from.
 */

#include "app/app.h"
#include "core/model.h"

#include <stdbool.h>

enum takeover_word {
    TAKEOVER_WAITS,   /* the load balancer has not told who holds the lease */
    TAKEOVER_REFUSED, /* it did not answer, or somebody else holds it */
    TAKEOVER_GOES,
};

/* Whether it may begin; `begun_ms` is when the program did. Reasons in `why`. */
enum takeover_word takeover_look(const struct model *model,
                                 const struct app_options *options, int64_t begun_ms,
                                 struct why *why);

/* Whether --finish or --revert was given, and the intent of it. */
bool takeover_has_answer(const struct app_options *options);
struct intent takeover_answer(const struct app_options *options);

/* A switch that was taken back because --revert said so is no failure. */
enum exit_code takeover_code(const struct run *run, const struct app_options *options);

/* Prints what to do with a switch that still waits. */
void takeover_print_next(const struct model *model);

#endif
