#ifndef BGC_APP_RECIPE_FILE_H
#define BGC_APP_RECIPE_FILE_H

/*
 * Where recipes come from: one that the program carries, by its name, or an
 * operator's own directory, by a path with a '/'.
 */

#include "base/err.h"
#include "core/recipe.h"

/* Loads the manifest and all scripts. `scripts` gets what must be freed. */
bool recipe_file_load(struct recipe *recipe, char *scripts[RECIPE_STEPS_MAX],
                      const char *name, struct err *err);

void recipe_file_free(char *scripts[RECIPE_STEPS_MAX]);

#endif
