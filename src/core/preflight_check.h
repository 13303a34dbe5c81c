#ifndef BGC_CORE_PREFLIGHT_CHECK_H
#define BGC_CORE_PREFLIGHT_CHECK_H

/*
 * The single checks of preflight, and the few words that they share.
 *
 * Each looks at the model and gives one answer. An answer counts only when it came
 * after the run began; until then the check is pending.
 */

#include "base/str.h"
#include "core/model.h"
#include "core/preflight.h"

typedef struct check check_fn(const struct model *model);

check_fn check_fleet;
check_fn check_balancer;
check_fn check_lease;
check_fn check_share;
check_fn check_sessions;
check_fn check_config;
check_fn check_hosts;
check_fn check_helpers;
check_fn check_servers;
check_fn check_disk;
check_fn check_jobs;
check_fn check_shared;
check_fn check_contract;
check_fn check_ref;
check_fn check_recipe;
check_fn check_return;

struct check check_say(enum check_state state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Pending while the target may still become known; skipped when it will not, since the
 * share is split or cannot be read. */
struct check check_without_target(const struct model *model);

/* Names of hosts for a sentence: "web-1, web-2 and 3 more". */
struct names {
    int count;
    struct str list;
    char text[160];
};

void names_init(struct names *names);
void names_add(struct names *names, const char *name);
const char *names_text(struct names *names);

/* Whether one load balancer of several is known by now not to answer. */
bool preflight_balancer_is_lost(const struct model *model);

/* The next host of the run's target colour that is not gone, as fleet_next(). */
int next_target(const struct model *model, int after);

#endif
