#include "core/settings_table.h"

static bool begins_section(size_t row)
{
    return row == 0 ||
           !str_equal(setting_at(row)->section, setting_at(row - 1)->section);
}

static void write_example_row(const struct setting *row, struct str *out)
{
    str_addf(out, "\n; %s.\n; Expected: ", row->help);
    setting_expected(row, out);
    if (row->example != NULL)
        str_addf(out, ". Must be set.\n%s = %s\n", row->key, row->example);
    else
        str_addf(out, ".\n;%s =%s%s\n", row->key, row->fallback[0] != '\0' ? " " : "",
                 row->fallback);
}

void settings_write_example(struct str *out)
{
    str_add(out,
            "; One environment of bgconsole.\n"
            ";\n"
            "; A key behind a semicolon shows its default. A comment needs a line of\n"
            "; its own, and a line has at most 190 bytes.\n");
    for (size_t i = 0; i < setting_count(); i++) {
        if (begins_section(i))
            str_addf(out, "\n[%s]\n", setting_at(i)->section);
        write_example_row(setting_at(i), out);
    }
    str_add(
        out,
        "\n[recipe]\n\n"
        "; Values for the variables of the recipe, one a line;\n"
        "; `bgconsole recipe show NAME` prints their names and what they may be.\n");
}

void settings_write_effective(const struct settings *settings, struct str *out)
{
    struct settings defaults;
    settings_init(&defaults);
    for (size_t i = 0; i < setting_count(); i++) {
        const struct setting *row = setting_at(i);
        char value[SETTING_TEXT_MAX], fallback[SETTING_TEXT_MAX];
        setting_get(row, settings, value);
        setting_get(row, &defaults, fallback);
        bool is_default = row->example == NULL && str_equal(value, fallback);
        if (row->secret && value[0] != '\0')
            str_copy(value, sizeof value, "(not shown)");
        str_addf(out, "%s.%s = %s%s\n", row->section, row->key, value,
                 is_default ? "    ; default" : "");
    }
    for (int i = 0; i < settings->recipe_value_count; i++)
        str_addf(out, "recipe.%s = %s\n", settings->recipe_values[i].name,
                 settings->recipe_values[i].value);
}
