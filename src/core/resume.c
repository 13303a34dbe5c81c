#include "core/resume.h"

#include "base/str.h"
#include "core/model.h"
#include "core/run_table.h"

/* clang-format off */
static const char *const finding_words[RESUME_FINDING_COUNT] = {
#define X(finding, words) [finding] = words,
    RESUME_FINDINGS(X)
#undef X
};

/* Sets of states. Macros, because an enum has no room for so many bits. */
#define BEGUN      (IN_STATE(RUN_PREFLIGHT) | IN_STATE(RUN_BALANCER_GATE) | IN_STATE(RUN_PLAN_GATE))
#define DEPLOYS    IN_STATE(RUN_DEPLOYING)
#define JOBS_END   (IN_STATE(RUN_FAILING) | IN_STATE(RUN_CANCELLING))
#define CONFIGURES (IN_STATE(RUN_READING_CONFIG) | IN_STATE(RUN_CONFIG_GATE) |      \
                    IN_STATE(RUN_INSTALLING))
#define VERIFIES   (IN_STATE(RUN_VERIFYING) | IN_STATE(RUN_WARMING_UP) |            \
                    IN_STATE(RUN_DIAGNOSING) | IN_STATE(RUN_SWITCH_GATE))
#define SWITCHES   (IN_STATE(RUN_SWITCHING) | IN_STATE(RUN_SWITCH_UNKNOWN))
#define PARTED     IN_STATE(RUN_SPLIT)
#define CANARY     (IN_STATE(RUN_HOLDING) | IN_STATE(RUN_STEP_GATE))
#define SWITCHED   (IN_STATE(RUN_WATCHING) | IN_STATE(RUN_FINISH_GATE))
#define TAKES_BACK IN_STATE(RUN_REVERTING)
#define CONFIRMS   IN_STATE(RUN_FINISHING)
#define HANDS_OVER IN_STATE(RUN_HANDING_OVER)
#define ASKS_LAST  IN_STATE(RUN_CONTRACT_GATE)
#define CONTRACTS  IN_STATE(RUN_CONTRACTING)
#define ERRANDS    IN_STATE(RUN_CHANGING)
#define IDLE       (DEPLOYS | JOBS_END | CONFIGURES | VERIFIES)
#define MADE       (PARTED | CANARY | SWITCHED | TAKES_BACK | CONFIRMS)
#define MOVED      (SWITCHES | MADE)

/* Sets of kinds. */
enum {
    BACK   = 1 << RUN_ROLLBACK,
    MOVES  = 1 << RUN_DEPLOY | 1 << RUN_SHIFT | BACK,
    ALONE  = 1 << RUN_CONFIGURE | 1 << RUN_CONTRACT,
    BRIEF  = 1 << RUN_MAINTENANCE | 1 << RUN_MEND,
    TAKES  = 1 << RUN_TAKEOVER,
    ANY    = ~0,
};

static const char again[] = "what was seen before is no evidence now";

/* The first row whose state, kind and finding fit is taken; a way without a `first`
 * ends the run. */
