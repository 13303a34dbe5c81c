#ifndef BGC_APP_RECIPE_FILE_H
#define BGC_APP_RECIPE_FILE_H

/*
 * Where recipes come from: one that the program carries, by its name, or an
 * operator's own directory, by a path with a '/'. A script that is not beside the
 * manifest is one of those that all recipes share (assets/recipes/common).
 */

#include "base/err.h"
#include "core/recipe.h"

/* Loads the manifest and all scripts, and counts what the lint says against them.
 * `scripts` gets what must be freed, also where it fails. */
bool recipe_file_load(struct recipe *recipe, char *scripts[RECIPE_STEPS_MAX],
                      const char *name, struct err *err);

void recipe_file_free(char *scripts[RECIPE_STEPS_MAX]);

/* The names of those that the program carries, one after the other from `*at` = 0;
 * NULL: there is no more. */
const char *recipe_file_next(size_t *at, char name[RECIPE_NAME_MAX]);

/* Makes `directory`, which must not exist, with all that a carried recipe consists of.
 */
bool recipe_file_copy(const char *base, const char *directory, struct err *err);

#endif
