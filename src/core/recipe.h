#ifndef BGC_CORE_RECIPE_H
#define BGC_CORE_RECIPE_H

/*
 * A recipe: the steps that bring a release onto a host, and what else a run lets the
 * hosts do.
 *
 * A recipe is a directory: a manifest (core/recipe_manifest.h) and the scripts that it
 * names. They get variables in their environment; nothing is ever pasted into them.
 */

#include "core/recipe_variable.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    RECIPE_STEPS_MAX = 14,
    RECIPE_NAME_MAX = 32,
    RECIPE_HELP_MAX = 120,
};

enum step_scope {
    STEP_EACH_HOST,
    STEP_ONCE,       /* on one host, the others wait for it */
    STEP_ON_FAILURE, /* on hosts that fail verify, to say why */
};

/* The moment of a run to which a step belongs. */
/* clang-format off */
#define RECIPE_WHENS(X)                                                                  \
    X(RECIPE_WHEN_DEPLOY,           "deploy",           "brings the release onto the idle colour's hosts") \
    X(RECIPE_WHEN_WARM_UP,          "warm-up",          "on the verified hosts, before the switch gate") \
    X(RECIPE_WHEN_ON_LIVE,          "on-live",          "on the new colour's hosts, when the switch is finished") \
    X(RECIPE_WHEN_ON_IDLE,          "on-idle",          "on the old colour's hosts, when the switch is finished") \
    X(RECIPE_WHEN_MIGRATE_EXPAND,   "migrate-expand",   "once, on one host, before any release is made current") \
    X(RECIPE_WHEN_MIGRATE_CONTRACT, "migrate-contract", "once, after the finish, behind its own gate")
/* clang-format on */

enum recipe_when {
#define X(when, name, help) when,
    RECIPE_WHENS(X)
#undef X
        RECIPE_WHEN_COUNT
};

struct recipe_step {
    char name[RECIPE_NAME_MAX];   /* "build" */
    char script[RECIPE_NAME_MAX]; /* "build.sh" */
    char help[RECIPE_HELP_MAX];
    enum step_scope scope;
    enum recipe_when when;
    int limit_s;        /* the whole step */
    int idle_s;         /* without a byte of output */
    const char *text;   /* the script; owned by who loaded the recipe, outlives it */
    size_t text_length; /* of it */
};

struct recipe {
    char name[RECIPE_NAME_MAX];
    char help[RECIPE_HELP_MAX];
    char untested[RECIPE_HELP_MAX]; /* why nobody has seen it work; empty: it is tested
                                     */
    int step_count;
    struct recipe_step steps[RECIPE_STEPS_MAX]; /* those of a deploy stand first */
    int variable_count;
    struct recipe_variable variables[RECIPE_VARIABLES_MAX];
    int warnings; /* what core/recipe_lint.h says against its scripts */
};

const char *recipe_when_name(enum recipe_when when);
const char *recipe_when_help(enum recipe_when when);
const char *step_scope_name(enum step_scope scope);

/* -1: no such step. */
int recipe_find(const struct recipe *recipe, const char *step);

/* How many of its first steps make up a deploy: the migration that expands is one of
 * them, and runs once. */
int recipe_deploy_steps(const struct recipe *recipe);

/* The one step of another moment than a deploy's, or -1: the recipe has none. */
int recipe_step_for(const struct recipe *recipe, enum recipe_when when);

/* The step of scope STEP_ON_FAILURE, or -1. */
int recipe_diagnosis(const struct recipe *recipe);

/* By its name in the settings; NULL: it declares none of that name. */
struct recipe_variable *recipe_variable(struct recipe *recipe, const char *name);

#endif
