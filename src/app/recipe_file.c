#include "app/recipe_file.h"

#include "base/asset.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "core/recipe_lint.h"
#include "core/recipe_manifest.h"
#include "net/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRIPT_MAX = 256 * 1024, MANIFEST_MAX = 64 * 1024 };

static const struct asset *find_carried(const char *recipe, const char *file)
{
    char name[128];

    snprintf(name, sizeof name, "recipes/%s/%s", recipe, file);
    return asset_find(name);
}

/* Its own, or the one that all recipes share. */
static bool take_carried_script(struct recipe_step *step, const char *recipe)
{
    const struct asset *script = find_carried(recipe, step->script);

    if (script == NULL)
        script = find_carried("common", step->script);
    if (script == NULL)
        return false;
    step->text = script->bytes;
    step->text_length = script->length;
    return true;
}

static bool load_carried(struct recipe *recipe, const char *name, struct err *err)
{
    const struct asset *manifest = find_carried(name, "recipe.ini");

    if (manifest == NULL)
        return err_set(err, ERR_CONFIG,
                       "[app] recipe = %s: no recipe of that name; a directory of your "
                       "own is named with a '/'",
                       name);
    if (!recipe_read(recipe, name, manifest->name, manifest->bytes, manifest->length,
                     err))
        return false;
    for (int i = 0; i < recipe->step_count; i++) {
        struct recipe_step *step = &recipe->steps[i];
        if (!take_carried_script(step, name))
            return err_set(err, ERR_CONFIG, "recipe %s: no file %s", name,
                           step->script);
    }
    return true;
}

/* "/srv/recipes/ours/" is called "ours". */
static const char *last_part(char *path)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        path[--length] = '\0';
    return strrchr(path, '/') + 1;
}

static bool load_script(struct recipe_step *step, const char *directory,
                        char **ret_text, struct err *err)
{
    char path[PATH_TEXT_MAX];

    if (!path_join(directory, step->script, path, err))
        return false;
    if (access(path, F_OK) != 0 && take_carried_script(step, "common"))
        return true;
    *ret_text = file_read(path, SCRIPT_MAX, &step->text_length, err);
    step->text = *ret_text;
    return *ret_text != NULL;
}

static bool load_directory(struct recipe *recipe, char *scripts[RECIPE_STEPS_MAX],
                           const char *name, struct err *err)
{
    char directory[PATH_TEXT_MAX], path[PATH_TEXT_MAX];
    size_t length;

    if (!path_expand(name, directory, err) ||
        !path_join(directory, "recipe.ini", path, err))
        return false;
    char *manifest = file_read(path, MANIFEST_MAX, &length, err);
    if (manifest == NULL)
        return err_wrap(err, "[app] recipe = %s", name);
    bool ok = recipe_read(recipe, last_part(directory), path, manifest, length, err);
    free(manifest);
    for (int i = 0; ok && i < recipe->step_count; i++)
        ok = load_script(&recipe->steps[i], directory, &scripts[i], err);
    return ok;
}

/* Two steps may share a script; it is counted once. */
static int count_warnings(const struct recipe *recipe)
{
    int count = 0;

    for (int i = 0; i < recipe->step_count; i++) {
        const struct recipe_step *step = &recipe->steps[i];
        bool seen = false;
        for (int earlier = 0; earlier < i; earlier++)
            seen = seen || str_equal(recipe->steps[earlier].script, step->script);
        count += seen ? 0 : recipe_lint(step->text, step->text_length, NULL, 0);
    }
    return count;
}

bool recipe_file_load(struct recipe *recipe, char *scripts[RECIPE_STEPS_MAX],
                      const char *name, struct err *err)
{
    bool own = strchr(name, '/') != NULL;
    bool ok = own ? load_directory(recipe, scripts, name, err)
                  : load_carried(recipe, name, err);

    if (ok) {
        recipe->own = own;
        recipe->warnings = count_warnings(recipe);
    }
    return ok;
}

void recipe_file_free(char *scripts[RECIPE_STEPS_MAX])
{
    for (int i = 0; i < RECIPE_STEPS_MAX; i++)
        free(scripts[i]);
}

static const char carried[] = "recipes/";

const char *recipe_file_next(size_t *at, char name[RECIPE_NAME_MAX])
{
    size_t count;
    const struct asset *assets = asset_all(&count);

    while (*at < count) {
        const char *path = assets[(*at)++].name;
        const char *slash = strrchr(path, '/');
        if (!str_starts(path, carried) || !str_equal(slash, "/recipe.ini"))
            continue;
        path += sizeof carried - 1;
        if (str_copy_bytes(name, RECIPE_NAME_MAX, path, (size_t)(slash - path)))
            return name;
    }
    return NULL;
}

static bool write_file(const char *directory, const char *name, const char *bytes,
                       size_t length, unsigned mode, struct err *err)
{
    char path[PATH_TEXT_MAX];

    if (!path_join(directory, name, path, err))
        return false;
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    bool ok = fwrite(bytes, 1, length, file) == length;
    ok = fclose(file) == 0 && ok && chmod(path, mode) == 0;
    return ok || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

bool recipe_file_copy(const char *base, const char *directory, struct err *err)
{
    struct recipe *recipe = memory_new(sizeof *recipe);
    const struct asset *manifest = find_carried(base, "recipe.ini");
    bool ok = load_carried(recipe, base, err);

    if (ok && mkdir(directory, 0755) != 0)
        ok = err_set(err, ERR_IO, "%s: %s", directory, strerror(errno));
    ok = ok && write_file(directory, "recipe.ini", manifest->bytes, manifest->length,
                          0644, err);
    for (int i = 0; ok && i < recipe->step_count; i++) {
        const struct recipe_step *step = &recipe->steps[i];
        ok = write_file(directory, step->script, step->text, step->text_length, 0755,
                        err);
    }
    free(recipe);
    return ok;
}
