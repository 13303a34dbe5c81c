/* What both colours share: whether every host reaches it, and whether the release fits
 * it. */
#include "core/preflight_check.h"

static bool names_a_store(const struct settings *settings)
{
    for (enum store_name store = 0; store < STORE_COUNT; store++) {
        if (settings->store[store][0] != '\0')
            return true;
    }
    return false;
}

static bool told_in_this_run(const struct model *model, const struct host *host)
{
    return host->shared_ms > 0 && host->shared_ms >= model->run.begun_ms;
}

/* Of one store: who does not reach it, and what the first of them says. */
struct unreached {
    struct names hosts;
    const char *trouble;
    bool by_target; /* one of them is to get traffic */
};

static void look_from(const struct model *model, enum store_name store,
                      enum colour colour, struct unreached *unreached)
{
    const struct fleet *fleet = &model->fleet;
    enum host_role role = role_of_colour(colour);

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const struct host *host = &fleet->hosts[i];
        const char *trouble = host->shared.trouble[store];
        if (!told_in_this_run(model, host) || trouble[0] == '\0')
            continue;
        if (unreached->hosts.count == 0)
            unreached->trouble = trouble;
        names_add(&unreached->hosts, host->droplet.name);
        unreached->by_target |= colour == model->run.target;
    }
}

/* Adds a sentence for each store that some host does not reach. */
static enum check_state add_unreached(const struct model *model, struct str *out)
{
    bool goes_back = model->run.kind == RUN_ROLLBACK;
    enum check_state state = CHECK_OK;

    for (enum store_name store = 0; store < STORE_COUNT; store++) {
        struct unreached unreached = {.trouble = ""};
        names_init(&unreached.hosts);
        look_from(model, store, model->run.target, &unreached);
        look_from(model, store, colour_other(model->run.target), &unreached);
        if (unreached.hosts.count == 0)
            continue;
        str_addf(out, "%s%s does not answer %s: %s", out->length > 0 ? "; " : "",
                 store_name(store), names_text(&unreached.hosts), unreached.trouble);
        if (unreached.by_target && !goes_back)
            state = CHECK_BAD;
        else if (state == CHECK_OK)
            state = CHECK_WARN;
    }
    return state;
}

static void add_local(const struct settings *settings, struct names *local)
{
    for (enum store_name store = 0; store < STORE_COUNT; store++) {
        if (store_is_local(settings->store[store]))
            names_add(local, store_name(store));
    }
}

/* The live hosts' answers are welcome, and not waited for. */
static int count_pending(const struct model *model, struct names *pending)
{
    for (int i = next_target(model, -1); i >= 0; i = next_target(model, i)) {
        const struct host *host = &model->fleet.hosts[i];
        if (host->reach != REACH_FAILED && host->address[0] != '\0' &&
            !told_in_this_run(model, host))
            names_add(pending, host->droplet.name);
    }
    return pending->count;
}

struct check check_shared(const struct model *model)
{
    const struct settings *settings = model->settings;
    struct check check = {.state = CHECK_OK};
    struct str out = str_on(check.text, sizeof check.text);
    struct names pending, local;

    if (!names_a_store(settings))
        return check_say(CHECK_SKIPPED, "[shared] names no store");
    if (!model->run.target_known)
        return check_without_target(model);
    names_init(&pending);
    names_init(&local);
    check.state = add_unreached(model, &out);
    if (check.state != CHECK_OK) {
        str_add(&out, ": is it up, and does its firewall let them in?");
        return check;
    }
    if (count_pending(model, &pending) > 0 && model->run.kind != RUN_ROLLBACK)
        return check_say(CHECK_PENDING, "asking from %s", names_text(&pending));
    add_local(settings, &local);
    if (local.count > 0)
        return check_say(CHECK_WARN,
                         "%s is on loopback: each host has its own, nothing is shared, "
                         "and a switch loses what is in it: name one for all hosts",
                         names_text(&local));
    return check_say(CHECK_OK, "the stores answer every host");
}

/* A release that a contract has closed does not come back by a deploy either. */
static struct check check_fit_of_deploy(const struct model *model)
{
    const struct contract *contract = contract_known(model);
    const struct run *run = &model->run;

    if (run->sha[0] == '\0')
        return check_say(CHECK_PENDING, "waiting to know the release");
    if (str_equal(run->sha, contract->closed))
        return check_say(run->past_contract ? CHECK_WARN : CHECK_BAD,
                         "the contract of %.7s (%s): %.7s may not fit the data any "
                         "more: deploy a newer one, or say --past-contract",
                         contract->release, contract_state_name(contract->state),
                         run->sha);
    return check_say(CHECK_OK, "the newest contract is that of %.7s (%s)",
                     contract->release, contract_state_name(contract->state));
}

static bool some_target_is_silent(const struct model *model)
{
    for (int i = next_target(model, -1); i >= 0; i = next_target(model, i)) {
        const struct host *host = &model->fleet.hosts[i];
        if (host->facts.at_ms < model->run.begun_ms && host->reach != REACH_FAILED)
            return true;
    }
    return false;
}

/* To what stands there. */
static struct check check_fit_of_way_back(const struct model *model)
{
    struct why why;

    why_clear(&why);
    contract_weigh_way_back(model, model->run.target, &why);
    if (why.count == 0)
        return check_say(CHECK_OK, "no contract stands between");
    if (some_target_is_silent(model))
        return check_say(CHECK_PENDING, "asking which release stands there");
    if (model->run.past_contract)
        return check_say(CHECK_WARN, "the way back is %.170s; you want it all the same",
                         why.lines[0]);
    return check_say(CHECK_BAD,
                     "the way back is %.140s: type the words, or say --past-contract",
                     why.lines[0]);
}

static struct check check_own_contract(const struct model *model)
{
    const struct contract *contract = contract_known(model);
    const struct run *run = &model->run;
    enum fuse_state fuse = balancers_fuse(model)->state;

    if (fuse == FUSE_ARMED || fuse == FUSE_HELD)
        return check_say(CHECK_BAD,
                         "a switch waits to be confirmed: finish it first, then the "
                         "contract");
    if (run->sha[0] == '\0')
        return check_say(CHECK_PENDING, "asking which release is live");
    if (contract->state == CONTRACT_NONE || !str_equal(contract->release, run->sha))
        return check_say(CHECK_OK, "%.7s is live, and has had none yet", run->sha);
    if (contract->state == CONTRACT_DONE)
        return check_say(CHECK_BAD, "the contract of %.7s has run already", run->sha);
    return check_say(CHECK_WARN, "it was begun before: %s",
                     contract_state_help(contract->state));
}

struct check check_contract(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (model->balancers[i].status_trouble[0] != '\0')
            return check_say(CHECK_SKIPPED, "bgc-lb does not tell");
    }
    if (balancers_asked_ms(model) == 0 ||
        balancers_asked_ms(model) < model->run.begun_ms)
        return check_say(CHECK_PENDING, "asking bgc-lb");
    if (model->run.kind != RUN_CONTRACT &&
        contract_known(model)->state == CONTRACT_NONE)
        return check_say(CHECK_SKIPPED, "no contract migration was ever begun");
    if (!model->run.target_known)
        return check_without_target(model);
    switch (model->run.kind) {
    case RUN_DEPLOY:
        return check_fit_of_deploy(model);
    case RUN_CONTRACT:
        return check_own_contract(model);
    default:
        return check_fit_of_way_back(model);
    }
}
