#include "core/preflight_check.h"

/* Those that the program carries were looked at when it was made. */
struct check check_recipe(const struct model *model)
{
    const struct recipe *recipe = model->recipe;

    if (recipe->untested[0] != '\0')
        return check_say(CHECK_WARN, "the recipe %s was never tested: %s", recipe->name,
                         recipe->untested);
    if (!recipe->own)
        return check_say(CHECK_SKIPPED, "not needed here");
    if (recipe->warnings > 0)
        return check_say(CHECK_WARN,
                         "%d line%s in the scripts of %s may hurt: `bgconsole recipe "
                         "lint` names them",
                         recipe->warnings, recipe->warnings > 1 ? "s" : "",
                         recipe->name);
    return check_say(CHECK_OK, "%s, your own: %d steps, nothing against its scripts",
                     recipe->name, recipe->step_count);
}
