#include "net/job_request.h"

#include <stdio.h>

static void add_text(struct helper_request *request, const char *name,
                     const char *value)
{
    char key[64];
    snprintf(key, sizeof key, "var.%s", name);
    helper_request_add(request, key, value);
}

static void add_number(struct helper_request *request, const char *name,
                       long long value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", value);
    add_text(request, name, digits);
}

static void add_variables(struct helper_request *request, const struct model *model,
                          const struct host *host, const char *step)
{
    const struct settings *settings = model->settings;
    const struct run *run = &model->run;
    bool head = settings->health_method == PROBE_HEAD;
    char who[2 * LEASE_WORDS_MAX + 1];

    snprintf(who, sizeof who, "%s@%s", model->who, model->where);

    add_text(request, "BGC_ENV", model->env);
    add_text(request, "BGC_RUN", run->id);
    add_text(request, "BGC_STEP", step);
    add_text(request, "BGC_HOST", host->droplet.name);
    add_text(request, "BGC_COLOUR", colour_name(run->target));
    add_text(request, "BGC_APP_DIR", settings->directory);
    add_text(request, "BGC_REPOSITORY", settings->repository);
    add_text(request, "BGC_REF", run->ref);
    add_text(request, "BGC_SHA", run->sha);
    add_text(request, "BGC_RELEASE", run->release);
    add_number(request, "BGC_PORT", settings->port);
    add_number(request, "BGC_WORKERS", settings->workers);
    add_text(request, "BGC_PSGI", settings->psgi);
    add_text(request, "BGC_HEALTH_METHOD", head ? "HEAD" : "GET");
    add_text(request, "BGC_HEALTH_PATH", settings->health_path);
    add_number(request, "BGC_KEEP_RELEASES", settings->keep_releases);
    for (int i = 0; i < model->recipe->variable_count; i++) {
        const struct recipe_variable *variable = &model->recipe->variables[i];
        char key[VARIABLE_KEY_MAX];
        recipe_variable_key(variable->name, key);
        add_text(request, key, variable->value);
    }
    add_text(request, "BGC_LINKED", settings->linked);
    add_text(request, "BGC_UNIT", settings->unit);
    add_text(request, "BGC_WHO", who);
}

void job_request_begin(struct helper_request *request, char *buffer, size_t size,
                       const struct model *model, int host, int step)
{
    const struct recipe_step *recipe_step = &model->recipe->steps[step];

    helper_request_begin(request, buffer, size, "start", model->env);
    helper_request_add(request, "run", model->run.id);
    helper_request_add(request, "step", recipe_step->name);
    helper_request_number(request, "epoch", model->run.epoch);
    helper_request_number(request, "seq", model->run.seq);
    helper_request_number(request, "limit_s", recipe_step->limit_s);
    helper_request_number(request, "idle_s", recipe_step->idle_s);
    helper_request_number(request, "follow", 1);
    add_variables(request, model, &model->fleet.hosts[host], recipe_step->name);
}
