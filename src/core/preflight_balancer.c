#include "core/drift.h"
#include "core/preflight_check.h"

/* Whether HAProxy told something since the run began. */
static bool is_sampled_at(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];
    return balancer->sampled && balancer->sampled_ms >= model->run.begun_ms;
}

static bool is_sampled(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (!is_sampled_at(model, i))
            return false;
    }
    return true;
}

static const char *tag_of(const struct settings *settings, enum host_role role)
{
    switch (role) {
    case ROLE_BLUE:
        return settings->tag_blue;
    case ROLE_GREEN:
        return settings->tag_green;
    default:
        return settings->tag_balancer;
    }
}

static const char *tag_key(enum host_role role)
{
    static const char *const keys[ROLE_COUNT] = {"blue_tag", "green_tag",
                                                 "balancer_tag"};
    return keys[role];
}

static struct check say_empty(const struct model *model, enum host_role role)
{
    return check_say(CHECK_BAD,
                     "no Droplet carries the tag %s: tag them, or set [fleet] %s",
                     tag_of(model->settings, role), tag_key(role));
}

/* A host in two pools would be deployed to while it has traffic. */
static const struct host *find_host_of_two_roles(const struct fleet *fleet)
{
    for (int i = 0; i < fleet->count; i++) {
        if (!fleet->hosts[i].gone && fleet->hosts[i].two_roles)
            return &fleet->hosts[i];
    }
    return NULL;
}

static struct check check_pools(const struct model *model)
{
    const struct fleet *fleet = &model->fleet;
    const struct host *both = find_host_of_two_roles(fleet);

    if (both != NULL)
        return check_say(CHECK_BAD,
                         "%s carries more than one of our tags: take the wrong one off",
                         both->droplet.name);
    for (enum host_role role = ROLE_BLUE; role <= ROLE_GREEN; role++) {
        if (fleet_count(fleet, role) == 0)
            return say_empty(model, role);
    }
    return check_say(CHECK_OK, "%d blue, %d green", fleet_count(fleet, ROLE_BLUE),
                     fleet_count(fleet, ROLE_GREEN));
}

/* The way back must not depend on the API: a rollback takes the last listing. */
struct check check_fleet(const struct model *model)
{
    const struct fleet *fleet = &model->fleet;
    bool fresh = fleet->listed_ms >= model->run.begun_ms && fleet->listed_ms > 0;

    if (!fresh && model->run.kind == RUN_ROLLBACK && fleet->listed_ms > 0) {
        struct check check = check_pools(model);
        if (check.state == CHECK_BAD)
            return check;
        return check_say(CHECK_WARN, "as listed before this run: %s", check.text);
    }
    if (!fresh && fleet->trouble[0] != '\0')
        return check_say(CHECK_BAD, "the Droplets cannot be listed: %s",
                         fleet->trouble);
    if (!fresh)
        return check_say(CHECK_PENDING, "asking the API for the Droplets");
    return check_pools(model);
}

bool preflight_balancer_is_lost(const struct model *model)
{
    bool lost = false, answers = false;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        lost = lost || balancers_is_silent(model, i);
        answers = answers || is_sampled_at(model, i);
    }
    return lost && answers;
}

static struct check check_helper_of_balancer(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];
    const char *name = balancers_name(model, place);

    if (balancer->asked_ms == 0 || balancer->asked_ms < model->run.begun_ms)
        return check_say(CHECK_PENDING, "asking bgc-lb on %s", name);
    if (balancer->status_trouble[0] != '\0')
        return check_say(run_is_errand(&model->run) ? CHECK_WARN : CHECK_BAD,
                         "%s: bgc-lb: %s", name, balancer->status_trouble);
    if (balancer->intent_open)
        return check_say(CHECK_WARN,
                         "%s: an earlier change did not end; bgc-lb settles it first",
                         name);
    if (balancer->maintenance && model->run.kind != RUN_MAINTENANCE)
        return check_say(CHECK_WARN,
                         "%s: the maintenance page is up: users reach neither colour",
                         name);
    if (balancer->old_workers > 0)
        return check_say(CHECK_WARN,
                         "%s: %d old workers still serve their last connections", name,
                         balancer->old_workers);
    return check_say(CHECK_OK, "%s answers, HAProxy %s", name,
                     balancer->haproxy_version);
}

