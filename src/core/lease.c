#include "core/lease.h"

#include "base/str.h"
#include "core/model.h"
#include "core/why.h"

static const char *const lease_names[LEASE_STATE_COUNT] = {
#define X(state, name, help) [state] = name,
    LEASE_STATES(X)
#undef X
};

static const char *const fuse_names[FUSE_STATE_COUNT] = {
#define X(state, name, help) [state] = name,
    FUSE_STATES(X)
#undef X
};

const char *lease_state_name(enum lease_state state)
{
    return lease_names[state];
}

const char *fuse_state_name(enum fuse_state state)
{
    return fuse_names[state];
}

enum lease_state lease_state_from_name(const char *name)
{
    for (enum lease_state state = 0; state < LEASE_STATE_COUNT; state++) {
        if (str_equal(name, lease_names[state]))
            return state;
    }
    return LEASE_UNKNOWN;
}

enum fuse_state fuse_state_from_name(const char *name)
{
    for (enum fuse_state state = 0; state < FUSE_STATE_COUNT; state++) {
        if (str_equal(name, fuse_names[state]))
            return state;
    }
    return FUSE_NONE;
}

/* Of several load balancers some may have granted it already. */
static bool is_ours(const struct model *model, int place)
{
    const struct balancer *balancer = &model->balancers[place];
    bool claimed = model->hold.state != HOLD_NONE || balancer->grant.epoch > 0;

    return claimed && str_equal(balancer->lease.run, model->hold.run);
}

bool lease_is_foreign_at(const struct model *model, int place)
{
    const struct lease *lease = &model->balancers[place].lease;

    if (lease->state != LEASE_HELD)
        return false;
    if (lease->until_ms > 0 && lease->until_ms <= model->now.mono_ms)
        return false;
    if (model->run.resumed && str_equal(lease->run, model->run.id))
        return false; /* an earlier engine's, of the run that goes on */
    return !is_ours(model, place);
}

bool lease_is_foreign(const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (lease_is_foreign_at(model, i))
            return true;
    }
    return false;
}

void lease_sentence(const struct model *model, char *buffer, size_t size)
{
    const struct lease *lease = balancers_lease(model);
    struct str out = str_on(buffer, size);

    str_addf(&out, "%s@%s holds the lease", lease->who, lease->where);
    if (lease->since_ms > 0) {
        long long seconds = (model->now.mono_ms - lease->since_ms) / 1000;
        str_addf(&out, " for %02lld:%02lld", seconds / 60, seconds % 60);
    }
    str_addf(&out, ", run %s", lease->run);
    if (lease->stage[0] != '\0')
        str_addf(&out, " at %s", lease->stage);
}

static bool is_ours_at_all(const struct model *model, struct why *why)
{
    const struct hold *hold = &model->hold;

    if (hold->state != HOLD_OURS)
        why_add(why, "the lease is not ours%s%s", hold->trouble[0] != '\0' ? ": " : "",
                hold->trouble);
    else if (balancers_count(model) == 1 && model->balancers[0].host < 0)
        why_add(why, "the API lists no load balancer: nothing can be changed on it");
    else
        return true;
    return false;
}

static int64_t silent_ms(const struct model *model, int place)
{
    return model->now.mono_ms - (model->balancer_count == 1
                                     ? model->hold.confirmed_ms
                                     : model->balancers[place].grant.confirmed_ms);
}

static void say_silent(const struct model *model, int place, struct why *why)
{
    const char *name =
        model->balancer_count == 1 ? "the load balancer" : balancers_name(model, place);

    if (model->balancers[place].grant.confirmed_ms == 0 && model->balancer_count > 1)
        why_add(why,
                "%s has not granted us the lease yet: nothing is changed until it does",
                name);
    else
        why_add(
            why,
            "%s has not confirmed our lease for %lld s: nothing is changed until it "
            "does",
            name, (long long)silent_ms(model, place) / 1000);
}

bool hold_serves(const struct model *model, struct why *why)
{
    bool serves = is_ours_at_all(model, why);

    for (int i = balancers_next(model, -1); serves && i >= 0;
         i = balancers_next(model, i)) {
        if (silent_ms(model, i) < LEASE_DEMOTE_MS)
            continue;
        say_silent(model, i, why);
        return false;
    }
    return serves;
}

bool hold_serves_some(const struct model *model, struct why *why)
{
    if (!is_ours_at_all(model, why))
        return false;
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        if (silent_ms(model, i) < LEASE_DEMOTE_MS)
            return true;
    }
    say_silent(model, balancers_next(model, -1), why);
    return false;
}

/* A run that goes on does not keep the lease that it had before it was cut off: what
 * was sent under that one must come to nothing. */
static bool renews_own(const struct model *model)
{
    return model->run.resumed && model->hold.epoch == 0;
}

int64_t hold_above(const struct model *model)
{
    int64_t above = balancers_epoch(model);

    if (model->hold.epoch - 1 > above)
        above = model->hold.epoch - 1;
    for (int i = 0; i < model->balancer_count && renews_own(model); i++) {
        if (model->balancers[i].lease.epoch > above)
            above = model->balancers[i].lease.epoch;
    }
    return above;
}

void hold_drop(struct model *model)
{
    model->hold = (struct hold){.state = HOLD_NONE};
    for (int i = 0; i < model->balancer_count; i++)
        model->balancers[i].grant = (struct grant){.epoch = 0};
}

bool hold_is_asked(const struct model *model)
{
    for (int i = 0; i < model->balancer_count; i++) {
        if (model->balancers[i].grant.asked)
            return true;
    }
    return false;
}

bool fuse_is_ours(const struct model *model)
{
    enum fuse_state state = balancers_fuse(model)->state;

    return model->run.fused && (state == FUSE_ARMED || state == FUSE_HELD);
}

int64_t fuse_left_ms(const struct model *model)
{
    const struct fuse *fuse = balancers_fuse(model);
    int64_t left_ms = fuse->until_ms - model->now.mono_ms;

    return fuse->state == FUSE_ARMED && left_ms > 0 ? left_ms : 0;
}
