#include "core/settings.h"

#include "base/nearest.h"
#include "core/settings_table.h"

#include <string.h>

enum { ENV_NAME_MAX = 63 }; /* of `<env>` in docs/remote-helpers.md */

struct reading {
    struct settings *settings;
    const char *name;
    int line[SETTINGS_MAX]; /* where a row was given, 0: nowhere */
};

void settings_init(struct settings *settings)
{
    *settings = (struct settings){0};
    for (size_t i = 0; i < setting_count(); i++)
        setting_put(setting_at(i), settings, setting_at(i)->fallback);
}

static bool section_is_known(const char *section)
{
    for (size_t i = 0; i < setting_count(); i++)
        if (str_equal(setting_at(i)->section, section))
            return true;
    return false;
}

/* How unlikely it is that a row was meant. The same key elsewhere is the likeliest
 * slip: a line under the wrong heading. */
static int unlikeliness(const struct setting *row, const struct ini_entry *entry)
{
    int section = nearest_distance(row->section, entry->section);
    int key = nearest_distance(row->key, entry->key);
    if (key == 0)
        return section == 0 ? 0 : 1;
    return section == 0 ? key : key + section;
}

static bool refuse_unknown(const struct ini_entry *entry, struct err *err)
{
    const struct setting *nearest = NULL;
    int least = NEAREST_FAR;
    for (size_t i = 0; i < setting_count(); i++) {
        int distance = unlikeliness(setting_at(i), entry);
        if (distance < least) {
            least = distance;
            nearest = setting_at(i);
        }
    }
    err_set(err, ERR_CONFIG, "%s:%d: [%s] %s: there is no such %s", entry->file,
            entry->line, entry->section, entry->key,
            section_is_known(entry->section) ? "key" : "section");
    if (nearest == NULL)
        return false;
    char said[ERR_TEXT_MAX];
    str_copy(said, sizeof said, err->text);
    return err_set(err, ERR_CONFIG, "%s; did you mean [%s] %s?", said, nearest->section,
                   nearest->key);
}

static bool refuse_value(const struct setting *row, const struct ini_entry *entry,
                         struct err *err)
{
    char buffer[ERR_TEXT_MAX];
    struct str expected = str_on(buffer, sizeof buffer);
    setting_expected(row, &expected);
    const char *value = row->secret ? "(not shown)" : entry->value;
    return err_set(err, ERR_CONFIG, "%s:%d: [%s] %s = %s: expected %s", entry->file,
                   entry->line, entry->section, entry->key, value, expected.at);
}

/* Which names there are, and what they may be, is said by the recipe
 * (core/recipe_manifest.h), which is read later. */
static bool take_recipe_value(struct settings *settings, const struct ini_entry *entry,
                              struct err *err)
{
    struct recipe_value *value = &settings->recipe_values[settings->recipe_value_count];

    for (int i = 0; i < settings->recipe_value_count; i++) {
        if (str_equal(settings->recipe_values[i].name, entry->key))
            return err_set(err, ERR_CONFIG,
                           "%s:%d: [recipe] %s: given already in line %d", entry->file,
                           entry->line, entry->key, settings->recipe_values[i].line);
    }
    if (settings->recipe_value_count == RECIPE_VARIABLES_MAX)
        return err_set(err, ERR_CONFIG, "%s:%d: [recipe] has more than %d variables",
                       entry->file, entry->line, RECIPE_VARIABLES_MAX);
    if (!str_copy(value->name, sizeof value->name, entry->key) ||
        !str_copy(value->value, sizeof value->value, entry->value))
        return err_set(err, ERR_CONFIG, "%s:%d: [recipe] %s: name or value is too long",
                       entry->file, entry->line, entry->key);
    value->line = entry->line;
    settings->recipe_value_count++;
    return true;
}

static bool take_entry(void *context, const struct ini_entry *entry, struct err *err)
{
    struct reading *reading = context;
    if (str_equal(entry->section, "recipe"))
        return take_recipe_value(reading->settings, entry, err);
    int index = setting_find(entry->section, entry->key);
    if (index < 0)
        return refuse_unknown(entry, err);
    const struct setting *row = setting_at((size_t)index);
    if (reading->line[index] != 0)
        return err_set(err, ERR_CONFIG, "%s:%d: [%s] %s: given already in line %d",
                       entry->file, entry->line, entry->section, entry->key,
                       reading->line[index]);
    if (!setting_put(row, reading->settings, entry->value))
        return refuse_value(row, entry, err);
    reading->line[index] = entry->line;
    return true;
}

