#include "core/preflight.h"

#include "core/preflight_check.h"
#include "core/resume.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name;
    const char *help;
} words[CHECK_COUNT] = {
#define X(check, name, help) [check] = {name, help},
    PREFLIGHT_CHECKS(X)
#undef X
};

/* What moves traffic must know the pools; a takeover and the maintenance page need the
 * load balancer alone. */
enum {
    MOVES = 1 << RUN_DEPLOY | 1 << RUN_SHIFT | 1 << RUN_ROLLBACK,
    FORWARD = 1 << RUN_DEPLOY | 1 << RUN_SHIFT, /* a way back waits for nothing else */
    RENDERS = 1 << RUN_CONFIGURE,
    MIGRATES = 1 << RUN_CONTRACT,
    ANY = ~0,
};

/* clang-format off */
static const struct {
    check_fn *look;
    int kinds; /* of run, that need it */
} looks[CHECK_COUNT] = {
    [CHECK_FLEET]    = {check_fleet,    MOVES | RENDERS | MIGRATES},
    [CHECK_BALANCER] = {check_balancer, ANY},
    [CHECK_LEASE]    = {check_lease,    ANY},
    [CHECK_SHARE]    = {check_share,    MOVES | RENDERS | MIGRATES | 1 << RUN_MEND},
    [CHECK_CONFIG]   = {check_config,   FORWARD | RENDERS},
    [CHECK_HOSTS]    = {check_hosts,    MOVES | MIGRATES},
    [CHECK_HELPERS]  = {check_helpers,  MOVES | MIGRATES},
    [CHECK_SERVERS]  = {check_servers,  MOVES},
    [CHECK_DISK]     = {check_disk,     MOVES},
    [CHECK_JOBS]     = {check_jobs,     MOVES},
    [CHECK_SESSIONS] = {check_sessions, MOVES},
    [CHECK_SHARED]   = {check_shared,   MOVES},
    [CHECK_CONTRACT] = {check_contract, MOVES | MIGRATES},
    [CHECK_REF]      = {check_ref,      MOVES},
    [CHECK_RECIPE]   = {check_recipe,   1 << RUN_DEPLOY},
    [CHECK_RETURN]   = {check_return,   MOVES},
};
/* clang-format on */

static const char *const state_names[] = {
    [CHECK_PENDING] = "pending", [CHECK_OK] = "ok",           [CHECK_WARN] = "warning",
    [CHECK_BAD] = "bad",         [CHECK_SKIPPED] = "skipped",
};

const char *check_name(enum check_name check)
{
    return words[check].name;
}

const char *check_help(enum check_name check)
{
    return words[check].help;
}

const char *check_state_name(enum check_state state)
{
    return state_names[state];
}

void preflight_look(struct preflight *preflight, const struct model *model)
{
    for (int check = 0; check < CHECK_COUNT; check++) {
        bool needed = model->run.recalled
                          ? resume_needs(&model->recall.remains, (enum check_name)check)
                          : looks[check].kinds & (1 << model->run.kind);
        preflight->checks[check] = needed ? looks[check].look(model)
                                          : check_say(CHECK_SKIPPED, "not needed here");
    }
}

bool preflight_is_pending(const struct preflight *preflight)
{
    for (int check = 0; check < CHECK_COUNT; check++) {
        if (preflight->checks[check].state == CHECK_PENDING)
            return true;
    }
    return false;
}

bool preflight_is_ok(const struct preflight *preflight)
{
    return !preflight_is_pending(preflight) && preflight_first_bad(preflight) < 0;
}

int preflight_first_bad(const struct preflight *preflight)
{
    for (int check = 0; check < CHECK_COUNT; check++) {
        if (preflight->checks[check].state == CHECK_BAD)
            return check;
    }
    return -1;
}

struct check check_say(enum check_state state, const char *format, ...)
{
    struct check check = {.state = state};
    struct str text = str_on(check.text, sizeof check.text);
    va_list arguments;

    va_start(arguments, format);
    str_addv(&text, format, arguments);
    va_end(arguments);
    return check;
}

void names_init(struct names *names)
{
    names->count = 0;
    names->list = str_on(names->text, sizeof names->text);
}

enum { NAMES_SHOWN = 3 };

void names_add(struct names *names, const char *name)
{
    names->count++;
    if (names->count <= NAMES_SHOWN)
        str_addf(&names->list, "%s%s", names->count > 1 ? ", " : "", name);
}

const char *names_text(struct names *names)
{
    if (names->count > NAMES_SHOWN)
        str_addf(&names->list, " and %d more", names->count - NAMES_SHOWN);
    return names->text;
}

int next_target(const struct model *model, int after)
{
    return fleet_next(&model->fleet, role_of_colour(model->run.target), after);
}
