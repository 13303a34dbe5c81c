#include "core/preflight_check.h"

static bool answered(const struct model *model, const struct host *host)
{
    return host->reach_ms > 0 && host->reach_ms >= model->run.begun_ms;
}

/* A rollback changes nothing on hosts: what they do not tell is no reason against it.
 */
static enum check_state bad_for_deploy(const struct model *model)
{
    return model->run.kind == RUN_DEPLOY ? CHECK_BAD : CHECK_WARN;
}

static struct check say_unreachable(const struct model *model, const struct host *host)
{
    enum check_state state = bad_for_deploy(model);

    if (host->reach_code == ERR_HOST_KEY)
        return check_say(state, "the key of %s is not accepted: %s", host->droplet.name,
                         host->trouble);
    return check_say(state, "%s does not answer by SSH: %s", host->droplet.name,
                     host->trouble);
}

/* What is wrong with one target; CHECK_OK: nothing. */
static struct check check_host(const struct model *model, const struct host *host)
{
    if (host->droplet.status != DROPLET_ACTIVE)
        return check_say(bad_for_deploy(model),
                         "%s is not running: power it on, or take its tag off",
                         host->droplet.name);
    if (host->address[0] == '\0')
        return check_say(
            bad_for_deploy(model), "%s has no %s address: see [fleet] address",
            host->droplet.name,
            model->settings->address == ADDRESS_PRIVATE ? "private" : "public");
    if (host->reach == REACH_FAILED && answered(model, host))
        return say_unreachable(model, host);
    return check_say(CHECK_OK, "%s", "");
}

/* The live colour stays as it is, but an operator wants to know. */
static struct check check_live_hosts(const struct model *model, int targets)
{
    enum host_role live = role_of_colour(colour_other(model->run.target));
    struct names silent;

    names_init(&silent);
    for (int i = fleet_next(&model->fleet, live, -1); i >= 0;
         i = fleet_next(&model->fleet, live, i)) {
        if (model->fleet.hosts[i].reach == REACH_FAILED)
            names_add(&silent, model->fleet.hosts[i].droplet.name);
    }
    if (silent.count > 0)
        return check_say(CHECK_WARN, "of the live colour %s: no answer by SSH",
                         names_text(&silent));
    return check_say(CHECK_OK, "all %d answer", targets);
}

struct check check_hosts(const struct model *model)
{
    struct names pending;
    int targets = 0;

    if (!model->run.target_known)
        return check_without_target(model);
    names_init(&pending);
    for (int i = next_target(model, -1); i >= 0; i = next_target(model, i)) {
        const struct host *host = &model->fleet.hosts[i];
        struct check check = check_host(model, host);
        targets++;
        if (check.state != CHECK_OK)
            return check;
        if (!answered(model, host))
            names_add(&pending, host->droplet.name);
    }
    if (targets > ROLLOUT_TARGETS_MAX)
        return check_say(CHECK_BAD, "%d hosts are %s; a run has at most %d", targets,
                         colour_name(model->run.target), ROLLOUT_TARGETS_MAX);
    if (pending.count > 0 && model->run.kind == RUN_DEPLOY)
        return check_say(CHECK_PENDING, "asking %s", names_text(&pending));
    return check_live_hosts(model, targets);
}

/* An answer about the targets' facts: who has not told them, and who has told what is
 * looked for. */
struct finding {
    struct names pending;
    struct names found;
};

typedef bool fact_fn(const struct model *model, const struct host *host);

static void find_facts(const struct model *model, fact_fn *is_found,
                       struct finding *ret_finding)
{
    names_init(&ret_finding->pending);
    names_init(&ret_finding->found);
    for (int i = next_target(model, -1); i >= 0; i = next_target(model, i)) {
        const struct host *host = &model->fleet.hosts[i];
        if (check_host(model, host).state != CHECK_OK)
            continue; /* check_hosts() names it */
        if (host->facts.at_ms == 0 || host->facts.at_ms < model->run.begun_ms)
            names_add(&ret_finding->pending, host->droplet.name);
        else if (is_found(model, host))
            names_add(&ret_finding->found, host->droplet.name);
    }
}

/* The common course: not of this run, no target yet, found something, pending, ok. */
static struct check look_at_facts(const struct model *model, fact_fn *is_bad,
                                  const char *bad_words, const char *ok_words)
{
    struct finding finding;

    if (!model->run.target_known)
        return check_without_target(model);
    find_facts(model, is_bad, &finding);
    if (finding.found.count > 0)
        return check_say(CHECK_BAD, "%s: %s", names_text(&finding.found), bad_words);
    if (finding.pending.count > 0)
        return check_say(CHECK_PENDING, "asking %s", names_text(&finding.pending));
    return check_say(CHECK_OK, "%s", ok_words);
}

static bool has_other_helper(const struct model *model, const struct host *host)
{
    return !str_equal(host->facts.helper_sha256, model->helper_sha256[0]);
}

struct check check_helpers(const struct model *model)
{
    const struct balancer *balancer = &model->balancers[0];

    if (balancer->asked_ms == 0 || balancer->asked_ms < model->run.begun_ms)
        return check_say(CHECK_PENDING, "asking bgc-lb");
    if (balancer->status_trouble[0] != '\0')
        return check_say(CHECK_SKIPPED, "bgc-lb does not tell its version");
    if (!str_equal(balancer->helper_sha256, model->helper_sha256[1]))
        return check_say(CHECK_BAD,
                         "%s: bgc-lb is not of this version: run `bgconsole bootstrap`",
                         balancer_name(model));
    if (model->run.kind != RUN_DEPLOY)
        return check_say(CHECK_OK, "bgc-lb is of this version");
    return look_at_facts(model, has_other_helper,
                         "bgc-host is not of this version: run `bgconsole bootstrap`",
                         "all of this version");
}

