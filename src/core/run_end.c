#include "core/run_end.h"

#include "base/str.h"
#include "core/evidence.h"
#include "core/moment.h"

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

static void explain_journal(struct core *core, struct str *reason)
{
    str_add(reason, "the journal cannot be written");
    advise(&core->model.run,
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
    add_reasons(reason, &why);
    if (run->before == RUN_CONTRACT_GATE)
        advise(run, "nothing was changed; the contract waits: bgconsole contract");
    else if (planned)
        advise(run, "nothing was changed; deploy again");
    else if (configures)
        advise(run, config_advice);
    else
        advise(run, "the release stands ready on the idle colour; the traffic was not "
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
        advise(run,
               "wait for the holder's end (--wait-lease), or take over; nothing was "
               "changed");
    else
        advise(run, "mend what is named, then deploy again; nothing was changed");
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
    add_reasons(reason, &why);
    advise(run, "nothing more was begun on its hosts; see which colour is live, then "
                "deploy again");
}

/* The host and the step; its last lines stand in the log. */
static void tell_bad_target(const struct model *model, int bad, struct str *reason)
{
    const struct target *target = &model->run.rollout.targets[bad];
    const struct host *host = &model->fleet.hosts[target->host];
    const struct job *job = &target->jobs[target->step];
    const char *step = model->recipe->steps[target->step].name;

    if (job->state == JOB_LOST)
        str_addf(reason, "%s: %s: its end is not known: %s", host->droplet.name, step,
                 host->trouble[0] != '\0' ? host->trouble : "the host does not answer");
    else
        str_addf(reason, "%s: %s ended with %d", host->droplet.name, step, job->rc);
}

static void add_bad_target(const struct model *model, int bad, struct str *reason)
{
    if (reason->length > 0)
        str_add(reason, "; ");
    tell_bad_target(model, bad, reason);
}

static void explain_deploy(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;
    const struct model *model = &core->model;
    int bad = rollout_first_bad(&run->rollout);

    advise(run,
           "read its lines in the log, mend the release or the host, deploy again; "
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
    add_reasons(reason, &why);
    advise(
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
    advise(&core->model.run, config_advice);
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
    advise(&core->model.run,
           "the release stands ready on the idle colour; the traffic was not "
           "changed");
}

static void explain_lease(struct core *core, struct str *reason)
{
    const struct hold *hold = &core->model.hold;

    str_addf(reason, "the lease is lost: %s", hold->trouble);
    advise(&core->model.run,
           "whoever holds it now decides; the traffic was not changed");
}

/* The load balancer was asked to finish, or to take back, and said nothing. */
static void explain_last_word(struct core *core, struct str *reason)
{
    str_addf(reason, "the load balancer did not answer to the %s",
             change_kind_name(core->model.run.change.kind));
    advise(&core->model.run,
           "ask it again, or leave it: what nobody confirms is taken back");
}

static void explain_hook(struct core *core, struct str *reason)
{
    struct run *run = &core->model.run;

    str_add(reason, hook_failed(run)->text);
    advise(run,
           "what it printed stands in the log; mend what it asks for, or the hook, "
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
    struct str reason = reason_of(run);
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

void run_end_refused(struct core *core, const char *code, const char *message)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    str_addf(&reason, "the load balancer refused (%s): %s", code, message);
    if (run->change.kind == CHANGE_INSTALL)
        advise(run,
               "what it says of haproxy.cfg stands in the log; the traffic was not "
               "changed: mend what it names, then begin anew");
    else if (run->change.kind == CHANGE_SWITCH && run->canary_step == 0)
        advise(run,
               "the traffic was not changed; mend what it names, then deploy again");
    else
        advise(run, "mend what it names, then ask again; what nobody confirms is taken "
                    "back");
}

/* What each load balancer has made of the switch. */
static void add_parts(const struct model *model, struct str *reason)
{
    const char *between = "";

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct change_part *part = &model->run.change.parts[i];
        const char *words = part->state == PART_MADE      ? "has switched"
                            : part->state == PART_ASKED   ? "does not answer"
                            : part->state == PART_REFUSED ? "has not switched"
                                                          : "is in doubt";
        str_addf(reason, "%s%s %s", between, balancers_name(model, i), words);
        between = ", ";
    }
}

void run_end_split(struct core *core)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    str_add(&reason, "split: ");
    add_parts(&core->model, &reason);
    advise(run, "wait: who has not switched is asked again until it has; or roll back: "
                "the others take it back at once, and who returns has the share before "
                "the run, or takes it back at its fuse");
}

/* A warm-up is cancelled as the jobs of a deploy are, and belongs to verify. */
static enum stage stage_of_abort(const struct run *run)
{
    bool verified = run->stage_ms[STAGE_VERIFY] > 0;
    return run->stage == STAGE_DEPLOY && verified ? STAGE_VERIFY : run->stage;
}

void run_end_abort(struct core *core)
{
    struct run *run = &core->model.run;
    enum stage stage = stage_of_abort(run);
    struct str reason = reason_of(run);

    str_addf(&reason, "ended by the operator at %s", stage_name(stage));
    if (stage == STAGE_PREFLIGHT || run->kind == RUN_ROLLBACK ||
        run->kind == RUN_CONFIGURE)
        advise(run, "nothing was changed");
    else if (stage == STAGE_DEPLOY)
        advise(run, "no release was made current by what was cancelled; deploy again");
    else
        advise(run,
               "the release stays on the idle colour; the traffic was not changed");
}

/* What the load balancer said of it stands. */
static void lose_install(struct run *run)
{
    if (run->reason[0] == '\0')
        str_copy(run->reason, sizeof run->reason,
                 "it is not known whether the load balancer installed haproxy.cfg");
    advise(run,
           "the traffic was not changed; `bgconsole config diff` shows what is there "
           "now");
}

/* The release is live for good; what became of the data is told as far as it is
 * known.
 */
static void lose_contract(struct core *core)
{
    struct run *run = &core->model.run;
    const struct rollout *rollout = &run->rollout;
    char before[RUN_REASON_MAX / 2];
    int bad = rollout_first_bad(rollout);

    str_copy(before, sizeof before, run->reason);
    struct str reason = reason_of(run);
    str_addf(&reason, "%s is live; its contract migration did not end well: ",
             colour_name(run->target));
    if (before[0] != '\0')
        str_addf(&reason, "%s; ", before);
    if (bad >= 0)
        tell_bad_target(&core->model, bad, &reason);
    else
        str_add(&reason, rollout->cancelling ? "it was ended by the operator"
                                             : "how far it came is not known");
    advise(run, "the way back is not known: a rollback asks for typed words; mend the "
                "migration, then bgconsole contract");
}

void run_end_unknown(struct core *core)
{
    struct run *run = &core->model.run;

    if (run->before == RUN_CONTRACTING || run->contract.state != CONTRACT_NONE) {
        lose_contract(core);
        return;
    }

    if (run->stage == STAGE_CONFIGURE) {
        lose_install(run);
        return;
    }
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

static void finish_configure(const struct core *core, struct str *reason)
{
    const struct configure *configure = &core->model.configure;

    if (core->model.run.before == RUN_INSTALLING)
        str_addf(reason,
                 "haproxy.cfg is installed, +%d -%d lines, and HAProxy's new "
                 "worker serves with it",
                 configure->added, configure->removed);
    else
        str_add(reason, "haproxy.cfg is as it should be; nothing was changed");
}

void run_end_finish(struct core *core)
{
    struct run *run = &core->model.run;
    struct str reason = reason_of(run);

    if (run->kind == RUN_MAINTENANCE) {
        str_addf(&reason, "the maintenance page is %s",
                 run->page_up ? "up: every request gets 503" : "down");
        advise(run, run->page_up ? "to take it down: bgconsole maintenance off" : "");
        return;
    }
    if (run->kind == RUN_MEND) {
        str_addf(&reason, "mended: %s", run->mend.what);
        return;
    }
    if (run->kind == RUN_CONFIGURE) {
        finish_configure(core, &reason);
        return;
    }
    if (!run->target_known) {
        str_add(&reason, "the lease is taken from its holder, and free again");
        advise(run, "deploy, switch or roll back now");
        return;
    }
    str_addf(&reason, "%s is live", colour_name(run->target));
    moment_tell_left(&core->model, &reason);
    if (run->contract.state == CONTRACT_DONE) {
        str_addf(&reason, ", and the contract of %.7s has run", run->contract.release);
        snprintf(run->advice, sizeof run->advice,
                 "the way back is closed: what %s has may not fit the data any more; a "
                 "rollback asks for typed words",
                 colour_name(colour_other(run->target)));
        return;
    }
    if (run->before == RUN_CONTRACT_GATE) {
        str_add(&reason, "; the contract migration was left for later");
        snprintf(run->advice, sizeof run->advice,
                 "%s is kept as it is; to go back: r, or bgconsole rollback; when "
                 "nobody will any more: bgconsole contract",
                 colour_name(colour_other(run->target)));
        return;
    }
    if (run->before == RUN_HANDING_OVER && !rollout_all_ok(&run->rollout)) {
        advise(run, "what these hosts did not do is yours to do there: their lines are "
                    "in the log; to go back: r, or bgconsole rollback");
        return;
    }
    snprintf(run->advice, sizeof run->advice,
             "%s is kept as it is; to go back: r, or bgconsole rollback",
             colour_name(colour_other(run->target)));
}

void run_end_return(struct core *core)
{
    struct run *run = &core->model.run;

    if (run->reason[0] == '\0')
        str_copy(run->reason, sizeof run->reason, "given up for a rollback");
    advise(run, "a rollback run follows");
}

static const char *why_undone(const struct run *run, const char *reason)
{
    if (run->tripped)
        return reason;
    switch (run->undone_by) {
    case IN_LATE:
        return "nobody answered the gate in time";
    case IN_NO:
        return run->receipt.verdict == RECEIPT_UNPROVEN
                   ? run->receipt.reason
                   : "the evidence spoke against it";
    default:
        return "taken back by the operator";
    }
}

/* Whoever was not asked has nothing new, or a fuse of its own. */
static void add_lost(const struct model *model, struct str *reason)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (balancers_is_lost(model, i))
            str_addf(reason,
                     "; %s does not answer: what it may have switched, its fuse takes "
                     "back",
                     balancers_name(model, i));
    }
}

void run_end_reverted(struct core *core)
{
    struct run *run = &core->model.run;
    char before[RUN_REASON_MAX];

    str_copy(before, sizeof before, run->reason);
    struct str reason = reason_of(run);
    if (run->before == RUN_REVERTING && run->cause == IN_CHANGED)
        str_add(&reason, why_undone(run, before));
    else if (balancers_fuse(&core->model)->state == FUSE_FIRED)
        str_add(&reason, "nobody confirmed it, and the load balancer took it back");
    else
        str_add(&reason, "somebody else took it back");
    str_addf(&reason, "; green has %d %% again", run->share_before);
    add_lost(&core->model, &reason);
    advise(run,
           "the release stays on the idle colour: read the log, then deploy again");
}

/* What becomes of a switch that nobody confirmed. */
static void advise_on_fuse(struct core *core)
{
    struct run *run = &core->model.run;
    long long left_s = fuse_left_ms(&core->model) / 1000;

    if (!run->fused)
        advise(run, "look at the traffic; then leave it, or go back: r, or bgconsole "
                    "rollback");
    else if (left_s > 0)
        snprintf(run->advice, sizeof run->advice,
                 "the load balancer takes it back within %lld s, unless somebody takes "
                 "over and finishes",
                 left_s + 1);
    else
        advise(run, "ask the load balancer: bgconsole status");
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
    if (run->cause == IN_LEASE_LOST)
        str_addf(&reason, "; the lease is lost: %s", core->model.hold.trouble);
    advise_on_fuse(core);
}
