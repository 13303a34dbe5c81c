#include "ui/report_balancer.h"

#include "ui/canary_line.h"
#include "ui/report_line.h"

static void tell_trouble(struct report *report, const struct model *model,
                         struct str *out)
{
    const char *trouble = balancers_trouble(model);
    if (str_equal(trouble, report->trouble))
        return;
    if (trouble[0] != '\0')
        report_say(out, model, "HAProxy", "lost", "%s", trouble);
    else
        report_say(out, model, "HAProxy", "back", "samples come again");
    str_copy(report->trouble, sizeof report->trouble, trouble);
}

static void tell_wait(struct report *report, const struct model *model, struct str *out)
{
    const struct lease *lease = balancers_lease(model);
    char sentence[400];
    bool waits = model->run.state == RUN_PREFLIGHT && lease_is_foreign(model);
    const char *holder = waits ? lease->who : "";
    if (str_equal(holder, report->waits_for))
        return;
    str_copy(report->waits_for, sizeof report->waits_for, holder);
    if (!waits)
        return;
    lease_sentence(model, sentence, sizeof sentence);
    report_say(out, model, "lease", model->wait_lease ? "wait" : "busy", "%s",
               sentence);
}

static void tell_lease(struct report *report, const struct model *model,
                       struct str *out)
{
    const struct hold *hold = &model->hold;
    tell_wait(report, model, out);
    if (hold->state == report->hold)
        return;
    report->hold = hold->state;
    if (hold->state == HOLD_OURS)
        report_say(out, model, "lease", "ours", "epoch %lld", (long long)hold->epoch);
    else if (hold->state == HOLD_LOST)
        report_say(out, model, "lease", "lost", "%s", hold->trouble);
}

/* The last step, all of the traffic, is told as the stage. */
static void tell_canary(struct report *report, const struct model *model,
                        struct str *out)
{
    const struct run *run = &model->run;
    if (run->canary_step == report->canary_step || !canary_is_part(model))
        return;
    report->canary_step = run->canary_step;
    if (run->canary_step > 0 && run->canary_step < canary_steps(model))
        report_say(out, model, "switch", "step",
                   "%d of %d: %d %% of the requests go to %s, in %.1f ms",
                   run->canary_step, canary_steps(model), canary_percent(run),
                   colour_name_upper(run->target),
                   (double)run->receipt.switch_us / 1000);
}

/* That it is armed and fed goes without saying. */
static void tell_fuse(struct report *report, const struct model *model, struct str *out)
{
    const struct fuse *fuse = balancers_fuse(model);
    if (fuse->state == report->fuse)
        return;
    report->fuse = fuse->state;
    if (!model->run.fused)
        return;
    if (fuse->state == FUSE_HELD)
        report_say(out, model, "fuse", "held", "due, and there is no way back: %s",
                   fuse->held);
    else if (fuse->state == FUSE_FIRED)
        report_say(out, model, "fuse", "fired",
                   "the load balancer took the switch back: green share %d", fuse->to);
}

void report_balancer(struct report *report, const struct model *model, struct str *out)
{
    tell_trouble(report, model, out);
    tell_lease(report, model, out);
    tell_canary(report, model, out);
    tell_fuse(report, model, out);
}
