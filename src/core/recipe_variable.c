#include "core/recipe_variable.h"

#include "base/str.h"

#include <stdint.h>
#include <string.h>

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LETTERS "abcdefghijklmnopqrstuvwxyz" CAPITALS
#define DIGITS "0123456789"

static const char prefix[] = "BGC_";

/* What net/job_request.h gives to every script. */
static const char *const taken[] = {
    "BGC_APP_DIR",     "BGC_COLOUR", "BGC_ENV",           "BGC_HEALTH_METHOD",
    "BGC_HEALTH_PATH", "BGC_HOST",   "BGC_KEEP_RELEASES", "BGC_PORT",
    "BGC_PSGI",        "BGC_REF",    "BGC_RELEASE",       "BGC_REPOSITORY",
    "BGC_RUN",         "BGC_SHA",    "BGC_STEP",          "BGC_WORKERS",
};

static bool is_taken(const char *environment)
{
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (str_equal(environment, taken[i]))
            return true;
    }
    return false;
}

bool recipe_variable_name(const char *environment, char name[VARIABLE_NAME_MAX])
{
    size_t length = strspn(environment, CAPITALS DIGITS "_");
    size_t skipped = strlen(prefix);

    if (environment[length] != '\0' || !str_starts(environment, prefix) ||
        length == skipped || length - skipped >= VARIABLE_NAME_MAX ||
        is_taken(environment))
        return false;
    for (size_t i = skipped; i <= length; i++) {
        char byte = environment[i];
        bool capital = byte >= 'A' && byte <= 'Z';
        name[i - skipped] = capital ? (char)(byte - 'A' + 'a') : byte;
    }
    return true;
}

void recipe_variable_key(const char *name, char key[VARIABLE_KEY_MAX])
{
    struct str out = str_on(key, VARIABLE_KEY_MAX);

    str_add(&out, prefix);
    for (; *name != '\0'; name++) {
        bool small = *name >= 'a' && *name <= 'z';
        str_add_char(&out, small ? (char)(*name - 'a' + 'A') : *name);
    }
}

/* "1..600" */
static bool read_range(const char *like, long long *ret_least, long long *ret_most)
{
    char least[24];
    const char *dots = strstr(like, "..");

    return dots != NULL &&
           str_copy_bytes(least, sizeof least, like, (size_t)(dots - like)) &&
           str_to_long(least, INT32_MIN, INT32_MAX, ret_least) &&
           str_to_long(dots + 2, *ret_least, INT32_MAX, ret_most);
}

/* The next of the words with `|` between; false: none is left. */
static bool next_choice(const char **at, const char **ret_word, size_t *ret_length)
{
    *at += strspn(*at, " |");
    *ret_word = *at;
    *ret_length = strcspn(*at, " |");
    *at += *ret_length;
    return *ret_length > 0;
}

static bool is_choice(const char *like, const char *value)
{
    const char *word;
    size_t length;

    while (next_choice(&like, &word, &length)) {
        if (strlen(value) == length && memcmp(value, word, length) == 0)
            return true;
    }
    return false;
}

static bool has_choices(const char *like)
{
    return strchr(like, '|') != NULL &&
           strspn(like, LETTERS DIGITS "._- |") == strlen(like);
}

bool recipe_like_is_known(const char *like)
{
    long long least, most;

    return str_equal(like, "words") || str_equal(like, "text") || has_choices(like) ||
           read_range(like, &least, &most);
}

bool recipe_value_fits(const char *like, const char *value)
{
    long long least, most, number;

    if (str_equal(like, "text"))
        return true;
    if (str_equal(like, "words"))
        return strspn(value, LETTERS DIGITS "._/:+- ") == strlen(value);
    if (read_range(like, &least, &most))
        return str_to_long(value, least, most, &number);
    return is_choice(like, value);
}
