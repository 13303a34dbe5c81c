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

bool lease_is_foreign(const struct model *model)
{
    const struct lease *lease = &model->balancer.lease;
    const struct hold *hold = &model->hold;

    if (lease->state != LEASE_HELD)
        return false;
    if (lease->until_ms > 0 && lease->until_ms <= model->now.mono_ms)
        return false;
    if (model->run.resumed && str_equal(lease->run, model->run.id))
        return false; /* an earlier engine's, of the run that goes on */
    return hold->state == HOLD_NONE || !str_equal(lease->run, hold->run);
}

void lease_sentence(const struct model *model, char *buffer, size_t size)
{
    const struct lease *lease = &model->balancer.lease;
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

int64_t lease_above(const struct model *model)
{
    const struct balancer *balancer = &model->balancer;

    return model->run.resumed && balancer->lease.epoch > balancer->epoch
               ? balancer->lease.epoch
               : balancer->epoch;
}

bool hold_serves(const struct model *model, struct why *why)
{
    const struct hold *hold = &model->hold;

    if (hold->state != HOLD_OURS) {
        why_add(why, "the lease is not ours%s%s", hold->trouble[0] != '\0' ? ": " : "",
                hold->trouble);
        return false;
    }
    if (model->balancer.host < 0) {
        why_add(why, "the API lists no load balancer: nothing can be changed on it");
        return false;
    }
    int64_t silent_ms = model->now.mono_ms - hold->confirmed_ms;
    if (silent_ms < LEASE_DEMOTE_MS)
        return true;
    why_add(why,
            "the load balancer has not confirmed our lease for %lld s: nothing is "
            "changed until it does",
            (long long)silent_ms / 1000);
    return false;
}

bool fuse_is_ours(const struct model *model)
{
    return model->run.fused && (model->balancer.fuse.state == FUSE_ARMED ||
                                model->balancer.fuse.state == FUSE_HELD);
}

int64_t fuse_left_ms(const struct model *model)
{
    const struct fuse *fuse = &model->balancer.fuse;
    int64_t left_ms = fuse->until_ms - model->now.mono_ms;

    return fuse->state == FUSE_ARMED && left_ms > 0 ? left_ms : 0;
}
