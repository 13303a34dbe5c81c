#include "core/run_end.h"

#include "base/str.h"
#include "core/moment.h"
#include "core/run_end_words.h"

#include <stdio.h>

void run_end_refused(struct core *core, const char *code, const char *message)
{
    struct run *run = &core->model.run;
    struct str reason = run_end_reason(run);

    str_addf(&reason, "the load balancer refused (%s): %s", code, message);
    if (run->change.kind == CHANGE_INSTALL)
        run_end_advise(
            run, "what it says of haproxy.cfg stands in the log; the traffic was not "
                 "changed: mend what it names, then begin anew");
    else if (run->change.kind == CHANGE_SWITCH && run->canary_step == 0)
        run_end_advise(
            run, "the traffic was not changed; mend what it names, then deploy again");
    else
        run_end_advise(
            run, "mend what it names, then ask again; what nobody confirms is taken "
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
    struct str reason = run_end_reason(run);

    str_add(&reason, "split: ");
    add_parts(&core->model, &reason);
    run_end_advise(
        run, "wait: who has not switched is asked again until it has; or roll back: "
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
    struct str reason = run_end_reason(run);

    str_addf(&reason, "ended by the operator at %s", stage_name(stage));
    if (stage == STAGE_PREFLIGHT || run->kind == RUN_ROLLBACK ||
        run->kind == RUN_CONFIGURE)
        run_end_advise(run, "nothing was changed");
    else if (stage == STAGE_DEPLOY)
        run_end_advise(
            run, "no release was made current by what was cancelled; deploy again");
    else
        run_end_advise(
            run, "the release stays on the idle colour; the traffic was not changed");
}

/* What the load balancer said of it stands. */
static void lose_install(struct run *run)
{
    if (run->reason[0] == '\0')
        str_copy(run->reason, sizeof run->reason,
                 "it is not known whether the load balancer installed haproxy.cfg");
    run_end_advise(
        run, "the traffic was not changed; `bgconsole config diff` shows what is there "
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
    struct str reason = run_end_reason(run);
    str_addf(&reason, "%s is live; its contract migration did not end well: ",
             colour_name(run->target));
    if (before[0] != '\0')
        str_addf(&reason, "%s; ", before);
    if (bad >= 0)
        run_end_tell_target(&core->model, bad, &reason);
    else
        str_add(&reason, rollout->cancelling ? "it was ended by the operator"
                                             : "how far it came is not known");
    run_end_advise(
        run, "the way back is not known: a rollback asks for typed words; mend the "
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
    struct str reason = run_end_reason(run);

    if (run->stage == STAGE_DEPLOY) {
        str_add(&reason, "jobs on hosts did not end in time, or do not answer");
        run_end_advise(
            run, "the live colour was not touched; look at the hosts, then deploy "
                 "again");
    } else {
        str_add(&reason, "it is not known whether the load balancer switched");
        run_end_advise(
            run, "ask the load balancer: bgconsole status; then roll back or deploy "
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
    struct str reason = run_end_reason(run);

    if (run->kind == RUN_MAINTENANCE) {
        str_addf(&reason, "the maintenance page is %s",
                 run->page_up ? "up: every request gets 503" : "down");
        run_end_advise(run, run->page_up ? "to take it down: bgconsole maintenance off"
                                         : "");
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
        run_end_advise(run, "deploy, switch or roll back now");
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
        run_end_advise(
            run, "what these hosts did not do is yours to do there: their lines are "
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
    run_end_advise(run, "a rollback run follows");
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
    struct str reason = run_end_reason(run);
    if (run->before == RUN_REVERTING && run->cause == IN_CHANGED)
        str_add(&reason, why_undone(run, before));
    else if (balancers_fuse(&core->model)->state == FUSE_FIRED)
        str_add(&reason, "nobody confirmed it, and the load balancer took it back");
    else
        str_add(&reason, "somebody else took it back");
    str_addf(&reason, "; green has %d %% again", run->share_before);
    add_lost(&core->model, &reason);
    run_end_advise(
        run, "the release stays on the idle colour: read the log, then deploy again");
}

/* What becomes of a switch that nobody confirmed. */
static void advise_on_fuse(struct core *core)
{
    struct run *run = &core->model.run;
    long long left_s = fuse_left_ms(&core->model) / 1000;

    if (!run->fused)
        run_end_advise(
            run, "look at the traffic; then leave it, or go back: r, or bgconsole "
                 "rollback");
    else if (left_s > 0)
        snprintf(run->advice, sizeof run->advice,
                 "the load balancer takes it back within %lld s, unless somebody takes "
                 "over and finishes",
                 left_s + 1);
    else
        run_end_advise(run, "ask the load balancer: bgconsole status");
}

void run_end_unconfirmed(struct core *core)
{
    struct run *run = &core->model.run;
    struct why why;

    why_clear(&why);
    guard_watch_clean(&core->model, &why);
    struct str reason = run_end_reason(run);
    str_addf(&reason, "%s has the traffic, and nobody confirmed it",
             colour_name(run->target));
    if (why.count > 0)
        str_add(&reason, ": ");
    run_end_add_reasons(&reason, &why);
    if (run->cause == IN_LEASE_LOST)
        str_addf(&reason, "; the lease is lost: %s", core->model.hold.trouble);
    advise_on_fuse(core);
}
