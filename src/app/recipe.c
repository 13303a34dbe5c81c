/* `bgconsole recipe`: the recipes that there are, and one of the operator's own. */
#include "app/app.h"
#include "app/environment.h"
#include "app/recipe_file.h"
#include "base/memory.h"
#include "base/str.h"
#include "core/recipe_manifest.h"
#include "ui/recipe_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TEXT_MAX = 256 * 1024 };

/* A recipe with its scripts; too large for a stack. */
struct loaded {
    struct recipe recipe;
    char *scripts[RECIPE_STEPS_MAX];
    char text[TEXT_MAX];
    struct str out;
};

static struct loaded *loaded_new(void)
{
    struct loaded *loaded = memory_new(sizeof *loaded);
    loaded->out = str_on(loaded->text, sizeof loaded->text);
    return loaded;
}

static void loaded_free(struct loaded *loaded)
{
    recipe_file_free(loaded->scripts);
    free(loaded);
}

static enum exit_code refuse(const struct err *err)
{
    fprintf(stderr, "bgconsole: %s\n", err->text);
    return EXIT_CONFIG;
}

/* The ini file is not needed for any of this, but where it is, it knows more. */
static bool read_settings(const struct app_options *options, struct settings *settings)
{
    char path[PATH_TEXT_MAX];
    struct err err;

    if (!environment_find_config(options, path, &err))
        return false;
    struct environment *environment = memory_new(sizeof *environment);
    bool ok = environment_read_settings(environment, options) == EXIT_OK;
    if (ok)
        *settings = environment->settings;
    environment_close(environment);
    free(environment);
    return ok;
}

/* `name`, or the recipe of the settings, with the values that they give it. */
static bool load(struct loaded *loaded, const char *name,
                 const struct app_options *options, struct err *err)
{
    struct settings *settings = memory_new(sizeof *settings);
    bool known = read_settings(options, settings);
    bool ok = true;

    if (name == NULL && !known)
        ok = err_set(err, ERR_CONFIG, "recipe %s: which one? there are no settings",
                     options->operand);
    else if (name == NULL)
        name = settings->recipe;
    ok = ok && recipe_file_load(&loaded->recipe, loaded->scripts, name, err);
    if (ok && known && str_equal(name, settings->recipe))
        ok = recipe_take_values(&loaded->recipe, settings->recipe_values,
                                settings->recipe_value_count, err);
    free(settings);
    return ok;
}

static enum exit_code list(const struct app_options *options)
{
    char name[RECIPE_NAME_MAX];
    size_t at = 0;
    struct err err;

    (void)options;
    while (recipe_file_next(&at, name) != NULL) {
        struct loaded *loaded = loaded_new();
        bool ok = recipe_file_load(&loaded->recipe, loaded->scripts, name, &err);
        if (ok) {
            recipe_text_line(&loaded->recipe, &loaded->out);
            fputs(loaded->text, stdout);
        }
        loaded_free(loaded);
        if (!ok)
            return refuse(&err);
    }
    return EXIT_OK;
}

static enum exit_code show(const struct app_options *options)
{
    struct loaded *loaded = loaded_new();
    struct err err;
    bool ok = load(loaded, options->argument, options, &err);

    if (ok) {
        recipe_text_show(&loaded->recipe, &loaded->out);
        fputs(loaded->text, stdout);
    }
    loaded_free(loaded);
    return ok ? EXIT_OK : refuse(&err);
}

/* "mine" is a directory here. */
static enum exit_code lint(const struct app_options *options)
{
    struct loaded *loaded = loaded_new();
    char path[PATH_TEXT_MAX];
    const char *name = options->argument;
    struct err err;
    int count = 0;

    if (name != NULL && strchr(name, '/') == NULL) {
        snprintf(path, sizeof path, "./%s", name);
        name = path;
    }
    bool ok = load(loaded, name, options, &err);
    if (ok) {
        count = recipe_text_lint(
            &loaded->recipe, name != NULL ? name : loaded->recipe.name, &loaded->out);
        fputs(loaded->text, stdout);
    }
    loaded_free(loaded);
    if (!ok)
        return refuse(&err);
    return count > 0 ? EXIT_FAILED : EXIT_OK;
}

/* Beside the ini file; where there is none, beside the one that would be looked for. */
static bool place_of(const struct app_options *options, char path[PATH_TEXT_MAX],
                     struct err *err)
{
    char config[PATH_TEXT_MAX];

    if (!environment_find_config(options, config, err) &&
        !path_expand("~/.config/bgconsole/bgconsole.ini", config, err))
        return false;
    char *slash = strrchr(config, '/');
    if (slash != NULL)
        *slash = '\0';
    char *whole = realpath(slash == NULL ? "." : slash == config ? "/" : config, NULL);
    if (whole == NULL)
        return err_set(err, ERR_IO, "%s: %s", config, strerror(errno));
    bool ok = path_join(whole, "recipes", path, err);
    free(whole);
    return ok;
}

static bool is_good_name(const char *name)
{
    return name[0] != '\0' && strlen(name) < RECIPE_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

static enum exit_code make(const struct app_options *options)
{
    const char *name = options->argument;
    const char *base = options->from != NULL ? options->from : "perl-starman";
    char place[PATH_TEXT_MAX], directory[PATH_TEXT_MAX];
    struct err err;

    if (name == NULL || !is_good_name(name)) {
        fprintf(stderr, "bgconsole: recipe new: a name of small letters, digits and "
                        "'-', at most 31 of them\n");
        return EXIT_USAGE;
    }
    if (!place_of(options, place, &err) || !path_join(place, name, directory, &err))
        return refuse(&err);
    mkdir(place, 0755); /* that it is not there is said by what follows */
    if (!recipe_file_copy(base, directory, &err))
        return refuse(&err);
    printf("%s is a copy of %s\n"
           "change its recipe.ini and its scripts, look through them with\n"
           "    bgconsole recipe lint %s\n"
           "and name it in the settings:\n"
           "    [app]\n"
           "    recipe = %s\n",
           directory, base, directory, directory);
    return EXIT_OK;
}

enum exit_code app_recipe(const struct app_options *options)
{
    static const struct {
        const char *name;
        enum exit_code (*run)(const struct app_options *options);
    } verbs[] = {{"list", list}, {"show", show}, {"new", make}, {"lint", lint}};

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (options->operand != NULL && str_equal(options->operand, verbs[i].name))
            return verbs[i].run(options);
    }
    fprintf(stderr, "bgconsole: recipe: list, show, new or lint%s%s\n",
            options->operand != NULL ? ", not " : "",
            options->operand != NULL ? options->operand : "");
    return EXIT_USAGE;
}