struct check check_servers(const struct model *model)
{
    enum colour target = model->run.target;
    struct names missing, twofold;

    if (!model->run.target_known)
        return check_without_target(model);
    names_init(&missing);
    names_init(&twofold);
    for (int i = next_target(model, -1); i >= 0; i = next_target(model, i)) {
        const struct host *host = &model->fleet.hosts[i];
        if (host->in_other_backend)
            names_add(&twofold, host->droplet.name);
        else if (!host->in_haproxy)
            names_add(&missing, host->droplet.name);
    }
    if (twofold.count > 0)
        return check_say(CHECK_BAD,
                         "%s: HAProxy has it in %s, where it gets the live traffic: "
                         "take it out there",
                         names_text(&twofold),
                         model->settings->backend[colour_other(target)]);
    if (missing.count > 0 && model->run.configures)
        return check_say(CHECK_OK, "%s: gets its server when haproxy.cfg is written",
                         names_text(&missing));
    if (missing.count > 0)
        return check_say(CHECK_BAD,
                         "%s: HAProxy has no server for it: add it to %s and reload",
                         names_text(&missing), model->settings->backend[target]);
    return check_say(CHECK_OK, "one for each host");
}

/* Below the first no release fits; below the second the next one may not. */
enum { DISK_LEAST_MB = 50, DISK_LOW_MB = 100 };

static bool has_full_disk(const struct model *model, const struct host *host)
{
    (void)model;
    return host->facts.disk_free_mb < DISK_LEAST_MB;
}

static bool has_low_disk(const struct model *model, const struct host *host)
{
    (void)model;
    return host->facts.disk_free_mb < DISK_LOW_MB;
}

struct check check_disk(const struct model *model)
{
    struct finding full, low;

    if (model->run.kind != RUN_DEPLOY)
        return check_say(CHECK_SKIPPED, "a rollback needs none");
    if (!model->run.target_known)
        return check_without_target(model);
    find_facts(model, has_full_disk, &full);
    find_facts(model, has_low_disk, &low);
    if (full.found.count > 0)
        return check_say(CHECK_BAD,
                         "%s: less than %d MB of disk are free: make room, as by "
                         "`bgc-host gc env=%s releases=2` there",
                         names_text(&full.found), DISK_LEAST_MB, model->env);
    if (full.pending.count > 0)
        return check_say(CHECK_PENDING, "asking %s", names_text(&full.pending));
    if (low.found.count > 0)
        return check_say(CHECK_WARN, "%s: less than %d MB of disk are free",
                         names_text(&low.found), DISK_LOW_MB);
    return check_say(CHECK_OK, "enough");
}

static bool has_running_job(const struct model *model, const struct host *host)
{
    (void)model;
    return host->facts.job_running;
}

struct check check_jobs(const struct model *model)
{
    if (model->run.kind != RUN_DEPLOY)
        return check_say(CHECK_SKIPPED, "a rollback starts none");
    return look_at_facts(model, has_running_job,
                         "an earlier job still runs: wait for its end", "none runs");
}

struct check check_ref(const struct model *model)
{
    const struct run *run = &model->run;

    if (run->kind != RUN_DEPLOY)
        return check_say(CHECK_SKIPPED, "a rollback takes what is there");
    if (run->ref_trouble[0] != '\0')
        return check_say(CHECK_BAD, "%s: %s", run->ref, run->ref_trouble);
    if (run->sha[0] != '\0')
        return check_say(CHECK_OK, "%s is %.7s", run->ref, run->sha);
    if (!run->target_known)
        return check_without_target(model);
    int host = next_target(model, -1); /* git is asked on the first target */
    if (host < 0 || check_host(model, &model->fleet.hosts[host]).state != CHECK_OK)
        return check_say(CHECK_SKIPPED, "no host to ask git on");
    return check_say(CHECK_PENDING, "asking git for %s", run->ref);
}

/* A host that is slow to answer does not hold up the way back for longer. */
enum { RETURN_WAIT_MS = 3000 };

static bool is_awaited(const struct model *model, const struct host *host)
{
    return host->facts.at_ms == 0 && host->reach_ms == 0 &&
           model->now.mono_ms - model->run.begun_ms < RETURN_WAIT_MS;
}

/* Facts from before the run will do here: only a deploy changes them. */
struct check check_return(const struct model *model)
{
    const char *colour = colour_name(model->run.target);
    char release[SHA_HEX_SIZE];
    bool all_agree;
    struct names none;

    if (model->run.kind == RUN_DEPLOY)
        return check_say(CHECK_SKIPPED, "only for a rollback");
    if (!model->run.target_known)
        return check_without_target(model);
    names_init(&none);
    for (int i = next_target(model, -1); i >= 0; i = next_target(model, i)) {
        const struct host *host = &model->fleet.hosts[i];
        if (is_awaited(model, host))
            return check_say(CHECK_PENDING, "%s: asked for its release",
                             host->droplet.name);
        if (host->facts.at_ms > 0 && host->facts.current[0] == '\0')
            names_add(&none, host->droplet.name);
    }
    if (none.count > 0)
        return check_say(CHECK_BAD, "%s: no release there to go back to: deploy to %s",
                         names_text(&none), colour);
    fleet_release(&model->fleet, model->run.target, release, &all_agree);
    if (!all_agree)
        return check_say(CHECK_WARN, "not every host of %s told the same release",
                         colour);
    return check_say(CHECK_OK, "%s has %s", colour, release);
}
