#include "core/run_end.h"

#include "base/str.h"

#include <stdio.h>

static struct str reason_of(struct run *run)
{
    return str_on(run->reason, sizeof run->reason);
}

static void advise(struct run *run, const char *words)
{
    str_copy(run->advice, sizeof run->advice, words);
}

static void add_reasons(struct str *reason, const struct why *why)
{
    for (int i = 0; i < why->count; i++)
        str_addf(reason, "%s%s", i > 0 ? "; " : "", why->lines[i]);
    if (why->more > 0)
        str_addf(reason, "; and %d more", why->more);
}

static void explain_preflight(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;
    const char *separator = "";

    for (enum check_name check = 0; check < CHECK_COUNT; check++) {
        const struct check *found = &run->preflight.checks[check];
        if (found->state != CHECK_BAD && found->state != CHECK_PENDING)
            continue;
        str_addf(reason, "%s%s: %s", separator, check_name(check),
                 found->text[0] != '\0' ? found->text : "no answer in time");
        separator = "; ";
    }
    advise(run, "mend what is named, then deploy again; nothing was changed");
}

/* Names the host and the step; its last lines stand in the log. */
static void explain_deploy(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;
    const struct model *model = &core->model;
    int bad = rollout_first_bad(&run->rollout);

    if (model->journal_lost)
        str_add(reason, "the journal cannot be written");
    if (bad < 0)
        return;
    const struct target *target = &run->rollout.targets[bad];
    const struct host *host = &model->fleet.hosts[target->host];
    const struct job *job = &target->jobs[target->step];
    const char *step = model->recipe->steps[target->step].name;
    const char *separator = reason->length > 0 ? "; " : "";

    if (job->state == JOB_LOST)
        str_addf(reason, "%s%s: %s: its end is not known: %s", separator,
                 host->droplet.name, step,
                 host->trouble[0] != '\0' ? host->trouble : "the host does not answer");
    else
        str_addf(reason, "%s%s: %s ended with %d", separator, host->droplet.name, step,
                 job->rc);
    advise(run,
           "read its lines in the log, mend the release or the host, deploy again; "
           "the live colour was not touched");
}

static void explain_verify(struct core *core, struct str *reason)
{
    struct why why;

    why_clear(&why);
    guard_target_ready(&core->model, &why);
    add_reasons(reason, &why);
    advise(
        &core->model.run,
        core->model.run.kind == RUN_DEPLOY
            ? "the new release is not fit: read the hosts' last lines in the log; "
              "deploy a mended one; the live colour was not touched"
            : "the colour to go back to is not fit: mend its hosts; nothing changed");
}

static void explain_switch(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;
    struct why why;

    why_clear(&why);
    if (run->gate > 0 || run->switch_tries == 0) {
        guard_target_ready(&core->model, &why);
        str_add(reason, "the gate was not answered yes");
        if (why.count > 0)
            str_add(reason, ": ");
        add_reasons(reason, &why);
    } else {
        str_add(reason, "the load balancer did not answer; it says that the share is "
                        "unchanged");
    }
    advise(run, "the release stands ready on the idle colour; the traffic was not "
                "changed");
}

void run_end_explain(struct core *core)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    if (run->reason[0] != '\0')
        return;
    switch (run->stage) {
    case STAGE_PREFLIGHT:
        explain_preflight(core, &reason);
        break;
    case STAGE_DEPLOY:
        explain_deploy(core, &reason);
        break;
    case STAGE_VERIFY:
        explain_verify(core, &reason);
        break;
    default:
        explain_switch(core, &reason);
        break;
    }
    if (reason.length == 0)
        str_add(&reason, "nobody answered in time");
}

void run_end_refused(struct core *core, const char *code, const char *message)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    str_addf(&reason, "the load balancer refused (%s): %s", code, message);
    advise(run, "the traffic was not changed; mend what it names, then deploy again");
}

void run_end_abort(struct core *core)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    str_addf(&reason, "ended by the operator at %s", stage_name(run->stage));
    advise(run, run->stage == STAGE_DEPLOY
                    ? "no release was made current by what was cancelled; deploy again"
                    : "nothing was changed");
}

void run_end_unknown(struct core *core)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    if (run->stage == STAGE_DEPLOY) {
        str_add(&reason, "jobs on hosts did not end in time, or do not answer");
        advise(run, "the live colour was not touched; look at the hosts, then deploy "
                    "again");
    } else {
        str_add(&reason, "it is not known whether the load balancer switched");
        advise(run, "ask the load balancer: bgconsole status; then roll back or deploy "
                    "again");
    }
}

void run_end_finish(struct core *core)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    str_addf(&reason, "%s is live", colour_name(run->target));
    snprintf(run->advice, sizeof run->advice, "%s is kept as it is; going back is: r",
             colour_name(colour_other(run->target)));
}

void run_end_return(struct core *core)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    if (run->reason[0] == '\0')
        str_add(&reason, "given up for a rollback");
    advise(run, "a rollback run follows");
}

void run_end_unconfirmed(struct core *core)
{
    struct run *run = &core->model.run;
    struct why why;

    why_clear(&why);
    guard_watch_clean(&core->model, &why);
    struct str reason = reason_of(run);
    str_addf(&reason, "%s has the traffic, and nobody confirmed it",
             colour_name(run->target));
    if (why.count > 0)
        str_add(&reason, ": ");
    add_reasons(&reason, &why);
    advise(run, "look at the traffic; then go back: bgconsole rollback, or leave it");
}
