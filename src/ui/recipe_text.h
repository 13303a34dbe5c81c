#ifndef BGC_UI_RECIPE_TEXT_H
#define BGC_UI_RECIPE_TEXT_H

/*
 * A recipe as text, for `bgconsole recipe`.
 */

#include "base/str.h"
#include "core/recipe.h"

/* One line: its name, whether it was tested, what it does. */
void recipe_text_line(const struct recipe *recipe, struct str *out);

/* All of it: steps in their order, variables with what they may be. */
void recipe_text_show(const struct recipe *recipe, struct str *out);

/* What may hurt in its scripts, which lie in `directory`: each line with the reason and
 * what to write. Returns how many there are. */
int recipe_text_lint(const struct recipe *recipe, const char *directory,
                     struct str *out);

#endif
