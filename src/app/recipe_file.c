#include "app/recipe_file.h"

#include "base/asset.h"
#include "base/file.h"
#include "core/recipe_manifest.h"
#include "net/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_MAX = 256 * 1024, MANIFEST_MAX = 64 * 1024 };

static const struct asset *find_carried(const char *recipe, const char *file)
{
    char name[128];

    snprintf(name, sizeof name, "recipes/%s/%s", recipe, file);
    return asset_find(name);
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
        const struct asset *script = find_carried(name, step->script);
        if (script == NULL)
            return err_set(err, ERR_CONFIG, "recipe %s: no file %s", name,
                           step->script);
        step->text = script->bytes;
        step->text_length = script->length;
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

bool recipe_file_load(struct recipe *recipe, char *scripts[RECIPE_STEPS_MAX],
                      const char *name, struct err *err)
{
    if (strchr(name, '/') == NULL)
        return load_carried(recipe, name, err);
    return load_directory(recipe, scripts, name, err);
}

void recipe_file_free(char *scripts[RECIPE_STEPS_MAX])
{
    for (int i = 0; i < RECIPE_STEPS_MAX; i++)
        free(scripts[i]);
}
