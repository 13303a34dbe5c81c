#include "core/drift.h"

#include "base/str.h"
#include "core/drift_look.h"

#include <stdarg.h>

/* What it needs to be known before two things can be compared. */
enum needs { NEEDS_SAMPLE, NEEDS_LISTING, NEEDS_BOTH, NEEDS_NOTHING };

static const struct {
    const char *name, *means, *mend;
    enum drift_level level;
    enum drift_doing muted; /* while a run does this */
} kinds[DRIFT_KIND_COUNT] = {
#define X(kind, name, level, muted, means, mend)                                       \
    [kind] = {name, means, mend, level, muted},
    DRIFT_KINDS(X)
#undef X
};

/* clang-format off */
static const struct {
    enum needs needs;
    drift_look_fn *look;
    drift_pool_fn *look_at_pool;
} looks[DRIFT_KIND_COUNT] = {
    [DRIFT_MAP_LOST]       = { NEEDS_SAMPLE,  drift_of_map_lost,    NULL },
    [DRIFT_SHARE]          = { NEEDS_SAMPLE,  drift_of_share,       NULL },
    [DRIFT_MAP_FILE]       = { NEEDS_SAMPLE,  drift_of_map_file,    NULL },
    [DRIFT_MAP_DOUBLE]     = { NEEDS_SAMPLE,  drift_of_map_double,  NULL },
    [DRIFT_OTHER_BACKEND]  = { NEEDS_BOTH,    NULL, drift_of_other_backend },
    [DRIFT_TWO_TAGS]       = { NEEDS_LISTING, drift_of_two_tags,    NULL },
    [DRIFT_CONFIG]         = { NEEDS_NOTHING, drift_of_config,      NULL },
    [DRIFT_WORKER]         = { NEEDS_SAMPLE,  drift_of_worker,      NULL },
    [DRIFT_SERVER_SET]     = { NEEDS_BOTH,    NULL, drift_of_server_set },
    [DRIFT_SERVER_MISSING] = { NEEDS_BOTH,    NULL, drift_of_server_missing },
    [DRIFT_STRANGER]       = { NEEDS_BOTH,    NULL, drift_of_stranger },
    [DRIFT_RELEASES]       = { NEEDS_LISTING, NULL, drift_of_releases },
    [DRIFT_HELPER]         = { NEEDS_NOTHING, drift_of_helper,      NULL },
    [DRIFT_STOPPING]       = { NEEDS_SAMPLE,  drift_of_stopping,    NULL },
    [DRIFT_OLD_WORKERS]    = { NEEDS_NOTHING, drift_of_old_workers, NULL },
};

/* What a run does itself, by its state. */
static const enum drift_doing doings[RUN_STATE_COUNT] = {
    [RUN_DEPLOYING]      = DOES_DEPLOY,
    [RUN_FAILING]        = DOES_DEPLOY,
    [RUN_CANCELLING]     = DOES_DEPLOY,
    [RUN_READING_CONFIG] = DOES_DEPLOY,
    [RUN_CONFIG_GATE]    = DOES_DEPLOY,
    [RUN_INSTALLING]     = DOES_RELOAD,
    [RUN_VERIFYING]      = DOES_DEPLOY,
    [RUN_DIAGNOSING]     = DOES_DEPLOY,
    [RUN_SWITCHING]      = DOES_SWITCH,
    [RUN_SWITCH_UNKNOWN] = DOES_SWITCH,
    [RUN_REVERTING]      = DOES_SWITCH,
    [RUN_CHANGING]       = DOES_SWITCH,
};
/* clang-format on */

const char *drift_kind_name(enum drift_kind kind)
{
    return kinds[kind].name;
}

const char *drift_kind_means(enum drift_kind kind)
{
    return kinds[kind].means;
}

const char *drift_kind_mend(enum drift_kind kind)
{
    return kinds[kind].mend;
}

enum drift_level drift_kind_level(enum drift_kind kind)
{
    return kinds[kind].level;
}

const char *drift_level_name(enum drift_level level)
{
    static const char *const names[] = {
        [DRIFT_NOTE] = "note", [DRIFT_WARNING] = "warning", [DRIFT_BAD] = "bad"};
    return names[level];
}

