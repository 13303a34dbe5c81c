#include "core/recipe_manifest.h"

#include "base/str.h"
#include "core/recipe_key.h"

#include <string.h>

enum { LIMIT_DEFAULT_S = 600, IDLE_DEFAULT_S = 120 };

struct reading {
    struct recipe *recipe;
    char section[INI_NAME_MAX + 1]; /* that is being read */
    bool head_read;                 /* [recipe] was there */
    unsigned given;                 /* bits: its keys so far */
};

static bool refuse_section(const struct ini_entry *entry, struct err *err,
                           const char *why)
{
    return err_set(err, ERR_CONFIG, "%s:%d: [%s]%s", entry->file, entry->line,
                   entry->section, why);
}

static bool begin_variable(struct recipe *recipe, const struct ini_entry *entry,
                           struct err *err)
{
    char name[VARIABLE_NAME_MAX];

    if (!recipe_variable_name(entry->section, name))
        return refuse_section(entry, err,
                              ": a variable is called BGC_ and then capitals, digits "
                              "and '_', and not as one that every script has");
    if (recipe_variable(recipe, name) != NULL)
        return refuse_section(entry, err, " stands here a second time");
    if (recipe->variable_count == RECIPE_VARIABLES_MAX)
        return refuse_section(entry, err, ": a recipe has at most 16 variables");

    struct recipe_variable *variable = &recipe->variables[recipe->variable_count++];
    *variable = (struct recipe_variable){.like = "text"};
    str_copy(variable->name, sizeof variable->name, name);
    return true;
}

/* Names become directories on hosts and words on the screen. */
static bool is_plain_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && name[length] == '\0' && length < RECIPE_NAME_MAX;
}

static bool begin_step(struct recipe *recipe, const struct ini_entry *entry,
                       struct err *err)
{
    if (!is_plain_name(entry->section))
        return err_set(err, ERR_CONFIG,
                       "%s:%d: [%s]: a step's name is lower-case letters, digits and "
                       "'-', at most %d of them",
                       entry->file, entry->line, entry->section, RECIPE_NAME_MAX - 1);
    if (recipe_find(recipe, entry->section) >= 0)
        return refuse_section(entry, err, " stands here a second time");
    if (recipe->step_count == RECIPE_STEPS_MAX)
        return err_set(err, ERR_CONFIG,
                       "%s:%d: [%s]: a recipe has at most %d steps; join some",
                       entry->file, entry->line, entry->section, RECIPE_STEPS_MAX);

    struct recipe_step *step = &recipe->steps[recipe->step_count++];
    *step = (struct recipe_step){.limit_s = LIMIT_DEFAULT_S, .idle_s = IDLE_DEFAULT_S};
    str_copy(step->name, sizeof step->name, entry->section);
    return true;
}

static bool begin_section(struct reading *reading, const struct ini_entry *entry,
                          struct err *err)
{
    str_copy(reading->section, sizeof reading->section, entry->section);
    reading->given = 0;
    if (recipe_section_is_variable(entry->section))
        return begin_variable(reading->recipe, entry, err);
    if (!recipe_section_is_head(entry->section))
        return begin_step(reading->recipe, entry, err);
    if (reading->head_read)
        return refuse_section(entry, err, " stands here a second time");
    reading->head_read = true;
    return true;
}

static bool refuse_key(const struct ini_entry *entry, const struct recipe_key *keys,
                       struct err *err)
{
    char buffer[120];
    struct str known = str_on(buffer, sizeof buffer);

    for (int i = 0; i < RECIPE_KEYS_MAX && keys[i].key != NULL; i++)
        str_addf(&known, "%s%s", i > 0 ? ", " : "", keys[i].key);
    return err_set(err, ERR_CONFIG, "%s:%d: [%s] %s: no such key; known are %s",
                   entry->file, entry->line, entry->section, entry->key, buffer);
}

static bool take_entry(void *context, const struct ini_entry *entry, struct err *err)
{
    struct reading *reading = context;
    const struct recipe_key *keys = recipe_keys_of(entry->section);

    if (!str_equal(entry->section, reading->section) &&
        !begin_section(reading, entry, err))
        return false;
    for (int i = 0; i < RECIPE_KEYS_MAX && keys[i].key != NULL; i++) {
        if (!str_equal(entry->key, keys[i].key))
            continue;
        if (reading->given & (1U << i))
            return err_set(err, ERR_CONFIG, "%s:%d: [%s] %s is given twice",
                           entry->file, entry->line, entry->section, entry->key);
        reading->given |= 1U << i;
        return keys[i].take(reading->recipe, entry, err);
    }
    return refuse_key(entry, keys, err);
}

/* ---- what must hold for the whole ---- */

