#include "ui/lease_words.h"

#include "ui/age.h"

static enum style write_ours(const struct model *model, struct str *out)
{
    const struct hold *hold = &model->hold;
    const struct lease *lease = &model->balancers[0].lease;
    struct why why;
    char age[AGE_SIZE];

    why_clear(&why);
    if (!hold_serves(model, &why)) {
        age_text(model->now.mono_ms - hold->confirmed_ms, age);
        str_addf(out, "not confirmed %s", age);
        return STYLE_BAD;
    }
    str_add(out, "you");
    if (lease->since_ms > 0 && str_equal(lease->run, hold->run)) {
        age_clock(model->now.mono_ms - lease->since_ms, age);
        str_addf(out, " %s", age);
    }
    return STYLE_OK;
}

static enum style write_foreign(const struct model *model, bool brief, struct str *out)
{
    const struct lease *lease = &model->balancers[0].lease;
    char age[AGE_SIZE];

    str_addf(out, "%s@%s", lease->who, lease->where);
    if (lease->since_ms > 0) {
        age_clock(model->now.mono_ms - lease->since_ms, age);
        str_addf(out, " %s", age);
    }
    if (!brief && lease->stage[0] != '\0')
        str_addf(out, " at %s", lease->stage);
    return STYLE_WARN;
}

enum style lease_write(const struct model *model, bool brief, struct str *out)
{
    if (model->hold.state == HOLD_OURS)
        return write_ours(model, out);
    if (lease_is_foreign(model))
        return write_foreign(model, brief, out);
    if (model->hold.state == HOLD_LOST && run_is_open(model->run.state)) {
        str_add(out, "lost");
        return STYLE_BAD;
    }
    if (model->balancers[0].lease.state == LEASE_UNKNOWN) {
        str_add(out, "not known");
        return STYLE_WARN;
    }
    str_add(out, model->hold.state == HOLD_RELEASING ? "being given back" : "free");
    return STYLE_DIM;
}

bool fuse_write(const struct model *model, enum style *ret_style, struct str *out)
{
    const struct fuse *fuse = &model->balancers[0].fuse;
    char left[AGE_SIZE];

    if (!model->run.fused || !run_is_open(model->run.state))
        return false;
    switch (fuse->state) {
    case FUSE_ARMED:
        age_clock(fuse_left_ms(model), left);
        str_addf(out, "the load balancer takes this back in %s unless confirmed", left);
        *ret_style = STYLE_WARN;
        return true;
    case FUSE_HELD:
        str_addf(out,
                 "it is due, and the load balancer cannot take this back: %s; finish, "
                 "or mend that",
                 fuse->held[0] != '\0' ? fuse->held : "the way back is not open");
        *ret_style = STYLE_BAD;
        return true;
    case FUSE_FIRED:
        str_add(out, "the load balancer took this back");
        *ret_style = STYLE_BAD;
        return true;
    default:
        return false;
    }
}

bool fuse_is_orphan(const struct model *model)
{
    enum fuse_state state = model->balancers[0].fuse.state;

    if (state != FUSE_ARMED && state != FUSE_HELD)
        return false;
    return !(run_is_open(model->run.state) && model->run.fused);
}

void fuse_write_orphan(const struct model *model, struct str *out)
{
    const struct fuse *fuse = &model->balancers[0].fuse;
    char left[AGE_SIZE];

    if (fuse->state == FUSE_HELD) {
        str_addf(out, "unconfirmed switch: due and held, %s", fuse->held);
        return;
    }
    age_clock(fuse_left_ms(model), left);
    str_addf(out, "unconfirmed switch: taken back in %s", left);
}

void fuse_write_run(const struct model *model, struct str *out)
{
    const struct fuse *fuse = &model->balancers[0].fuse;
    const struct lease *lease = &model->balancers[0].lease;

    str_addf(out, "run %s", fuse->run[0] != '\0' ? fuse->run : "not known");
    if (fuse->run[0] != '\0' && str_equal(fuse->run, lease->run))
        str_addf(out, " by %s@%s", lease->who, lease->where);
}