static struct check check_balancer_at(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];

    if (balancer->left_out)
        return check_say(CHECK_WARN, "%s does not answer and is left out of this run",
                         balancers_name(model, place));
    if (!balancer->sampled && balancer->trouble[0] != '\0')
        return check_say(CHECK_BAD, "%s: HAProxy's counters do not come: %s",
                         balancers_name(model, place), balancer->trouble);
    if (!is_sampled_at(model, place) || balancer->stopping)
        return check_say(CHECK_PENDING, "waiting for HAProxy's counters");
    return check_helper_of_balancer(model, place);
}

/* Which of two answers speaks for both: the worse one. */
static bool is_worse(enum check_state a, enum check_state b)
{
    static const int ranks[] = {[CHECK_OK] = 0,
                                [CHECK_SKIPPED] = 1,
                                [CHECK_WARN] = 2,
                                [CHECK_PENDING] = 3,
                                [CHECK_BAD] = 4};
    return ranks[a] > ranks[b];
}

static struct check say_all_answer(const struct model *model)
{
    char text[CHECK_TEXT_MAX];
    struct str out = str_on(text, sizeof text);

    for (int i = 0; i < model->balancer_count; i++)
        str_addf(&out, "%s%s", i > 0 ? ", " : "", balancers_name(model, i));
    return check_say(CHECK_OK, "%s answer, HAProxy %s", text,
                     model->balancers[0].haproxy_version);
}

struct check check_balancer(const struct model *model)
{
    int count = fleet_count(&model->fleet, ROLE_BALANCER);
    struct check worst;

    if (count == 0 && model->fleet.listed_ms > 0)
        return say_empty(model, ROLE_BALANCER);
    if (count > BALANCERS_MAX)
        return check_say(CHECK_BAD,
                         "%d Droplets carry the tag %s, and at most %d are switched "
                         "together: leave it on those",
                         count, model->settings->tag_balancer, BALANCERS_MAX);
    worst = check_balancer_at(model, 0);
    for (int i = 1; i < model->balancer_count; i++) {
        struct check check = check_balancer_at(model, i);
        if (is_worse(check.state, worst.state))
            worst = check;
    }
    return worst.state == CHECK_OK && model->balancer_count > 1 ? say_all_answer(model)
                                                                : worst;
}

struct check check_lease(const struct model *model)
{
    const struct hold *hold = &model->hold;
    char words[WHY_LINE_MAX];
    struct why why;

    why_clear(&why);
    if (hold->state == HOLD_OURS && hold_serves(model, &why))
        return check_say(CHECK_OK, "ours, epoch %lld", (long long)hold->epoch);
    if (hold->state == HOLD_OURS)
        return check_say(CHECK_BAD, "%s", why.lines[0]);
    if (lease_is_foreign(model) && model->run.kind != RUN_TAKEOVER) {
        lease_sentence(model, words, sizeof words);
        if (model->wait_lease)
            return check_say(CHECK_PENDING, "%s: waiting for it", words);
        if (hold->busy)
            return check_say(CHECK_BAD, "%s: wait for its end, or take it over", words);
    } else if (hold->trouble[0] != '\0' && !hold->busy && !hold_is_asked(model)) {
        return check_say(CHECK_BAD, "the load balancer gives no lease: %s",
                         hold->trouble);
    }
    return check_say(CHECK_PENDING, "asking %s for the lease",
                     balancers_name(model, balancers_next(model, -1)));
}

/* What a mend promises, as that the traffic stays, holds for the drift that the
 * operator saw. */
static struct check check_mend(const struct model *model)
{
    struct drift drift;

    if (!is_sampled(model))
        return check_say(CHECK_PENDING, "waiting for HAProxy's map");
    drift_look(model, &drift);
    if (!drift_offers(&drift, &model->run.mend))
        return check_say(CHECK_BAD,
                         "what was to be mended is not there any more, or is "
                         "not the same: look again");
    return check_say(CHECK_OK, "the drift is as it was seen");
}