static bool required_are_given(const struct reading *reading, struct err *err)
{
    for (size_t i = 0; i < setting_count(); i++) {
        const struct setting *row = setting_at(i);
        if (row->example != NULL && reading->line[i] == 0)
            return err_set(err, ERR_CONFIG,
                           "%s: [%s] %s is missing; it must be set, for instance to %s",
                           reading->name, row->section, row->key, row->example);
    }
    return true;
}

/* Two keys that must not say the same, for then one colour would be the other. */
static bool differ(const struct reading *reading, const char *section, const char *a,
                   const char *b, struct err *err)
{
    int rows[] = {setting_find(section, a), setting_find(section, b)};
    char values[2][SETTING_TEXT_MAX];
    for (int i = 0; i < 2; i++)
        setting_get(setting_at((size_t)rows[i]), reading->settings, values[i]);
    if (!str_equal(values[0], values[1]))
        return true;
    int later = reading->line[rows[0]] > reading->line[rows[1]];
    return err_set(err, ERR_CONFIG,
                   "%s:%d: [%s] %s and %s are both %s; they must differ", reading->name,
                   reading->line[rows[later ? 0 : 1]], section, a, b, values[0]);
}

static bool is_on_loopback(const char *bind)
{
    return str_starts(bind, "127.") || str_starts(bind, "[::1]:") ||
           str_starts(bind, "localhost:");
}

/* What would leave a door open, or half of something. */
static bool config_agrees(const struct reading *reading, struct err *err)
{
    const struct settings *settings = reading->settings;
    if (settings->stats_password[0] == '\0' && !is_on_loopback(settings->stats_bind))
        return err_set(
            err, ERR_CONFIG,
            "%s: [config] stats_bind = %s shows the statistics to others; set "
            "stats_password too, or keep it on 127.0.0.1",
            reading->name, settings->stats_bind);
    if ((settings->maintenance_map[0] == '\0') !=
        (settings->maintenance_page[0] == '\0'))
        return err_set(
            err, ERR_CONFIG,
            "%s: [config] maintenance_map and maintenance_page: set both, or "
            "leave both empty",
            reading->name);
    return true;
}

static bool values_agree(const struct reading *reading, struct err *err)
{
    const struct settings *settings = reading->settings;
    if (strlen(settings->app) + 1 + strlen(settings->environment) > ENV_NAME_MAX)
        return err_set(err, ERR_CONFIG,
                       "%s: [environment] app and name have more than %d characters",
                       reading->name, ENV_NAME_MAX - 1);
    return differ(reading, "fleet", "blue_tag", "green_tag", err) &&
           differ(reading, "fleet", "blue_tag", "balancer_tag", err) &&
           differ(reading, "fleet", "green_tag", "balancer_tag", err) &&
           differ(reading, "haproxy", "blue_backend", "green_backend", err) &&
           config_agrees(reading, err);
}

/* What follows from other values where the file is silent. */
static void settings_derive(struct settings *settings)
{
    if (settings->directory[0] == '\0') {
        struct str directory = str_on(settings->directory, sizeof settings->directory);
        str_addf(&directory, "/opt/%s", settings->app);
    }
    settings->production = settings->looks == LOOKS_PRODUCTION ||
                           (settings->looks == LOOKS_BY_NAME &&
                            str_equal(settings->environment, "production"));
}

static bool settings_finish(const struct reading *reading, struct err *err)
{
    if (!required_are_given(reading, err) || !values_agree(reading, err))
        return false;
    settings_derive(reading->settings);
    return true;
}

bool settings_read_text(struct settings *settings, const char *name, const char *text,
                        size_t length, struct err *err)
{
    struct reading reading = {.settings = settings, .name = name};
    settings_init(settings);
    return ini_read_text(name, text, length, take_entry, &reading, err) &&
           settings_finish(&reading, err);
}

static char env_name_byte(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte - 'A' + 'a');
    bool stays = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
    return stays ? byte : '-';
}

void settings_env_name(const struct settings *settings, char *buffer, size_t size)
{
    struct str name = str_on(buffer, size);
    str_addf(&name, "%s-%s", settings->app, settings->environment);
    for (size_t i = 0; i < name.length; i++)
        buffer[i] = env_name_byte(buffer[i]);
}
