#include "core/ask_balancers.h"

#include "core/ask.h"

#include <string.h>

static bool is_gone(const struct core *core, const struct balancer *balancer)
{
    return balancer->host >= 0 && core->model.fleet.hosts[balancer->host].gone;
}

static bool balancer_has_address(const struct core *core, int place)
{
    int host = core->model.balancers[place].host;
    return host >= 0 && host_has_address(&core->model.fleet.hosts[host]);
}

/* One that the API no longer lists leaves its place, unless a run is open: it may be
 * listed again, and is asked then. The last one keeps what was told. */
static void let_balancers_go(struct core *core)
{
    struct model *model = &core->model;

    if (model->balancer_count > 1 && run_is_open(model->run.state))
        return;
    for (int i = 0; i < model->balancer_count; i++) {
        if (!is_gone(core, &model->balancers[i]))
            continue;
        core->schedule.watching[model->balancers[i].host] = false;
        if (model->balancer_count == 1) {
            model->balancers[i].host = -1;
            return;
        }
        model->balancer_count--;
        memmove(&model->balancers[i], &model->balancers[i + 1],
                (size_t)(model->balancer_count - i) * sizeof model->balancers[i]);
        i--;
    }
}

static bool has_place(const struct model *model, int host)
{
    for (int i = 0; i < model->balancer_count; i++) {
        if (model->balancers[i].host == host)
            return true;
    }
    return false;
}

/* In the order of the API's listing, which is the same for every console. One that
 * comes in the middle of a run has no part in it. */
static void give_balancers_places(struct core *core)
{
    struct model *model = &core->model;
    const struct fleet *fleet = &model->fleet;
    enum run_state state = model->run.state;

    for (int host = fleet_next(fleet, ROLE_BALANCER, -1); host >= 0;
         host = fleet_next(fleet, ROLE_BALANCER, host)) {
        if (has_place(model, host))
            continue;
        if (model->balancers[0].host < 0)
            model->balancers[0].host = host;
        else if (model->balancer_count < BALANCERS_MAX &&
                 (!run_is_open(state) || state == RUN_PREFLIGHT))
            balancer_init(&model->balancers[model->balancer_count++], host);
    }
}

/* The socket of the settings is that of one load balancer; several are watched over
 * SSH. */
static void watch_balancer(struct core *core, struct effects *effects, int place)
{
    struct schedule *schedule = &core->schedule;
    bool local =
        core->model.settings->socket[0] != '\0' && core->model.balancer_count == 1;
    int host = core->model.balancers[place].host;

    if (local && !schedule->watching_socket)
        schedule->watching_socket = ask(core, effects, FX_WATCH_BALANCER, -1) != NULL;
    else if (!local && balancer_has_address(core, place) && !schedule->watching[host])
        schedule->watching[host] = ask(core, effects, FX_WATCH_BALANCER, host) != NULL;
}

void ask_balancers(struct core *core, struct effects *effects)
{
    struct schedule *schedule = &core->schedule;

    let_balancers_go(core);
    give_balancers_places(core);
    for (int i = 0; i < core->model.balancer_count; i++) {
        int host = core->model.balancers[i].host;
        watch_balancer(core, effects, i);
        if (balancer_has_address(core, i) && !schedule->status_asked[host] &&
            core->model.now.mono_ms >= schedule->status_ms[host])
            schedule->status_asked[host] =
                ask(core, effects, FX_ASK_BALANCER, host) != NULL;
    }
}

int64_t ask_balancers_next_ms(const struct core *core)
{
    const struct schedule *schedule = &core->schedule;
    int64_t next_ms = INT64_MAX;

    for (int i = 0; i < core->model.balancer_count; i++) {
        int host = core->model.balancers[i].host;
        if (balancer_has_address(core, i) && !schedule->status_asked[host] &&
            schedule->status_ms[host] < next_ms)
            next_ms = schedule->status_ms[host];
    }
    return next_ms;
}
