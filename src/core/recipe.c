#include "core/recipe.h"

#include "base/str.h"

static const struct {
    const char *name;
    const char *help;
} whens[RECIPE_WHEN_COUNT] = {
#define X(when, name, help) [when] = {name, help},
    RECIPE_WHENS(X)
#undef X
};

const char *recipe_when_name(enum recipe_when when)
{
    return whens[when].name;
}

const char *recipe_when_help(enum recipe_when when)
{
    return whens[when].help;
}

const char *step_scope_name(enum step_scope scope)
{
    static const char *const names[] = {
        [STEP_EACH_HOST] = "each-host",
        [STEP_ONCE] = "once",
        [STEP_ON_FAILURE] = "on-failure",
    };
    return names[scope];
}

int recipe_find(const struct recipe *recipe, const char *step)
{
    for (int i = 0; i < recipe->step_count; i++) {
        if (str_equal(recipe->steps[i].name, step))
            return i;
    }
    return -1;
}

static bool is_of_deploy(const struct recipe_step *step)
{
    return (step->when == RECIPE_WHEN_DEPLOY ||
            step->when == RECIPE_WHEN_MIGRATE_EXPAND) &&
           step->scope != STEP_ON_FAILURE;
}

int recipe_deploy_steps(const struct recipe *recipe)
{
    int count = 0;

    while (count < recipe->step_count && is_of_deploy(&recipe->steps[count]))
        count++;
    return count;
}

int recipe_step_for(const struct recipe *recipe, enum recipe_when when)
{
    for (int i = 0; i < recipe->step_count; i++) {
        if (recipe->steps[i].when == when && recipe->steps[i].scope != STEP_ON_FAILURE)
            return i;
    }
    return -1;
}

int recipe_diagnosis(const struct recipe *recipe)
{
    for (int i = 0; i < recipe->step_count; i++) {
        if (recipe->steps[i].scope == STEP_ON_FAILURE)
            return i;
    }
    return -1;
}

struct recipe_variable *recipe_variable(struct recipe *recipe, const char *name)
{
    for (int i = 0; i < recipe->variable_count; i++) {
        if (str_equal(recipe->variables[i].name, name))
            return &recipe->variables[i];
    }
    return NULL;
}
