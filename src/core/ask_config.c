#include "core/ask_config.h"

#include "core/ask.h"

/* The file, for whoever waits for it. A file of the operator's that cannot be read is a
 * warning, and is not waited for. */
static bool file_is_wanted(const struct core *core)
{
    const struct run *run = &core->model.run;
    const struct configure *configure = &core->model.configure;

    if (configure->read_ms > 0)
        return false;
    if (run->state == RUN_READING_CONFIG)
        return true;
    bool once = configure->read_trouble[0] == '\0';
    return once && (core->policy.reads_config ||
                    (run->state == RUN_PREFLIGHT && !core->model.config_managed &&
                     run->kind != RUN_ROLLBACK));
}

static bool check_is_wanted(const struct core *core)
{
    const struct configure *configure = &core->model.configure;

    return core->model.run.state == RUN_READING_CONFIG && configure->compared &&
           configure->differs && !configure->checked;
}

static bool balancer_has_address(const struct core *core)
{
    int host = core->model.balancers[0].host;
    return host >= 0 && core->model.fleet.hosts[host].address[0] != '\0';
}

static bool is_wanted(const struct core *core)
{
    return !core->schedule.config_asked && balancer_has_address(core) &&
           (file_is_wanted(core) || check_is_wanted(core));
}

void ask_for_config(struct core *core, struct effects *effects)
{
    if (!is_wanted(core) || core->model.now.mono_ms < core->schedule.config_ms)
        return;
    enum effect_type type = file_is_wanted(core) ? FX_ASK_CONFIG : FX_CHECK_CONFIG;
    core->schedule.config_asked =
        ask(core, effects, type, core->model.balancers[0].host) != NULL;
}

int64_t ask_config_next_ms(const struct core *core)
{
    return is_wanted(core) ? core->schedule.config_ms : INT64_MAX;
}
