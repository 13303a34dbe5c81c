#include "core/recipe.h"

#include "base/ini.h"
#include "base/str.h"

#include <string.h>

enum { STEP_LIMIT_MAX_S = 24 * 60 * 60 };

enum { KEY_COUNT = 6 };

struct reading {
    struct recipe *recipe;
    bool given[KEY_COUNT]; /* in the step that is being read */
};

typedef bool take_value_fn(struct recipe_step *step, const struct ini_entry *entry,
                           struct err *err);

static bool refuse(const struct ini_entry *entry, struct err *err, const char *expected)
{
    return err_set(err, ERR_CONFIG, "%s:%d: [%s] %s = %s: expected %s", entry->file,
                   entry->line, entry->section, entry->key, entry->value, expected);
}

/* Names become directories on hosts and words on the screen. */
static bool is_plain_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && name[length] == '\0' && length < RECIPE_NAME_MAX;
}

static bool is_file_name(const char *name)
{
    size_t length =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                     "-_.");
    return length > 0 && name[length] == '\0' && length < RECIPE_NAME_MAX &&
           name[0] != '.';
}

static bool take_script(struct recipe_step *step, const struct ini_entry *entry,
                        struct err *err)
{
    if (!is_file_name(entry->value))
        return refuse(entry, err, "the name of a file beside the manifest");
    str_copy(step->script, sizeof step->script, entry->value);
    return true;
}

static bool take_help(struct recipe_step *step, const struct ini_entry *entry,
                      struct err *err)
{
    if (!str_copy(step->help, sizeof step->help, entry->value))
        return refuse(entry, err, "a shorter text");
    return true;
}

static bool take_scope(struct recipe_step *step, const struct ini_entry *entry,
                       struct err *err)
{
    static const char *const scopes[] = {
        [STEP_EACH_HOST] = "each-host",
        [STEP_ONCE] = "once",
        [STEP_ON_FAILURE] = "on-failure",
    };
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        if (str_equal(entry->value, scopes[i])) {
            step->scope = (enum step_scope)i;
            return true;
        }
    }
    return refuse(entry, err, "each-host, once or on-failure");
}

static bool take_when(struct recipe_step *step, const struct ini_entry *entry,
                      struct err *err)
{
    static const char *const names[RECIPE_WHEN_COUNT] = {
#define X(when, name, help) [when] = name,
        RECIPE_WHENS(X)
#undef X
    };
    for (enum recipe_when when = 0; when < RECIPE_WHEN_COUNT; when++) {
        if (str_equal(entry->value, names[when])) {
            step->when = when;
            return true;
        }
    }
    return refuse(entry, err,
                  "deploy, warm-up, on-live, on-idle, migrate-expand or "
                  "migrate-contract");
}

static bool take_seconds(int *seconds, const struct ini_entry *entry, struct err *err)
{
    long long number;

    if (!str_to_long(entry->value, 1, STEP_LIMIT_MAX_S, &number))
        return refuse(entry, err, "seconds, 1 to 86400");
    *seconds = (int)number;
    return true;
}

static bool take_limit(struct recipe_step *step, const struct ini_entry *entry,
                       struct err *err)
{
    return take_seconds(&step->limit_s, entry, err);
}

static bool take_idle(struct recipe_step *step, const struct ini_entry *entry,
                      struct err *err)
{
    return take_seconds(&step->idle_s, entry, err);
}

/* clang-format off */
static const struct {
    const char *key;
    take_value_fn *take;
} keys[KEY_COUNT] = {
    {"script",  take_script},  /* the file of the step */
    {"help",    take_help},    /* what it does, for the screen */
    {"scope",   take_scope},   /* where it runs; each-host unless said */
    {"when",    take_when},    /* the moment of a run that it belongs to */
    {"limit_s", take_limit},   /* the whole step */
    {"idle_s",  take_idle},    /* without a byte of output */
};
/* clang-format on */

enum { LIMIT_DEFAULT_S = 600, IDLE_DEFAULT_S = 120 };

