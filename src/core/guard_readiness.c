#include "core/guard.h"

#include "base/str.h"
#include "core/evidence.h"
#include "core/model.h"

/* Each host of the colour: counted, and what is wrong with it. */
static void weigh_hosts(const struct model *model, enum colour colour,
                        struct readiness *readiness)
{
    const struct fleet *fleet = &model->fleet;
    enum host_role role = role_of_colour(colour);
    char sentence[WHY_LINE_MAX];

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const struct host *host = &fleet->hosts[i];
        readiness->total++;
        server_sentence(host, sentence, sizeof sentence);
        if (sentence[0] != '\0')
            why_add(&readiness->why, "%s: %s", host->droplet.name, sentence);
        else
            readiness->up++;
        if (host->health.state == HEALTH_SICK)
            why_add(&readiness->why, "%s: %s", host->droplet.name,
                    probe_reason_help(host->health.last.reason));
        else if (host->health.state == HEALTH_UNKNOWN)
            why_add(&readiness->why, "%s: not probed enough yet", host->droplet.name);
    }
}

static void weigh_release(const struct model *model, enum colour colour,
                          struct readiness *readiness)
{
    char release[SHA_HEX_SIZE];
    bool all_agree;

    fleet_release(&model->fleet, colour, release, &all_agree);
    str_copy(readiness->release, sizeof readiness->release, release);
    if (!all_agree)
        why_add(&readiness->why,
                release[0] == '\0' ? "%s has told no release"
                                   : "not every host of %s told the same release",
                colour_name(colour));
}

static void weigh_way_back(const struct model *model, enum colour colour,
                           struct readiness *readiness)
{
    readiness->to = colour;
    contract_weigh_way_back(model, colour, &readiness->why);
    weigh_hosts(model, colour, readiness);
    weigh_release(model, colour, readiness);
}

/* Whether the hosts of the run's target may be half way between two releases. */
static bool is_deploying(const struct run *run)
{
    return run->kind == RUN_DEPLOY && run_is_open(run->state) &&
           run->state >= RUN_DEPLOYING;
}

/* An unconfirmed switch goes back as it came, also where only a part has moved. */
static bool can_take_back(const struct run *run)
{
    return run->fused && (run->state == RUN_HOLDING || run->state == RUN_STEP_GATE ||
                          run->state == RUN_WATCHING || run->state == RUN_FINISH_GATE);
}

void rollback_readiness(const struct model *model, struct readiness *ret_readiness)
{
    const struct run *run = &model->run;
    struct why *why = &ret_readiness->why;
    enum colour live;

    *ret_readiness = (struct readiness){.ready = false};
    if (can_take_back(run)) {
        weigh_way_back(model, colour_other(run->target), ret_readiness);
        hold_serves(model, why);
    } else if (evidence_has_live_colour(model, &live, why) &&
               evidence_has_hosts(model, colour_other(live), why)) {
        enum colour other = colour_other(live);
        if (is_deploying(run) && run->target == other)
            why_add(why, "run %u is changing %s", run->number, colour_name(other));
        weigh_way_back(model, other, ret_readiness);
    }
    ret_readiness->ready = why->count == 0;
}
