#ifndef BGC_CORE_RECIPE_MANIFEST_H
#define BGC_CORE_RECIPE_MANIFEST_H

/*
 * Reads a recipe's manifest, recipe.ini (docs/recipes.md).
 *
 *     [recipe]           help = ..., tested = yes | no, WHY
 *     [BGC_STOP_GRACE]   default = ..., like = ..., help = ...    a variable
 *     [build]            script, help, scope, when, limit_s, idle_s    a step
 *
 * Steps of a deploy stand first, in the order in which they run. Of each other moment,
 * and of scope on-failure, there is one at most.
 */

#include "base/err.h"
#include "core/recipe.h"

/* `file` is for messages. Scripts are left NULL, variables have their defaults. Errors:
 * ERR_CONFIG with file, line, section and what was expected; `recipe` is then not to be
 * used. */
bool recipe_read(struct recipe *recipe, const char *name, const char *file,
                 const char *text, size_t length, struct err *err);

/* Gives its variables the values of the settings. Error: ERR_CONFIG with the line, and
 * the variables that there are, or what a value is like. */
bool recipe_take_values(struct recipe *recipe, const struct recipe_value *values,
                        int count, struct err *err);

#endif
