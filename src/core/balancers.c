#include "core/balancers.h"

#include "base/str.h"
#include "core/model.h"

int balancers_place(const struct model *model, int host)
{
    if (host < 0)
        return model->balancer_count == 1 ? 0 : -1;
    for (int place = 0; place < model->balancer_count; place++) {
        if (model->balancers[place].host == host)
            return place;
    }
    return -1;
}

int balancers_next(const struct model *model, int place)
{
    bool in_run = run_is_open(model->run.state);

    for (int i = place + 1; i < model->balancer_count; i++) {
        if (!in_run || !model->balancers[i].left_out)
            return i;
    }
    return -1;
}

int balancers_count(const struct model *model)
{
    int count = 0;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i))
        count++;
    return count;
}

const char *balancers_name(const struct model *model, int place)
{
    int host = place >= 0 ? model->balancers[place].host : -1;
    return host >= 0 ? model->fleet.hosts[host].droplet.name : "the load balancer";
}

void balancers_prefix(const struct model *model, int place, char *buffer, size_t size)
{
    struct str out = str_on(buffer, size);

    if (model->balancer_count > 1)
        str_addf(&out, "%s: ", balancers_name(model, place));
}

bool balancers_is_lost(const struct model *model, int place)
{
    return model->balancer_count > 1 &&
           (!model->balancers[place].sampled ||
            model->run.change.parts[place].state == PART_ASKED);
}

bool balancers_is_silent(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];
    return !balancer->left_out && !balancer->sampled && balancer->trouble[0] != '\0';
}

void balancers_write_silent(const struct model *model, struct str *out)
{
    const char *between = "";

    for (int i = 0; i < model->balancer_count; i++) {
        if (!balancers_is_silent(model, i))
            continue;
        str_addf(out, "%s%s", between, balancers_name(model, i));
        between = ", ";
    }
}

const char *balancers_trouble(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (model->balancers[i].trouble[0] != '\0')
            return model->balancers[i].trouble;
    }
    return "";
}

/* ---- the share ---- */

int model_share(const struct model *model)
{
    int share = SHARE_UNKNOWN;
    bool told = false;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct balancer *balancer = &model->balancers[i];
        if (!balancer->sampled)
            continue;
        if (told && balancer->runtime_share != share)
            return SHARE_UNKNOWN;
        share = balancer->runtime_share;
        told = true;
    }
    return share;
}

int balancers_last_share(const struct model *model)
{
    int first = balancers_next(model, -1);

    for (int i = first; i >= 0; i = balancers_next(model, i)) {
        if (model->balancers[i].runtime_share != model->balancers[first].runtime_share)
            return SHARE_UNKNOWN;
    }
    return first >= 0 ? model->balancers[first].runtime_share : SHARE_UNKNOWN;
}

bool balancers_all_tell(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (!model->balancers[i].sampled)
            return false;
    }
    return true;
}

bool balancers_disagree(const struct model *model)
{
    const struct balancer *first = NULL;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct balancer *balancer = &model->balancers[i];
        if (!balancer->sampled)
            continue;
        if (first != NULL && balancer->runtime_share != first->runtime_share)
            return true;
        first = balancer;
    }
    return false;
}

void balancers_write_shares(const struct model *model, struct str *out)
{
    const char *between = "";

    for (int i = 0; i < model->balancer_count; i++) {
        const struct balancer *balancer = &model->balancers[i];
        str_addf(out, "%s%s ", between, balancers_name(model, i));
        if (!balancer->sampled)
            str_add(out, "does not answer");
        else if (balancer->runtime_share == SHARE_UNKNOWN)
            str_add(out, "has no valid share");
        else
            str_addf(out, "sends %d %% to green", balancer->runtime_share);
        between = ", ";
    }
}

/* ---- what was told, and when ---- */

int64_t balancers_sampled_ms(const struct model *model)
{
    int64_t oldest_ms = INT64_MAX;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (model->balancers[i].sampled_ms < oldest_ms)
            oldest_ms = model->balancers[i].sampled_ms;
    }
    return oldest_ms < INT64_MAX ? oldest_ms : 0;
}

int64_t balancers_asked_ms(const struct model *model)
{
    int64_t oldest_ms = INT64_MAX;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (model->balancers[i].asked_ms < oldest_ms)
            oldest_ms = model->balancers[i].asked_ms;
    }
    return oldest_ms < INT64_MAX ? oldest_ms : 0;
}

int64_t balancers_live_since_ms(const struct model *model)
{
    int64_t newest_ms = 0;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (model->balancers[i].live_since_ms > newest_ms)
            newest_ms = model->balancers[i].live_since_ms;
    }
    return newest_ms;
}

int64_t balancers_epoch(const struct model *model)
{
    int64_t greatest = 0;

    for (int i = 0; i < model->balancer_count; i++) {
        if (model->balancers[i].epoch > greatest)
            greatest = model->balancers[i].epoch;
    }
    return greatest;
}

int64_t balancers_seq(const struct model *model, int64_t epoch)
{
    int64_t greatest = 0;

    for (int i = 0; i < model->balancer_count; i++) {
        const struct balancer *balancer = &model->balancers[i];
        if (balancer->epoch == epoch && balancer->seq > greatest)
            greatest = balancer->seq;
    }
    return greatest;
}

/* ---- what matters most ---- */

const struct lease *balancers_lease(const struct model *model)
{
    const struct lease *most = &model->balancers[0].lease;

    for (int i = 0; i < model->balancer_count; i++) {
        const struct lease *lease = &model->balancers[i].lease;
        if (lease_is_foreign_at(model, i))
            return lease;
        if (lease->state == LEASE_HELD && most->state != LEASE_HELD)
            most = lease;
        else if (most->state == LEASE_UNKNOWN)
            most = lease;
    }
    return most;
}

/* The smaller, the more it matters. */
static int rank(enum fuse_state state)
{
    static const int ranks[FUSE_STATE_COUNT] = {
        [FUSE_HELD] = 0, [FUSE_ARMED] = 1, [FUSE_FIRED] = 2, [FUSE_NONE] = 3};

    return ranks[state];
}

const struct fuse *balancers_fuse(const struct model *model)
{
    const struct fuse *most = &model->balancers[0].fuse;

    for (int i = 1; i < model->balancer_count; i++) {
        const struct fuse *fuse = &model->balancers[i].fuse;
        if (rank(fuse->state) < rank(most->state) ||
            (fuse->state == FUSE_ARMED && most->state == FUSE_ARMED &&
             fuse->until_ms < most->until_ms))
            most = fuse;
    }
    return most;
}

bool balancers_maintain(const struct model *model)
{
    for (int i = 0; i < model->balancer_count; i++) {
        if (model->balancers[i].maintenance)
            return true;
    }
    return false;
}

int balancers_old_workers(const struct model *model)
{
    int count = 0;

    for (int i = 0; i < model->balancer_count; i++)
        count += model->balancers[i].old_workers;
    return count;
}

int64_t balancers_old_sessions(const struct model *model, enum colour colour)
{
    int64_t sessions = 0;

    for (int i = 0; i < model->balancer_count; i++)
        sessions += model->balancers[i].old_sessions[colour];
    return sessions;
}
