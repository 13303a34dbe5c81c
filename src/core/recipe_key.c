#include "core/recipe_key.h"

#include "base/str.h"

#include <string.h>

enum { STEP_LIMIT_MAX_S = 24 * 60 * 60 };

static bool refuse(const struct ini_entry *entry, struct err *err, const char *expected)
{
    return err_set(err, ERR_CONFIG, "%s:%d: [%s] %s = %s: expected %s", entry->file,
                   entry->line, entry->section, entry->key, entry->value, expected);
}

static bool copy_text(char *buffer, size_t size, const struct ini_entry *entry,
                      struct err *err)
{
    return str_copy(buffer, size, entry->value) || refuse(entry, err, "a shorter text");
}

/* ---- [recipe] ---- */

static bool take_recipe_help(struct recipe *recipe, const struct ini_entry *entry,
                             struct err *err)
{
    return copy_text(recipe->help, sizeof recipe->help, entry, err);
}

/* Whoever says no says why: it is shown wherever the recipe is. */
static bool take_tested(struct recipe *recipe, const struct ini_entry *entry,
                        struct err *err)
{
    const char *why = entry->value;

    if (str_equal(entry->value, "yes"))
        return true;
    if (!str_starts(why, "no,"))
        return refuse(entry, err, "yes, or `no, WHY`");
    why += strlen("no,");
    why += strspn(why, " ");
    if (*why == '\0' || !str_copy(recipe->untested, sizeof recipe->untested, why))
        return refuse(entry, err, "yes, or `no, WHY` in 119 bytes");
    return true;
}

/* ---- variables ---- */

static struct recipe_variable *newest_variable(struct recipe *recipe)
{
    return &recipe->variables[recipe->variable_count - 1];
}

static bool take_default(struct recipe *recipe, const struct ini_entry *entry,
                         struct err *err)
{
    struct recipe_variable *variable = newest_variable(recipe);

    return copy_text(variable->fallback, sizeof variable->fallback, entry, err);
}

static bool take_like(struct recipe *recipe, const struct ini_entry *entry,
                      struct err *err)
{
    struct recipe_variable *variable = newest_variable(recipe);

    if (!recipe_like_is_known(entry->value))
        return refuse(entry, err, "1..600, `one | other`, words or text");
    return copy_text(variable->like, sizeof variable->like, entry, err);
}

static bool take_variable_help(struct recipe *recipe, const struct ini_entry *entry,
                               struct err *err)
{
    struct recipe_variable *variable = newest_variable(recipe);

    return copy_text(variable->help, sizeof variable->help, entry, err);
}

/* ---- steps ---- */

static struct recipe_step *newest_step(struct recipe *recipe)
{
    return &recipe->steps[recipe->step_count - 1];
}

static bool is_file_name(const char *name)
{
    size_t length =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                     "-_.");
    return length > 0 && name[length] == '\0' && length < RECIPE_NAME_MAX &&
           name[0] != '.';
}

static bool take_script(struct recipe *recipe, const struct ini_entry *entry,
                        struct err *err)
{
    if (!is_file_name(entry->value))
        return refuse(entry, err, "the name of a file beside the manifest");
    str_copy(newest_step(recipe)->script, RECIPE_NAME_MAX, entry->value);
    return true;
}

static bool take_step_help(struct recipe *recipe, const struct ini_entry *entry,
                           struct err *err)
{
    return copy_text(newest_step(recipe)->help, RECIPE_HELP_MAX, entry, err);
}

static bool take_scope(struct recipe *recipe, const struct ini_entry *entry,
                       struct err *err)
{
    for (enum step_scope scope = STEP_EACH_HOST; scope <= STEP_ON_FAILURE; scope++) {
        if (str_equal(entry->value, step_scope_name(scope))) {
            newest_step(recipe)->scope = scope;
            return true;
        }
    }
    return refuse(entry, err, "each-host, once or on-failure");
}

static bool take_when(struct recipe *recipe, const struct ini_entry *entry,
                      struct err *err)
{
    for (enum recipe_when when = 0; when < RECIPE_WHEN_COUNT; when++) {
        if (str_equal(entry->value, recipe_when_name(when))) {
            newest_step(recipe)->when = when;
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

static bool take_limit(struct recipe *recipe, const struct ini_entry *entry,
                       struct err *err)
{
    return take_seconds(&newest_step(recipe)->limit_s, entry, err);
}

static bool take_idle(struct recipe *recipe, const struct ini_entry *entry,
                      struct err *err)
{
    return take_seconds(&newest_step(recipe)->idle_s, entry, err);
}

/* clang-format off */
static const struct recipe_key head_keys[RECIPE_KEYS_MAX] = {
    {"help",    take_recipe_help},   /* what it deploys, and how */
    {"tested",  take_tested},        /* yes, or no and why */
};

static const struct recipe_key variable_keys[RECIPE_KEYS_MAX] = {
    {"default", take_default},       /* where the settings say nothing */
    {"like",    take_like},          /* what a value may be; text unless said */
    {"help",    take_variable_help}, /* what it is for */
};

static const struct recipe_key step_keys[RECIPE_KEYS_MAX] = {
    {"script",  take_script},        /* the file of the step */
    {"help",    take_step_help},     /* what it does, for the screen */
    {"scope",   take_scope},         /* where it runs; each-host unless said */
    {"when",    take_when},          /* at which moment of a run; deploy unless said */
    {"limit_s", take_limit},         /* the whole step */
    {"idle_s",  take_idle},          /* without a byte of output */
};
/* clang-format on */

/* ---- by section ---- */

bool recipe_section_is_head(const char *section)
{
    return str_equal(section, "recipe");
}

bool recipe_section_is_variable(const char *section)
{
    return section[0] >= 'A' && section[0] <= 'Z' &&
           strpbrk(section, "abcdefghijklmnopqrstuvwxyz") == NULL;
}

const struct recipe_key *recipe_keys_of(const char *section)
{
    return recipe_section_is_head(section)       ? head_keys
           : recipe_section_is_variable(section) ? variable_keys
                                                 : step_keys;
}
