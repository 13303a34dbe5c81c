/* Why a run cannot go on where it stands. */
#include "core/run_end.h"

#include "base/str.h"
#include "core/evidence.h"
#include "core/run_end_words.h"

#include <stdio.h>

static void explain_journal(struct core *core, struct str *reason)
{
    str_add(reason, "the journal cannot be written");
    run_end_advise(
        &core->model.run,
        "make room for it, or mend its directory, then begin anew; the traffic was "
        "not changed");
}

static const char config_advice[] = "haproxy.cfg is as it was, and so is the traffic; "
                                    "`bgconsole config diff` shows what "
                                    "would change";

/* Nobody said that the run may go on without it. */
static void explain_silence(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;
    char names[64];
    struct str out = str_on(names, sizeof names);

    balancers_write_silent(&core->model, &out);
    str_addf(reason, "%s does not answer: %s", names, balancers_trouble(&core->model));
    snprintf(
        run->advice, sizeof run->advice,
        "bring it back, or go on without it by its name: --without %s; nothing was "
        "changed",
        names);
}

/* A gate whose guard said no, or that nobody answered in time. */
static void explain_gate(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;
    bool planned = run->before == RUN_PLAN_GATE;
    bool configures = run->before == RUN_CONFIG_GATE;
    struct why why;

    if (run->before == RUN_BALANCER_GATE) {
        explain_silence(core, reason);
        return;
    }
    why_clear(&why);
    if (run->before == RUN_CONTRACT_GATE)
        guard_contract_holds(&core->model, &why);
    else if (planned)
        guard_plan_holds(&core->model, &why);
    else if (configures)
        guard_config_holds(&core->model, &why);
    else
        guard_target_ready(&core->model, &why);
    if (run->cause == IN_LATE)
        str_addf(reason, "nobody answered the %s in time%s",
                 run_state_name(run->before), why.count > 0 ? ": " : "");
    run_end_add_reasons(reason, &why);
    if (run->before == RUN_CONTRACT_GATE)
        run_end_advise(run,
                       "nothing was changed; the contract waits: bgconsole contract");
    else if (planned)
        run_end_advise(run, "nothing was changed; deploy again");
    else if (configures)
        run_end_advise(run, config_advice);
    else
        run_end_advise(
            run, "the release stands ready on the idle colour; the traffic was not "
                 "changed");
}

static void add_checks(const struct preflight *preflight, enum check_state state,
                       struct str *reason)
{
    for (enum check_name check = 0; check < CHECK_COUNT; check++) {
        const struct check *found = &preflight->checks[check];
        if (found->state == state)
            str_addf(reason, "%s%s: %s", reason->length > 0 ? "; " : "",
                     check_name(check),
                     found->text[0] != '\0' ? found->text : "no answer in time");
    }
}

/* What is bad; only where nothing is, what was never answered. */
static void explain_preflight(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;

    add_checks(&run->preflight, CHECK_BAD, reason);
    if (reason->length == 0)
        add_checks(&run->preflight, CHECK_PENDING, reason);
    if (run->preflight.checks[CHECK_LEASE].state == CHECK_BAD && core->model.hold.busy)
        run_end_advise(
            run, "wait for the holder's end (--wait-lease), or take over; nothing was "
                 "changed");
    else
        run_end_advise(run,
                       "mend what is named, then deploy again; nothing was changed");
}

/* The target is idle no longer, or nobody can say that it is. */
static void explain_target(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;
    struct why why;

    why_clear(&why);
    if (evidence_has_sample(&core->model, &why))
        str_addf(reason, "%s may get traffic, by somebody else's doing",
                 colour_name(run->target));
    run_end_add_reasons(reason, &why);
    run_end_advise(
        run, "nothing more was begun on its hosts; see which colour is live, then "
             "deploy again");
}

static void add_bad_target(const struct model *model, int bad, struct str *reason)
{
    if (reason->length > 0)
        str_add(reason, "; ");
    run_end_tell_target(model, bad, reason);
}

static void explain_deploy(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;
    const struct model *model = &core->model;
    int bad = rollout_first_bad(&run->rollout);

    run_end_advise(
        run, "read its lines in the log, mend the release or the host, deploy again; "
             "the live colour was not touched");
    if (model->journal_lost)
        explain_journal(core, reason);
    else if (bad < 0)
        explain_target(core, reason);
    if (bad >= 0)
        add_bad_target(model, bad, reason);
}

