#ifndef BGC_APP_ENVIRONMENT_H
#define BGC_APP_ENVIRONMENT_H

/*
 * What every command stands on: the settings, the recipe, the paths.
 */

#include "app/app.h"
#include "base/err.h"
#include "base/log.h"
#include "core/hook.h"
#include "core/recipe.h"
#include "core/settings.h"
#include "net/paths.h"
#include "net/secret.h"

struct environment {
    struct settings settings; /* paths expanded */
    struct recipe recipe;
    char *scripts[RECIPE_STEPS_MAX]; /* read from a directory: owned; else NULL */
    char name[64];                   /* settings_env_name() */
    char state[PATH_TEXT_MAX];       /* directory of its journal and lock */
    char digest[16]; /* of the ini file, to tell whether it was changed */
    char trusted_hosts[PATH_TEXT_MAX]; /* its known_hosts file of our own */
    bool hook_there[STAGE_COUNT][HOOK_WHENS];
    char token[SECRET_MAX];
    struct log log;
};

/* Reads it all; says on standard error what is wrong, with what to do, and returns the
 * code to exit with; EXIT_OK: go on. */
enum exit_code environment_open(struct environment *environment,
                                const struct app_options *options);

/* Only the settings, for commands that ask nobody. */
enum exit_code environment_read_settings(struct environment *environment,
                                         const struct app_options *options);

void environment_close(struct environment *environment);

#endif
