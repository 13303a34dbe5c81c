#include "core/takers.h"

#include "core/ask.h"
#include "core/drift.h"
#include "core/say.h"

static enum run_input input_of_intent(enum intent_kind kind)
{
    switch (kind) {
    case INTENT_DEPLOY:
        return IN_DEPLOY;
    case INTENT_SHIFT:
        return IN_SHIFT;
    case INTENT_ROLLBACK:
        return IN_ROLLBACK;
    case INTENT_TAKEOVER:
        return IN_TAKEOVER;
    case INTENT_MAINTENANCE:
        return IN_MAINTENANCE;
    case INTENT_CONFIGURE:
        return IN_CONFIGURE;
    case INTENT_CONTRACT:
        return IN_CONTRACT;
    case INTENT_RESUME:
        return IN_RESUME;
    case INTENT_CONTINUE:
        return IN_YES;
    case INTENT_ABORT:
        return IN_ABORT;
    case INTENT_FINISH:
        return IN_FINISH;
    default:
        return RUN_INPUT_COUNT;
    }
}

/* The guards of the keys know better words than the table for what it has no row for.
 */
static void prefer_guard(const struct core *core, enum intent_kind kind,
                         struct why *why)
{
    struct why better;

    if (!intent_is_allowed(&core->model, kind, &better))
        *why = better;
}

/* What touches nothing outside needs no run. */
static void take_mend(struct core *core, const struct mend *mend,
                      struct effects *effects, struct why *why)
{
    if (!mend_is_allowed(&core->model, mend, why))
        return;
    if (mend->kind != MEND_NOTED) {
        run_take(core, mend->kind == MEND_RENDER ? IN_CONFIGURE : IN_MEND, effects,
                 why);
        return;
    }
    int place = balancers_place(&core->model, mend->host);
    drift_acknowledge(&core->model.balancers[place >= 0 ? place : 0]);
    say(core, TRANSCRIPT_CONSOLE, LINE_NOTE, "drift: %s", mend->what);
}

void take_intent(struct core *core, const struct event *event, struct effects *effects)
{
    const struct intent *intent = &event->intent;
    enum run_input input = input_of_intent(intent->kind);
    struct why why;

    core->wanted = *intent;
    if (intent->kind == INTENT_REFRESH) {
        ask_everything_afresh(core);
        return;
    }
    why_clear(&why);
    if (core->policy.observe_only)
        why_add(&why, "this console only looks on");
    else if (intent->kind == INTENT_CONTINUE && intent->gate != core->model.run.gate)
        why_add(&why, "that gate is no longer open; look at the one that is");
    else if (intent->kind == INTENT_MEND)
        take_mend(core, &intent->mend, effects, &why);
    else if (input != RUN_INPUT_COUNT && !run_take(core, input, effects, &why))
        prefer_guard(core, intent->kind, &why);
    say_why(core, intent_name(intent->kind), &why);
}