static void explain_verify(struct core *core, struct str *reason)
{
    struct why why;

    int bad = rollout_first_bad(&core->model.run.rollout);

    if (bad >= 0)
        add_bad_target(&core->model, bad, reason);
    why_clear(&why);
    guard_target_ready(&core->model, &why);
    run_end_add_reasons(reason, &why);
    run_end_advise(
        &core->model.run,
        core->model.run.kind == RUN_DEPLOY
            ? "the new release is not fit: read the hosts' last lines in the log; "
              "deploy a mended one; the live colour was not touched"
            : "the colour to go back to is not fit: mend its hosts; nothing changed");
}

static void explain_configure(struct core *core, struct str *reason)
{
    const struct configure *configure = &core->model.configure;

    if (configure->render_trouble[0] != '\0')
        str_addf(reason, "haproxy.cfg cannot be written: %s",
                 configure->render_trouble);
    else if (configure->check_trouble[0] != '\0')
        str_addf(reason, "HAProxy does not take the new haproxy.cfg: %s",
                 configure->check_trouble);
    else if (configure->read_trouble[0] != '\0')
        str_add(reason, configure->read_trouble);
    run_end_advise(&core->model.run, config_advice);
}

/* Of several load balancers each was asked whether it would switch, and not more. */
static void add_unanswered(const struct model *model, struct str *reason)
{
    const char *between = "";

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (model->run.change.parts[i].state != PART_ASKED)
            continue;
        str_addf(reason, "%s%s did not answer whether it would switch", between,
                 balancers_name(model, i));
        between = ", ";
    }
}

/* It was sent, and reality says that it did not happen. */
static void explain_switch(struct core *core, struct str *reason)
{
    if (core->model.run.change.preparing)
        add_unanswered(&core->model, reason);
    else if (core->model.journal_lost)
        str_add(reason, "the journal cannot be written; the switch did not happen");
    else
        str_add(reason, "the load balancer did not answer; its share is unchanged");
    run_end_advise(&core->model.run,
                   "the release stands ready on the idle colour; the traffic was not "
                   "changed");
}

static void explain_lease(struct core *core, struct str *reason)
{
    const struct hold *hold = &core->model.hold;

    str_addf(reason, "the lease is lost: %s", hold->trouble);
    run_end_advise(&core->model.run,
                   "whoever holds it now decides; the traffic was not changed");
}

/* The load balancer was asked to finish, or to take back, and said nothing. */
static void explain_last_word(struct core *core, struct str *reason)
{
    str_addf(reason, "the load balancer did not answer to the %s",
             change_kind_name(core->model.run.change.kind));
    run_end_advise(&core->model.run,
                   "ask it again, or leave it: what nobody confirms is taken back");
}

static void explain_hook(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;

    str_add(reason, hook_failed(run)->text);
    run_end_advise(
        run, "what it printed stands in the log; mend what it asks for, or the hook, "
             "then begin anew; the traffic was not changed");
}

static void explain_stage(struct core *core, struct str *reason)
{
    switch (core->model.run.stage) {
    case STAGE_PREFLIGHT:
        explain_preflight(core, reason);
        break;
    case STAGE_DEPLOY:
        explain_deploy(core, reason);
        break;
    case STAGE_CONFIGURE:
        explain_configure(core, reason);
        break;
    case STAGE_VERIFY:
        explain_verify(core, reason);
        break;
    case STAGE_FINISH:
        explain_last_word(core, reason);
        break;
    default:
        explain_switch(core, reason);
        break;
    }
}

void run_end_explain(struct core *core)
{
    struct run *run = &core->model.run;

    if (run->reason[0] != '\0')
        return;
    struct str reason = run_end_reason(run);
    if (run->cause == IN_JOURNAL_LOST)
        explain_journal(core, &reason);
    else if (hook_failed(run) != NULL)
        explain_hook(core, &reason);
    else if (run->cause == IN_LEASE_LOST && run->stage != STAGE_DEPLOY)
        explain_lease(core, &reason);
    else if (run_is_gate(run->before))
        explain_gate(core, &reason);
    else
        explain_stage(core, &reason);
    if (reason.length == 0)
        str_add(&reason, "nobody answered in time");
}
