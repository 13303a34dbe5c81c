#include "core/contract.h"

#include "base/str.h"
#include "core/balancers.h"
#include "core/model.h"

#include <string.h>

static const struct {
    const char *name;
    const char *help;
} states[CONTRACT_STATE_COUNT] = {
#define X(state, name, help) [state] = {name, help},
    CONTRACT_STATES(X)
#undef X
};

const char contract_words[] = "past the contract";

const char *contract_state_name(enum contract_state state)
{
    return states[state].name;
}

const char *contract_state_help(enum contract_state state)
{
    return states[state].help;
}

enum contract_state contract_state_from_name(const char *name)
{
    for (enum contract_state state = 0; state < CONTRACT_STATE_COUNT; state++) {
        if (str_equal(name, states[state].name))
            return state;
    }
    return CONTRACT_NONE;
}

const struct contract *contract_known(const struct model *model)
{
    const struct contract *newest = &model->balancers[0].contract;

    for (int i = 1; i < model->balancer_count; i++) {
        const struct contract *contract = &model->balancers[i].contract;
        int later = strcmp(contract->run, newest->run);
        if (later > 0 || (later == 0 && contract->state > newest->state))
            newest = contract;
    }
    return newest;
}

/* A release that was built when the contract had run already was built for its data:
 * only the one that it closed is out, and, where that was not known, all but its own.
 */
bool contract_closes(const struct contract *contract, const char *sha)
{
    if (contract->state == CONTRACT_NONE)
        return false;
    if (sha[0] == '\0')
        return true;
    return contract->closed[0] != '\0' ? str_equal(sha, contract->closed)
                                       : !str_equal(sha, contract->release);
}

bool contract_closes_colour(const struct model *model, enum colour colour)
{
    const struct fleet *fleet = &model->fleet;
    const struct contract *contract = contract_known(model);
    enum host_role role = role_of_colour(colour);
    int told = 0;

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const struct host_facts *facts = &fleet->hosts[i].facts;
        if (facts->at_ms == 0)
            continue;
        told++;
        if (contract_closes(contract, facts->revision))
            return true;
    }
    return told == 0 && contract_closes(contract, "");
}

void contract_weigh_way_back(const struct model *model, enum colour colour,
                             struct why *why)
{
    const struct contract *contract = contract_known(model);

    if (!contract_closes_colour(model, colour))
        return;
    if (contract->state == CONTRACT_DONE)
        why_add(why,
                "closed by the contract of %.7s: what %s has may not fit the data any "
                "more",
                contract->release, colour_name(colour));
    else
        why_add(
            why,
            "not known, because of the contract of %.7s: %s; what %s has may not fit "
            "the data any more",
            contract->release, states[contract->state].help, colour_name(colour));
}