/* What the map says must hold now and after a reload. */
static struct check check_share_at(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];
    const char *lb = balancers_name(model, place);

    if (balancer->map_entries != 1 || !share_is_valid(balancer->runtime_share))
        return check_say(
            CHECK_BAD,
            "%s: HAProxy's map has %d entries of our key with a valid "
            "share, not 1: nobody can say which colour is live; mend %s",
            lb, share_is_valid(balancer->runtime_share) ? balancer->map_entries : 0,
            model->settings->map_file);
    if (!share_is_valid(balancer->disk_share))
        return check_say(CHECK_BAD, "%s: %s could not be read: see `bgconsole status`",
                         lb, model->settings->map_file);
    if (balancer->disk_share != balancer->runtime_share)
        return check_say(CHECK_BAD,
                         "%s: drift: HAProxy sends %d %% to green, %s says %d %%: a "
                         "reload would move the traffic; make them agree",
                         lb, balancer->runtime_share, model->settings->map_file,
                         balancer->disk_share);
    return (struct check){.state = CHECK_OK};
}

static struct check say_disagreement(const struct model *model)
{
    char text[CHECK_TEXT_MAX];
    struct str out = str_on(text, sizeof text);

    balancers_write_shares(model, &out);
    return check_say(CHECK_BAD, "the load balancers do not agree: %s; mend one (drift)",
                     text);
}

struct check check_share(const struct model *model)
{
    bool none_answers = true;
    enum colour live;

    if (model->run.kind == RUN_MEND)
        return check_mend(model);
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i))
        none_answers = none_answers && !model->balancers[i].sampled &&
                       model->balancers[i].trouble[0] != '\0';
    if (none_answers)
        return check_say(CHECK_SKIPPED, "not known without HAProxy's answer");
    if (!is_sampled(model))
        return check_say(CHECK_PENDING, "waiting for HAProxy's map");
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        struct check check = check_share_at(model, i);
        if (check.state != CHECK_OK)
            return check;
    }
    if (balancers_disagree(model))
        return say_disagreement(model);
    int share = model_share(model);
    if (!share_live(share, &live))
        return check_say(CHECK_BAD,
                         "split: %d %% of the requests go to green, both colours are "
                         "live: bring it to 0 or 100 first",
                         share);
    if (model->run.target_known && model->run.kind != RUN_DEPLOY &&
        model->run.kind != RUN_CONTRACT && live == model->run.target)
        return check_say(CHECK_BAD, "%s is live already: somebody else has %s",
                         colour_name(live),
                         model->run.returns ? "gone back" : "switched");
    return check_say(CHECK_OK, "%s is live", colour_name(live));
}

/* Requests that the colour still has in it, those of workers on their way out too:
 * long ones, and upgraded connections from before a switch. */
static long long sessions_on(const struct model *model, enum colour colour)
{
    const struct traffic_point *last = traffic_last(&model->traffic);
    long long sessions = balancers_old_sessions(model, colour);

    return last != NULL ? sessions + last->backend[colour].sessions : sessions;
}

struct check check_sessions(const struct model *model)
{
    const struct run *run = &model->run;
    int64_t left_ms =
        run->begun_ms + model->settings->drain_s * 1000 - model->now.mono_ms;

    if (run->kind != RUN_DEPLOY)
        return check_say(CHECK_SKIPPED, "nothing is changed on the hosts");
    if (!run->target_known)
        return check_without_target(model);
    long long sessions = sessions_on(model, run->target);
    const char *colour = colour_name(run->target);
    if (sessions == 0)
        return check_say(CHECK_OK, "none is on %s", colour);
    if (model->settings->drain_s == 0)
        return check_say(CHECK_WARN, "%lld are still on %s: its restart may cut them",
                         sessions, colour);
    if (left_ms > 0)
        return check_say(CHECK_PENDING,
                         "%lld are still on %s: waiting for their end, "
                         "%lld s more",
                         sessions, colour, (long long)(left_ms + 999) / 1000);
    return check_say(CHECK_BAD,
                     "%lld are still on %s: wait for their end, or allow that they are "
                     "cut: [run] drain = 0",
                     sessions, colour);
}

struct check check_without_target(const struct model *model)
{
    enum check_state share = check_share(model).state;

    if (share == CHECK_BAD || share == CHECK_SKIPPED)
        return check_say(CHECK_SKIPPED, "no target without one live colour");
    return check_say(CHECK_PENDING, "waiting to know the live colour");
}
