#include "ui/recipe_text.h"

#include "core/recipe_lint.h"

void recipe_text_line(const struct recipe *recipe, struct str *out)
{
    str_addf(out, "%-18s %-9s %s\n", recipe->name,
             recipe->untested[0] != '\0' ? "untested" : "tested", recipe->help);
}

static void show_step(const struct recipe_step *step, struct str *out)
{
    const char *when = step->scope == STEP_ON_FAILURE ? step_scope_name(step->scope)
                                                      : recipe_when_name(step->when);

    str_addf(out, "  %-16s %-16s %-9s %6d s %6d s  %s\n", step->name, when,
             step->scope == STEP_ONCE ? "once" : "each host", step->limit_s,
             step->idle_s, step->help);
}

static void show_variable(const struct recipe_variable *variable, struct str *out)
{
    bool is_default = str_equal(variable->value, variable->fallback);
    const char *value = variable->value[0] != '\0' ? variable->value : "(empty)";

    str_addf(out, "  %-16s %-16s %-24s %s%s\n", variable->name, value, variable->like,
             variable->help, is_default ? "" : "; set by you");
}

void recipe_text_show(const struct recipe *recipe, struct str *out)
{
    str_addf(out, "%s: %s\n", recipe->name, recipe->help);
    if (recipe->untested[0] != '\0')
        str_addf(out, "not tested: %s\n", recipe->untested);
    str_addf(out, "\n  %-16s %-16s %-9s %8s %8s\n", "step", "when", "where", "limit",
             "silence");
    for (int i = 0; i < recipe->step_count; i++)
        show_step(&recipe->steps[i], out);
    if (recipe->variable_count > 0)
        str_addf(out, "\n  %-16s %-16s %s\n", "variable", "value", "what it may be");
    for (int i = 0; i < recipe->variable_count; i++)
        show_variable(&recipe->variables[i], out);
}

static int lint_script(const struct recipe_step *step, const char *directory,
                       struct str *out)
{
    struct recipe_finding findings[RECIPE_FINDINGS_MAX];
    int count =
        recipe_lint(step->text, step->text_length, findings, RECIPE_FINDINGS_MAX);

    for (int i = 0; i < count && i < RECIPE_FINDINGS_MAX; i++)
        str_addf(out, "%s/%s:%d: %s\n    %s\n    write: %s\n", directory, step->script,
                 findings[i].line, findings[i].text, findings[i].why,
                 findings[i].instead);
    if (count > RECIPE_FINDINGS_MAX)
        str_addf(out, "%s/%s: and %d lines more\n", directory, step->script,
                 count - RECIPE_FINDINGS_MAX);
    return count;
}

int recipe_text_lint(const struct recipe *recipe, const char *directory,
                     struct str *out)
{
    int count = 0;

    for (int i = 0; i < recipe->step_count; i++) {
        bool seen = false;
        for (int earlier = 0; earlier < i; earlier++)
            seen = seen ||
                   str_equal(recipe->steps[earlier].script, recipe->steps[i].script);
        if (!seen)
            count += lint_script(&recipe->steps[i], directory, out);
    }
    if (count == 0)
        str_addf(out, "%s: %d steps, and nothing against their scripts\n", directory,
                 recipe->step_count);
    return count;
}
