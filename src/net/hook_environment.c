#include "net/hook_environment.h"

#include "base/str.h"

#include <unistd.h>

/* The lines of ours are told apart by their beginning. */
static const char prefix[] = "BGC_";

static void add_line(struct hook_environment *environment, const char *line)
{
    if (environment->count < HOOK_LINES_MAX)
        environment->lines[environment->count++] = line;
}

static void add(struct hook_environment *environment, const char *name,
                const char *value)
{
    if (environment->own_count == HOOK_OWN_LINES)
        return;
    char *line = environment->own[environment->own_count++];
    struct str text = str_on(line, HOOK_LINE_MAX);
    str_addf(&text, "%s%s=%s", prefix, name, value);
    add_line(environment, line);
}

void hook_environment_fill(struct hook_environment *environment,
                           const struct model *model, enum stage stage,
                           enum hook_when when)
{
    const struct run *run = &model->run;
    char name[HOOK_NAME_MAX];

    hook_name(stage, when, name);
    add(environment, "HOOK", name);
    add(environment, "STAGE", stage_name(stage));
    add(environment, "APP", model->settings->app);
    add(environment, "ENVIRONMENT", model->settings->environment);
    add(environment, "ENV", model->env);
    add(environment, "RUN", run->id);
    add(environment, "KIND", run_kind_name(run->kind));
    add(environment, "STATE", run_state_name(run->state));
    add(environment, "TARGET", run->target_known ? colour_name(run->target) : "");
    add(environment, "REF", run->ref);
    add(environment, "SHA", run->sha);
    add(environment, "RELEASE", run->release);
    add(environment, "REASON", run->reason);
    for (char **line = environ; *line != NULL; line++) {
        if (!str_starts(*line, prefix))
            add_line(environment, *line);
    }
    environment->lines[environment->count] = NULL;
}