static bool step_is_sound(const struct recipe *recipe, int index, const char *file,
                          struct err *err)
{
    const struct recipe_step *step = &recipe->steps[index];
    bool on_failure = step->scope == STEP_ON_FAILURE;
    bool of_deploy = step->when == RECIPE_WHEN_DEPLOY;
    bool in_deploy =
        !on_failure && (of_deploy || step->when == RECIPE_WHEN_MIGRATE_EXPAND);

    if (step->script[0] == '\0')
        return err_set(err, ERR_CONFIG, "%s: [%s] names no script", file, step->name);
    if (on_failure && !of_deploy)
        return err_set(err, ERR_CONFIG,
                       "%s: [%s] has scope on-failure, so it has no `when`", file,
                       step->name);
    if (on_failure && recipe_diagnosis(recipe) != index)
        return err_set(err, ERR_CONFIG,
                       "%s: [%s] is a second step of scope on-failure; there is one at "
                       "most",
                       file, step->name);
    if (in_deploy && index >= recipe_deploy_steps(recipe))
        return err_set(err, ERR_CONFIG,
                       "%s: [%s] is a step of a deploy, and stands after one that is "
                       "not; those of a deploy come first",
                       file, step->name);
    if (!of_deploy && recipe_step_for(recipe, step->when) != index)
        return err_set(err, ERR_CONFIG,
                       "%s: [%s] is a second step for %s; there is one at most", file,
                       step->name, recipe_when_name(step->when));
    return true;
}

static bool steps_are_sound(const struct recipe *recipe, const char *file,
                            struct err *err)
{
    for (int i = 0; i < recipe->step_count; i++) {
        if (!step_is_sound(recipe, i, file, err))
            return false;
    }
    if (recipe_deploy_steps(recipe) == 0)
        return err_set(err, ERR_CONFIG, "%s: a recipe needs at least one step", file);
    return true;
}

static bool variables_are_sound(struct recipe *recipe, const char *file,
                                struct err *err)
{
    for (int i = 0; i < recipe->variable_count; i++) {
        struct recipe_variable *variable = &recipe->variables[i];
        char key[VARIABLE_KEY_MAX];
        recipe_variable_key(variable->name, key);
        if (!recipe_value_fits(variable->like, variable->fallback))
            return err_set(err, ERR_CONFIG, "%s: [%s] default = %s is not like %s",
                           file, key, variable->fallback, variable->like);
        str_copy(variable->value, sizeof variable->value, variable->fallback);
    }
    return true;
}

/* A migration runs on one host, whatever its scope says. */
static void settle_scopes(struct recipe *recipe)
{
    for (int i = 0; i < recipe->step_count; i++) {
        struct recipe_step *step = &recipe->steps[i];
        if (step->when == RECIPE_WHEN_MIGRATE_EXPAND ||
            step->when == RECIPE_WHEN_MIGRATE_CONTRACT)
            step->scope = STEP_ONCE;
    }
}

bool recipe_read(struct recipe *recipe, const char *name, const char *file,
                 const char *text, size_t length, struct err *err)
{
    struct reading reading = {.recipe = recipe};

    *recipe = (struct recipe){.step_count = 0};
    if (!str_copy(recipe->name, sizeof recipe->name, name))
        return err_set(err, ERR_CONFIG, "recipe %s: a name has at most %d bytes", name,
                       RECIPE_NAME_MAX - 1);
    if (!ini_read_text(file, text, length, take_entry, &reading, err))
        return false;
    settle_scopes(recipe);
    return steps_are_sound(recipe, file, err) && variables_are_sound(recipe, file, err);
}

static bool refuse_value(const struct recipe *recipe, const struct recipe_value *value,
                         struct err *err)
{
    char buffer[400];
    struct str known = str_on(buffer, sizeof buffer);

    for (int i = 0; i < recipe->variable_count; i++)
        str_addf(&known, "%s%s", i > 0 ? ", " : "", recipe->variables[i].name);
    return err_set(
        err, ERR_CONFIG,
        "line %d: [recipe] %s: the recipe %s has no such variable; it has %s",
        value->line, value->name, recipe->name,
        recipe->variable_count > 0 ? buffer : "none");
}

bool recipe_take_values(struct recipe *recipe, const struct recipe_value *values,
                        int count, struct err *err)
{
    for (int i = 0; i < count; i++) {
        struct recipe_variable *variable = recipe_variable(recipe, values[i].name);
        if (variable == NULL)
            return refuse_value(recipe, &values[i], err);
        if (!recipe_value_fits(variable->like, values[i].value))
            return err_set(err, ERR_CONFIG, "line %d: [recipe] %s = %s: expected %s",
                           values[i].line, values[i].name, values[i].value,
                           variable->like);
        str_copy(variable->value, sizeof variable->value, values[i].value);
    }
    return true;
}
