#ifndef BGC_CORE_RECIPE_KEY_H
#define BGC_CORE_RECIPE_KEY_H

/*
 * The keys of a recipe's manifest, by the section that they stand in, and what their
 * values may be. For core/recipe_manifest.c.
 */

#include "base/ini.h"
#include "core/recipe.h"

enum { RECIPE_KEYS_MAX = 8 };

/* Takes a value for the newest step or variable, or for the recipe itself. Error:
 * ERR_CONFIG with file, line, section, key, value and what was expected. */
typedef bool recipe_take_fn(struct recipe *recipe, const struct ini_entry *entry,
                            struct err *err);

struct recipe_key {
    const char *key; /* NULL: the table ends here */
    recipe_take_fn *take;
};

bool recipe_section_is_head(const char *section);     /* [recipe] */
bool recipe_section_is_variable(const char *section); /* [BGC_STOP_GRACE] */

/* RECIPE_KEYS_MAX of them at the most. Any other section is a step. */
const struct recipe_key *recipe_keys_of(const char *section);

#endif