static const struct resume_row {
    uint64_t where;
    int kinds;
    enum resume_finding found;
    enum run_state to;
    const char *first;
    const char *why;
} rows[] = {
/*  where       kinds          what is found    where to            what is done first                             why */
{ BEGUN,        MOVES | ALONE, FOUND_ANY,       RUN_PREFLIGHT,      "every check, from the beginning",             "nothing was changed yet" },
{ BEGUN,        BRIEF | TAKES, FOUND_ANY,       RUN_STOPPED,        "",                                            "nothing was changed yet: ask for it again" },
{ IDLE,         ANY,           FOUND_SUCCESSOR, RUN_STOPPED,        "",                                            "another run has held the lease since: begin anew" },
{ MOVED,        ANY,           FOUND_SUCCESSOR, RUN_UNKNOWN,        "",                                            "another run has held the lease since, and what became of the switch is its doing" },

{ DEPLOYS,      ANY,           FOUND_ELSEWHERE, RUN_STOPPED,        "",                                            "its target may get traffic now, by somebody else's doing: begin anew" },
{ DEPLOYS,      ANY,           FOUND_ANY,       RUN_DEPLOYING,      "each host is asked for the end of its step",  "steps whose end is known stay; no step that was begun is begun again" },
{ IN_STATE(RUN_FAILING),    ANY, FOUND_ANY,     RUN_FAILING,        "the jobs that still run are waited for",      "a step had failed: nothing more is begun" },
{ IN_STATE(RUN_CANCELLING), ANY, FOUND_ANY,     RUN_CANCELLING,     "the jobs that still run are cancelled again", "it was being aborted" },

{ CONFIGURES | VERIFIES, MOVES, FOUND_ELSEWHERE, RUN_STOPPED,       "",                                            "somebody else has moved the traffic: begin anew" },
{ CONFIGURES,   ANY,           FOUND_ANY,       RUN_READING_CONFIG, "haproxy.cfg is read and compared",            "what was installed, its file says" },
{ VERIFIES,     ANY,           FOUND_ANY,       RUN_VERIFYING,      "every target is verified again",              again },

{ MADE,         MOVES,         FOUND_REPLACED,  RUN_UNKNOWN,        "",                                            "the load balancer knows nothing of this run's switch: it was made anew since" },
{ MOVED,        MOVES,         FOUND_TAKEN,     RUN_REVERTED,       "",                                            "nobody confirmed it in time, and the load balancer took it back" },
{ TAKES_BACK,   MOVES,         FOUND_SPLIT,     RUN_REVERTING,      "who has not gone back is asked to",           "that was wanted before the cut, and did not happen everywhere" },
{ MOVED,        MOVES,         FOUND_SPLIT,     RUN_SPLIT,          "a gate: those that have not switched, or back", "nothing that was asked for before can happen any more" },
{ SWITCHES,     ANY,           FOUND_ANY,       RUN_SWITCHING,      "the load balancer is asked for the outcome",  "whether the switch was made, it alone knows" },
{ MADE,         MOVES,         FOUND_BEFORE,    RUN_REVERTED,       "",                                            "the traffic is where it was before the run" },
{ PARTED | CANARY, MOVES,      FOUND_WAITING,   RUN_STEP_GATE,      "a gate: the next step, or back",              again },
{ SWITCHED,     MOVES,         FOUND_WAITING,   RUN_WATCHING,       "the guard window, from its beginning",        again },
{ PARTED | SWITCHED, BACK,     FOUND_STANDING,  RUN_WATCHING,       "the guard window, from its beginning",        again },
{ PARTED | SWITCHED, MOVES,    FOUND_STANDING,  RUN_DONE,           "",                                            "somebody else confirmed it" },
{ TAKES_BACK,   MOVES,         FOUND_WAITING,   RUN_REVERTING,      "the switch is taken back",                    "that was wanted before the cut, and did not happen" },
{ CONFIRMS,     MOVES,         FOUND_WAITING,   RUN_WATCHING,       "the guard window, from its beginning",        "the confirmation did not arrive" },
{ CONFIRMS,     MOVES,         FOUND_STANDING,  RUN_DONE,           "",                                            "it was confirmed" },
{ MADE,         MOVES,         FOUND_ANY,       RUN_UNKNOWN,        "",                                            "the traffic is not where this run put it: look at it, then roll back or leave it" },

{ HANDS_OVER,   ANY,           FOUND_ANY,       RUN_DONE,           "",                                            "the switch was finished before the cut" },
{ ASKS_LAST,    ALONE,         FOUND_ANY,       RUN_PREFLIGHT,      "every check, from the beginning",             "nothing was changed yet" },
{ ASKS_LAST,    MOVES,         FOUND_STANDING,  RUN_CONTRACT_GATE,  "a gate: the contract migration",              "nothing of it has begun" },
{ ASKS_LAST,    MOVES,         FOUND_ANY,       RUN_DONE,           "",                                            "the switch was finished; its contract migration was not begun, and the traffic has moved since" },
{ CONTRACTS,    ANY,           FOUND_ANY,       RUN_UNKNOWN,        "",                                            "how the contract migration ended is not known: look at the data, then ask for it again" },

{ MADE,         TAKES,         FOUND_WAITING,   RUN_UNCONFIRMED,    "",                                            "the switch that it took over still waits: take over again" },
{ MADE,         TAKES,         FOUND_ANY,       RUN_DONE,           "",                                            "no switch waits any more" },
{ ERRANDS,      ANY,           FOUND_ANY,       RUN_UNKNOWN,        "",                                            "whether it was made, the load balancer tells: look, then ask for it again" },
};
/* clang-format on */

const char *resume_finding_words(enum resume_finding finding)
{
    return finding_words[finding];
}

/* ---- what is found ---- */

/* What held the lease before we asked for it; ours says nothing any more. */
static bool has_successor(const struct model *model)
{
    const struct remains *remains = &model->recall.remains;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct lease *lease = &model->balancers[i].lease;
        if (lease->epoch > remains->epoch && lease->run[0] != '\0' &&
            !str_equal(lease->run, remains->run))
            return true;
    }
    return model->recall.succeeded;
}

/* An epoch that the load balancer has seen is never forgotten. */
static bool is_replaced(const struct model *model)
{
    return balancers_epoch(model) < model->recall.remains.made_epoch;
}

static bool fuse_waits(const struct fuse *fuse)
{
    return fuse->state == FUSE_ARMED || fuse->state == FUSE_HELD;
}

/* Each has a share that this run gave it, or took from it, and they differ. */
static bool is_split(const struct model *model)
{
    const struct remains *remains = &model->recall.remains;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        int share = model->balancers[i].runtime_share;
        if (share != remains->share_before && share != remains->share_after &&
            share != remains->from)
            return false;
    }
    return remains->switched && balancers_disagree(model);
}

