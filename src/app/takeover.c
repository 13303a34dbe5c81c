#include "app/takeover.h"

#include "base/str.h"

#include <stdio.h>

/* Whoever has not answered by then does not answer. */
enum { ANSWER_LIMIT_MS = 45000 };

enum takeover_word takeover_look(const struct model *model,
                                 const struct app_options *options, int64_t begun_ms,
                                 struct why *why)
{
    const struct balancer *balancer = &model->balancers[0];
    const struct lease *lease = &balancer->lease;

    why_clear(why);
    if (balancer->asked_ms > 0 && balancer->status_trouble[0] == '\0') {
        if (!lease_is_foreign(model) || str_equal(lease->who, options->from))
            return TAKEOVER_GOES;
        why_add(why,
                "%s@%s holds the lease, not %s: look at bgconsole status, then name "
                "who holds it",
                lease->who, lease->where, options->from);
        return TAKEOVER_REFUSED;
    }
    if (model->now.mono_ms - begun_ms < ANSWER_LIMIT_MS)
        return TAKEOVER_WAITS;
    why_add(why, "the load balancer does not tell who holds the lease: %s",
            balancer->status_trouble[0] != '\0' ? balancer->status_trouble
            : balancer->trouble[0] != '\0'      ? balancer->trouble
            : model->fleet.trouble[0] != '\0'   ? model->fleet.trouble
                                                : "no answer");
    return TAKEOVER_REFUSED;
}

bool takeover_has_answer(const struct app_options *options)
{
    return options->finish || options->revert;
}

struct intent takeover_answer(const struct app_options *options)
{
    return (struct intent){.kind = options->finish ? INTENT_FINISH : INTENT_ROLLBACK};
}

enum exit_code takeover_code(const struct run *run, const struct app_options *options)
{
    if (options->revert && run->state == RUN_REVERTED)
        return EXIT_OK;
    return exit_code_of_run(run);
}

void takeover_print_next(const struct model *model)
{
    enum run_state state = model->run.state;

    if ((state != RUN_UNCONFIRMED && state != RUN_FINISH_GATE) || !model->run.fused)
        return;
    printf("to confirm it now:   bgconsole takeover --yes --from %s --finish\n"
           "to take it back now: bgconsole takeover --yes --from %s --revert\n",
           model->who, model->who);
}
