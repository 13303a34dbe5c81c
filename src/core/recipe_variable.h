#ifndef BGC_CORE_RECIPE_VARIABLE_H
#define BGC_CORE_RECIPE_VARIABLE_H

/*
 * What an operator can say to a recipe: variables that its manifest declares, each with
 * a default, a help, and what its values are like.
 *
 * Scripts find one as BGC_STOP_GRACE in their environment; the settings give it a value
 * by `[recipe] stop_grace`. What a value may be is said by `like`:
 *
 *     1..600             a whole number in that range
 *     carton | cpanm     one of these words
 *     words              letters, digits and . _ / : + - with blanks between, for
 * scripts that must not meet anything else; may be empty text               any
 * printable line; may be empty
 */

#include <stdbool.h>
#include <stddef.h>

enum {
    RECIPE_VARIABLES_MAX = 16,
    VARIABLE_NAME_MAX = 32,
    VARIABLE_HELP_MAX = 120,
    VARIABLE_VALUE_MAX = 160,
};

struct recipe_variable {
    char name[VARIABLE_NAME_MAX]; /* "stop_grace" */
    char help[VARIABLE_HELP_MAX];
    char like[VARIABLE_VALUE_MAX];
    char fallback[VARIABLE_VALUE_MAX];
    char value[VARIABLE_VALUE_MAX]; /* what scripts get */
};

/* A value of the settings, before anybody knows whether the recipe wants it. */
struct recipe_value {
    char name[VARIABLE_NAME_MAX];
    char value[VARIABLE_VALUE_MAX];
    int line; /* of the settings' file */
};

/* "BGC_STOP_GRACE" to "stop_grace". False: no name of a variable, or one that every
 * script finds in its environment anyway (docs/recipes.md). */
bool recipe_variable_name(const char *environment, char name[VARIABLE_NAME_MAX]);

/* "stop_grace" to "BGC_STOP_GRACE". */
enum { VARIABLE_KEY_MAX = VARIABLE_NAME_MAX + 4 };
void recipe_variable_key(const char *name, char key[VARIABLE_KEY_MAX]);

/* Whether `like` is one of the forms above. */
bool recipe_like_is_known(const char *like);

/* Whether `value` is like that. */
bool recipe_value_fits(const char *like, const char *value);

#endif