static enum resume_finding find_share(const struct remains *remains, int share)
{
    if (remains->switched && share == remains->share_after &&
        remains->share_after != remains->share_before)
        return FOUND_STANDING;
    int before = remains->switched       ? remains->share_before
                 : remains->target_known ? share_of(colour_other(remains->target))
                                         : share;
    return share == before ? FOUND_BEFORE : FOUND_ELSEWHERE;
}

enum resume_finding resume_find(const struct model *model)
{
    const struct remains *remains = &model->recall.remains;
    const struct fuse *fuse = balancers_fuse(model);
    bool inherits = remains->kind == RUN_TAKEOVER;

    if (has_successor(model))
        return FOUND_SUCCESSOR;
    if (is_replaced(model))
        return FOUND_REPLACED;
    if (is_split(model))
        return FOUND_SPLIT;
    if (inherits || str_equal(fuse->run, remains->run)) {
        if (fuse_waits(fuse))
            return FOUND_WAITING;
        if (fuse->state == FUSE_FIRED)
            return FOUND_TAKEN;
    }
    return find_share(remains, model_share(model));
}

/* ---- where it goes on ---- */

static const struct resume_row *find_row(const struct remains *remains,
                                         enum resume_finding found)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct resume_row *row = &rows[i];
        if ((row->where & IN_STATE(remains->state)) &&
            (row->kinds & (1 << remains->kind)) &&
            (row->found == FOUND_ANY || row->found == found))
            return row;
    }
    return NULL;
}

struct resumption resume_choose(const struct remains *remains,
                                enum resume_finding found)
{
    const struct resume_row *row =
        remains->run[0] == '\0' || remains->ended ? NULL : find_row(remains, found);

    if (row == NULL)
        return (struct resumption){
            .found = found, .to = RUN_NONE, .first = "", .why = "no run was cut off"};
    return (struct resumption){
        .found = found, .to = row->to, .first = row->first, .why = row->why};
}

struct resumption resume_look(const struct model *model)
{
    struct resumption resumption =
        resume_choose(&model->recall.remains, resume_find(model));
    enum colour live;

    if (resumption.to == RUN_STEP_GATE && share_live(model_share(model), &live) &&
        live == model->recall.remains.target) {
        resumption.to = RUN_WATCHING; /* no step is left */
        resumption.first = "the guard window, from its beginning";
    }
    return resumption;
}

bool resume_is_anew(const struct remains *remains)
{
    return resume_choose(remains, FOUND_ANY).to == RUN_PREFLIGHT;
}

bool resume_needs(const struct remains *remains, enum check_name check)
{
    switch (check) {
    case CHECK_FLEET:
    case CHECK_BALANCER:
    case CHECK_LEASE:
        return true;
    case CHECK_HOSTS:
    case CHECK_HELPERS: /* what the hosts tell of their steps must be of now */
        return remains->state == RUN_DEPLOYING;
    default:
        return false;
    }
}

void resume_explain(const struct model *model, struct why *why)
{
    struct resumption resumption = resume_look(model);
    bool anew = resume_is_anew(&model->recall.remains);

    why_clear(why);
    if (!anew)
        why_add(why, "%s", finding_words[resumption.found]);
    if (resumption.first[0] != '\0')
        why_add(why, "goes on at \"%s\", first: %s; %s", run_state_name(resumption.to),
                resumption.first, resumption.why);
    else
        why_add(why, "ends as \"%s\": %s", run_state_name(resumption.to),
                resumption.why);
}

/* ---- the docs ---- */

static void write_states(uint64_t where, struct str *out)
{
    const char *separator = "";

    for (enum run_state state = 0; state < RUN_STATE_COUNT; state++) {
        if (!(where & IN_STATE(state)))
            continue;
        str_addf(out, "%s%s", separator, run_state_name(state));
        separator = ", ";
    }
}

static void write_kinds(int kinds, struct str *out)
{
    const char *separator = "";

    if (kinds == ANY)
        return;
    for (enum run_kind kind = 0; kind < RUN_KIND_COUNT; kind++) {
        if (!(kinds & (1 << kind)))
            continue;
        str_addf(out, "%s%s", separator, run_kind_name(kind));
        separator = ", ";
    }
}

void resume_write_table(struct str *out)
{
    str_add(out,
            "| cut off at | kind | what is found | goes on at | what is done first "
            "| why |\n"
            "| --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct resume_row *row = &rows[i];
        str_add(out, "| ");
        write_states(row->where, out);
        str_add(out, " | ");
        write_kinds(row->kinds, out);
        str_addf(out, " | %s | %s | %s | %s |\n",
                 row->found == FOUND_ANY ? "" : finding_words[row->found],
                 run_state_name(row->to), row->first, row->why);
    }
}
