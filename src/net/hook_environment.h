#ifndef BGC_NET_HOOK_ENVIRONMENT_H
#define BGC_NET_HOOK_ENVIRONMENT_H

/*
 * The environment of a hook: that of the console, and the run in variables BGC_*.
 *
 * The API token is in it no more (net/secret.h took it out).
 */

#include "core/model.h"

enum { HOOK_LINES_MAX = 512, HOOK_OWN_LINES = 16, HOOK_LINE_MAX = 1200 };

struct hook_environment {
    const char *lines[HOOK_LINES_MAX + 1]; /* NAME=value, NULL at the end */
    int count;
    char own[HOOK_OWN_LINES][HOOK_LINE_MAX]; /* those that we add */
    int own_count;
};

void hook_environment_fill(struct hook_environment *environment,
                           const struct model *model, enum stage stage,
                           enum hook_when when);

#endif