static bool begin_step(struct recipe *recipe, const struct ini_entry *entry,
                       struct err *err)
{
    if (!is_plain_name(entry->section))
        return err_set(err, ERR_CONFIG,
                       "%s:%d: [%s]: a step's name is lower-case letters, digits and "
                       "'-', at most %d of them",
                       entry->file, entry->line, entry->section, RECIPE_NAME_MAX - 1);
    if (recipe_find(recipe, entry->section) >= 0)
        return err_set(err, ERR_CONFIG, "%s:%d: [%s] stands here a second time",
                       entry->file, entry->line, entry->section);
    if (recipe->step_count == RECIPE_STEPS_MAX)
        return err_set(err, ERR_CONFIG,
                       "%s:%d: [%s]: a recipe has at most %d steps; join some",
                       entry->file, entry->line, entry->section, RECIPE_STEPS_MAX);

    struct recipe_step *step = &recipe->steps[recipe->step_count++];
    *step = (struct recipe_step){.limit_s = LIMIT_DEFAULT_S, .idle_s = IDLE_DEFAULT_S};
    str_copy(step->name, sizeof step->name, entry->section);
    return true;
}

static bool take_key(struct reading *reading, const struct ini_entry *entry,
                     struct err *err)
{
    struct recipe *recipe = reading->recipe;

    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (!str_equal(entry->key, keys[i].key))
            continue;
        if (reading->given[i])
            return err_set(err, ERR_CONFIG, "%s:%d: [%s] %s is given twice",
                           entry->file, entry->line, entry->section, entry->key);
        reading->given[i] = true;
        return keys[i].take(&recipe->steps[recipe->step_count - 1], entry, err);
    }
    return err_set(err, ERR_CONFIG,
                   "%s:%d: [%s] %s: no such key; known are script, help, scope, "
                   "when, limit_s and idle_s",
                   entry->file, entry->line, entry->section, entry->key);
}

static bool take_entry(void *context, const struct ini_entry *entry, struct err *err)
{
    struct reading *reading = context;
    struct recipe *recipe = reading->recipe;

    if (recipe->step_count == 0 ||
        !str_equal(entry->section, recipe->steps[recipe->step_count - 1].name)) {
        if (!begin_step(recipe, entry, err))
            return false;
        memset(reading->given, 0, sizeof reading->given);
    }
    return take_key(reading, entry, err);
}

static bool is_of_deploy(const struct recipe_step *step)
{
    return (step->when == RECIPE_WHEN_DEPLOY ||
            step->when == RECIPE_WHEN_MIGRATE_EXPAND) &&
           step->scope != STEP_ON_FAILURE;
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

static bool check_order(const struct recipe *recipe, const char *file, struct err *err)
{
    for (int i = recipe_deploy_steps(recipe); i < recipe->step_count; i++) {
        const struct recipe_step *step = &recipe->steps[i];
        if (is_of_deploy(step))
            return err_set(err, ERR_CONFIG,
                           "%s: [%s] stands after a step that is no part of a deploy; "
                           "those of a deploy come first",
                           file, step->name);
        if (step->when != RECIPE_WHEN_DEPLOY &&
            recipe_step_for(recipe, step->when) != i)
            return err_set(err, ERR_CONFIG,
                           "%s: [%s] is the second step of its moment; join them", file,
                           step->name);
    }
    return true;
}

static bool check_steps(const struct recipe *recipe, const char *file, struct err *err)
{
    bool on_failure = false;

    for (int i = 0; i < recipe->step_count; i++) {
        const struct recipe_step *step = &recipe->steps[i];
        if (step->script[0] == '\0')
            return err_set(err, ERR_CONFIG, "%s: [%s] names no script", file,
                           step->name);
        if (on_failure)
            return err_set(err, ERR_CONFIG,
                           "%s: [%s] stands after a step of scope on-failure; there is "
                           "one at most, the last",
                           file, step->name);
        on_failure = step->scope == STEP_ON_FAILURE;
    }
    if (recipe_deploy_steps(recipe) == 0)
        return err_set(err, ERR_CONFIG, "%s: a recipe needs at least one step", file);
    return check_order(recipe, file, err);
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
    return check_steps(recipe, file, err);
}

int recipe_find(const struct recipe *recipe, const char *step)
{
    for (int i = 0; i < recipe->step_count; i++) {
        if (str_equal(recipe->steps[i].name, step))
            return i;
    }
    return -1;
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
    for (int i = recipe_deploy_steps(recipe); i < recipe->step_count; i++) {
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