struct mend *drift_add(struct drift *drift, enum drift_kind kind, const char *subject,
                       const char *format, ...)
{
    int at = drift->count < DRIFT_FINDINGS_MAX ? drift->count : DRIFT_FINDINGS_MAX - 1;
    struct finding *finding = &drift->findings[at];
    va_list arguments;

    if (drift->count == DRIFT_FINDINGS_MAX) {
        drift->more++;
        return &drift->unseen;
    }
    drift->count++;
    *finding = (struct finding){.kind = kind};
    str_copy(finding->subject, sizeof finding->subject, subject);
    struct str sentence = str_on(finding->sentence, sizeof finding->sentence);
    va_start(arguments, format);
    str_addv(&sentence, format, arguments);
    va_end(arguments);
    return &finding->mend;
}

void mend_say(struct mend *mend, const char *format, ...)
{
    struct str what = str_on(mend->what, sizeof mend->what);
    va_list arguments;

    va_start(arguments, format);
    str_addv(&what, format, arguments);
    va_end(arguments);
}

void drift_remember(struct balancer *balancer)
{
    if (balancer->stopping)
        return;
    if (balancer->known_pid == 0) {
        balancer->known_pid = balancer->worker_pid;
        balancer->known_share = SHARE_UNKNOWN;
    }
    if (share_is_valid(balancer->runtime_share))
        balancer->known_share = balancer->runtime_share;
}

void drift_acknowledge(struct balancer *balancer)
{
    balancer->known_pid = balancer->worker_pid;
}

/* A deploy changes the target colour alone, a switch concerns both. */
static bool is_own_doing(const struct run *run, enum drift_kind kind,
                         enum colour colour)
{
    enum drift_doing doing = doings[run->state];

    if (doing == DOES_NOTHING || doing != kinds[kind].muted)
        return false;
    return doing != DOES_DEPLOY || (run->kind == RUN_DEPLOY && run->target == colour);
}

static bool has_needs(const struct model *model, enum needs needs)
{
    bool sampled = model->balancers[0].sampled;

    switch (needs) {
    case NEEDS_SAMPLE:
        return sampled;
    case NEEDS_LISTING:
        return model->fleet.listed_ms > 0;
    case NEEDS_BOTH:
        return sampled && model->fleet.matched_ms > 0;
    case NEEDS_NOTHING:
        break;
    }
    return true;
}

static void look_at_pools(const struct model *model, enum drift_kind kind,
                          struct drift *drift)
{
    for (enum colour colour = COLOUR_BLUE; colour < COLOUR_COUNT; colour++) {
        if (!is_own_doing(&model->run, kind, colour))
            looks[kind].look_at_pool(model, colour, drift);
    }
}

void drift_look(const struct model *model, struct drift *ret_drift)
{
    ret_drift->count = ret_drift->more = 0;
    for (int i = 0; i < DRIFT_KIND_COUNT; i++) {
        enum drift_kind kind = (enum drift_kind)i;
        if (!has_needs(model, looks[kind].needs))
            continue;
        if (looks[kind].look_at_pool != NULL)
            look_at_pools(model, kind, ret_drift);
        else if (!is_own_doing(&model->run, kind, model->run.target))
            looks[kind].look(model, ret_drift);
    }
}

bool drift_offers(const struct drift *drift, const struct mend *mend)
{
    for (int i = 0; i < drift->count; i++) {
        if (mend_equal(&drift->findings[i].mend, mend))
            return true;
    }
    return false;
}

static const char *doing_words(enum drift_doing doing)
{
    static const char *const words[] = {
        [DOES_NOTHING] = "never",
        [DOES_DEPLOY] = "on the target of a deploy",
        [DOES_SWITCH] = "during a switch",
        [DOES_RELOAD] = "while a run installs haproxy.cfg",
    };
    return words[doing];
}

void drift_write_table(struct str *out)
{
    str_add(out, "| drift | how bad | what it means | its mend | not shown |\n"
                 "| --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < DRIFT_KIND_COUNT; i++)
        str_addf(out, "| %s | %s | %s | %s | %s |\n", kinds[i].name,
                 drift_level_name(kinds[i].level), kinds[i].means, kinds[i].mend,
                 doing_words(kinds[i].muted));
}
