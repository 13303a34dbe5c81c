#ifndef BGC_CORE_RUN_H
#define BGC_CORE_RUN_H

/*
 * The run: one attempt to bring a release to production, or to go back.
 *
 * The whole of what may happen next is one table in run_table.c, in the order
 * where / what happened / guard / what we ask / where to. An input with no
 * matching row is refused, logged, and changes nothing. run_enter() is the one
 * door by which the state changes. docs/run-machine.md is made from the table.
 *
 *   preflight → plan gate → deploy → configure → verify → switch gate → switch
 *             ⇄ canary hold → watch → finish gate → finish
 *             → contract gate → contracting → done
 */

#include "core/baseline.h"
#include "core/change.h"
#include "core/contract.h"
#include "core/fleet.h"
#include "core/guard.h"
#include "core/guard_window.h"
#include "core/hook.h"
#include "core/mend.h"
#include "core/preflight.h"
#include "core/receipt.h"
#include "core/rollout.h"
#include "core/share.h"
#include "core/stage.h"
#include "core/traffic.h"

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
#define RUN_KINDS(X)                                                                     \
    X(RUN_DEPLOY,      "deploy",      "brings a release to the idle colour and switches to it") \
    X(RUN_SHIFT,       "switch",      "switches to the idle colour as it is")            \
    X(RUN_ROLLBACK,    "rollback",    "switches back, at once and for good")             \
    X(RUN_TAKEOVER,    "takeover",    "takes the lease, and an unconfirmed switch with it") \
    X(RUN_MAINTENANCE, "maintenance", "puts the maintenance page up, or takes it down") \
    X(RUN_MEND,        "mend",        "mends one drift on the load balancer")           \
    X(RUN_CONFIGURE,   "configure",   "brings haproxy.cfg up to date, and nothing else")                   \
    X(RUN_CONTRACT,    "contract",    "runs the contract migration of the live release")
/* clang-format on */

enum run_kind {
#define X(kind, name, help) kind,
    RUN_KINDS(X)
#undef X
        RUN_KIND_COUNT
};

/* clang-format off */
/*    state               name               stage            words for the operator */
#define RUN_STATES(X)                                                                           \
    X(RUN_NONE,           "none",            STAGE_PREFLIGHT, "no run")                         \
    X(RUN_PREFLIGHT,      "preflight",       STAGE_PREFLIGHT, "checking what must be true first") \
    X(RUN_BALANCER_GATE,  "balancer gate",   STAGE_PREFLIGHT, "waits for your word about a load balancer that does not answer") \
    X(RUN_PLAN_GATE,      "plan gate",       STAGE_PREFLIGHT, "waits for your yes to the plan") \
    X(RUN_DEPLOYING,      "deploying",       STAGE_DEPLOY,    "the hosts build the release")    \
    X(RUN_FAILING,        "failing",         STAGE_DEPLOY,    "a host failed; the others end their step") \
    X(RUN_CANCELLING,     "cancelling",      STAGE_DEPLOY,    "the hosts' jobs are being ended") \
    X(RUN_READING_CONFIG, "reading config",  STAGE_CONFIGURE, "comparing haproxy.cfg with what it should be") \
    X(RUN_CONFIG_GATE,    "config gate",     STAGE_CONFIGURE, "waits for your yes to the new haproxy.cfg") \
    X(RUN_INSTALLING,     "installing config", STAGE_CONFIGURE, "the load balancer installs haproxy.cfg and reloads") \
    X(RUN_VERIFYING,      "verifying",       STAGE_VERIFY,    "probing the target colour")      \
    X(RUN_WARMING_UP,     "warming up",      STAGE_VERIFY,    "the verified hosts are being warmed up") \
    X(RUN_DIAGNOSING,     "diagnosing",      STAGE_VERIFY,    "asking the sick hosts for their last words") \
    X(RUN_SWITCH_GATE,    "switch gate",     STAGE_SWITCH,    "waits for your yes to the switch") \
    X(RUN_SWITCHING,      "switching",       STAGE_SWITCH,    "the load balancer changes the traffic") \
    X(RUN_SWITCH_UNKNOWN, "switch unknown",  STAGE_SWITCH,    "no answer to the switch; reading what is true") \
    X(RUN_SPLIT,          "load balancers split", STAGE_SWITCH, "some load balancers have switched, and some have not") \
    X(RUN_HOLDING,        "canary hold",     STAGE_SWITCH,    "part of the traffic is on the new colour") \
    X(RUN_STEP_GATE,      "canary gate",     STAGE_SWITCH,    "waits for your yes to the next canary step") \
    X(RUN_WATCHING,       "watching",        STAGE_WATCH,     "the guard window")               \
    X(RUN_FINISH_GATE,    "finish gate",     STAGE_FINISH,    "waits for your yes to finish")   \
    X(RUN_REVERTING,      "reverting",       STAGE_FINISH,    "the load balancer takes the switch back") \
    X(RUN_FINISHING,      "finishing",       STAGE_FINISH,    "the load balancer confirms the switch") \
    X(RUN_CONTRACT_GATE,  "contract gate",   STAGE_FINISH,    "waits for your yes to the contract migration") \
    X(RUN_CONTRACTING,    "contracting",     STAGE_FINISH,    "a host takes away from the shared data what the old release needs") \
    X(RUN_HANDING_OVER,   "handing over",    STAGE_FINISH,    "the hosts take over what only the live colour does") \
    X(RUN_CHANGING,       "changing",        STAGE_SWITCH,    "the load balancer makes the change") \
    X(RUN_DONE,           "done",            STAGE_FINISH,    "finished for good")              \
    X(RUN_STOPPED,        "stopped",         STAGE_FINISH,    "stopped; the traffic was not changed") \
    X(RUN_ABORTED,        "aborted",         STAGE_FINISH,    "ended by the operator; the traffic was not changed") \
    X(RUN_RETURNED,       "given up",        STAGE_FINISH,    "given up for a rollback")        \
    X(RUN_REVERTED,       "reverted",        STAGE_FINISH,    "the traffic is where it was before the run") \
    X(RUN_UNCONFIRMED,    "unconfirmed",     STAGE_FINISH,    "switched, and nobody confirmed") \
    X(RUN_UNKNOWN,        "unknown",         STAGE_FINISH,    "ended, and how is not known")
/* clang-format on */

enum run_state {
#define X(state, name, stage, words) state,
    RUN_STATES(X)
#undef X
        RUN_STATE_COUNT
};

/* clang-format off */
#define RUN_INPUTS(X)                                                        \
    X(IN_DEPLOY,        "deploy wanted")                                     \
    X(IN_SHIFT,         "switch wanted")                                     \
    X(IN_ROLLBACK,      "rollback wanted")                                   \
    X(IN_TAKEOVER,      "takeover wanted")                                   \
    X(IN_MAINTENANCE,   "maintenance wanted")                                \
    X(IN_MEND,          "mend wanted")                                       \
    X(IN_CONFIGURE,     "configure wanted")                                  \
    X(IN_CONTRACT,      "contract wanted")                                   \
    X(IN_RESUME,        "resume wanted")                                     \
    X(IN_CHECKS_OK,     "all checks ok")                                     \
    X(IN_CHECKS_BAD,    "a check failed")                                    \
    X(IN_BALANCER_LOST, "one of several load balancers does not answer")      \
    X(IN_BALANCER_BACK, "all load balancers answer")                         \
    X(IN_YES,           "gate answered yes")                                 \
    X(IN_NO,            "gate answered no")                                  \
    X(IN_ABORT,         "abort wanted")                                      \
    X(IN_FINISH,        "finish wanted")                                     \
    X(IN_HOST_FAILED,   "a host failed")                                     \
    X(IN_TARGET_LIVE,   "the target may get traffic")                        \
    X(IN_ALL_DEPLOYED,  "all hosts deployed")                                \
    X(IN_AT_REST,       "no job runs any more")                              \
    X(IN_CONFIG_SAME,   "haproxy.cfg is as it should be")                    \
    X(IN_CONFIG_DIFFERS, "haproxy.cfg differs, and HAProxy takes the new one") \
    X(IN_CONFIG_BAD,    "there is no haproxy.cfg that HAProxy takes")        \
    X(IN_VERIFIED,      "all targets verified")                              \
    X(IN_NOT_VERIFIED,  "a target failed verification")                      \
    X(IN_CHANGED,       "the load balancer made the change")                 \
    X(IN_REFUSED,       "the load balancer refused")                         \
    X(IN_DOUBTFUL,      "the load balancer's answer leaves doubt")            \
    X(IN_SPLIT,         "some load balancers made the change, some did not")  \
    X(IN_SILENT,        "the load balancer did not answer")                  \
    X(IN_READ_NEW,      "the share is the new one")                          \
    X(IN_READ_OLD,      "the share is the old one")                          \
    X(IN_HOLD_ENDED,    "the canary hold ended")                             \
    X(IN_TAKEN_BACK,    "the load balancer took the switch back")            \
    X(IN_LEASE_LOST,    "somebody else took the lease")                      \
    X(IN_WINDOW_CLEAN,  "the guard window ended")                            \
    X(IN_WINDOW_EMPTY,  "the guard window saw no traffic")                   \
    X(IN_TRIPPED,       "the guard tripped")                                 \
    X(IN_CONTRACTED,    "the contract migration ended")                      \
    X(IN_HOOK_FAILED,   "a pre hook failed")                                 \
    X(IN_LATE,          "the deadline passed")                               \
    X(IN_JOURNAL_LOST,  "the journal cannot be written")
/* clang-format on */

enum run_input {
#define X(input, words) input,
    RUN_INPUTS(X)
#undef X
        RUN_INPUT_COUNT
};

enum { RUN_ID_MAX = 32, RUN_REASON_MAX = 1000 };

struct run {
    enum run_kind kind;
    enum run_state state;
    enum run_state before; /* the one that it left for `state` */
    enum run_input cause;  /* what happened then */
    enum stage stage;      /* the one that it is in, or was in when it ended */
    char id[RUN_ID_MAX];   /* "20261123T182622Z-7f3a90c1": on hosts, in the journal */
    uint32_t number;       /* of this engine's life, from 1; answers carry it */
    int64_t begun_ms;      /* mono */
    int64_t begun_wall_ms;
    int64_t entered_ms;            /* mono time at which `state` began */
    int64_t deadline_ms;           /* mono time at which it is late, 0: never */
    int64_t stage_ms[STAGE_COUNT]; /* mono time at which each stage began, 0: not yet */

    char ref[REF_MAX];                /* what the operator asked for */
    char ref_trouble[CHECK_TEXT_MAX]; /* why git does not know it; empty: it does */
    char sha[SHA_HEX_SIZE];           /* what git says it is; empty: not known yet */
    char release[HOST_RELEASE_MAX];   /* the name of its directory on the hosts */
    bool target_known;  /* false until the share is known: preflight waits for it */
    enum colour target; /* the colour that is to get the traffic */
    int share_before;   /* the run: what a fuse goes back to */
    int share_after;    /* of the newest switch */
    int canary_step;    /* canary steps made so far */

    int64_t epoch, seq; /* of our newest change (docs/remote-helpers.md) */
    struct change change;
    bool fused;               /* the switch is taken back unless it is confirmed */
    bool abort_wanted;        /* heard while a change was on its way */
    enum run_input undone_by; /* why it is taken back, where it is */
    bool tripped;             /* the guard saw errors: `reason` */
    bool refused;  /* the load balancer refused to finish or to take back: `reason`
                    */
    bool returns;  /* a rollback that began in another run's watch: `target` is set */
    bool resumed;  /* an earlier engine began it: its journal is gone on with, */
    bool recalled; /* and where it stood is still to be found */
    bool page_up;  /* RUN_MAINTENANCE: the page is put up, not taken down */
    bool past_contract; /* the operator typed that it goes back past a contract */
    bool configures;    /* it has the stage `configure` */
    struct mend mend;   /* RUN_MEND */

    struct contract contract; /* what this run did of it, as far as it was begun */
    bool migrates;            /* its step was opened on the host that runs it */
    struct hook hooks[STAGE_COUNT][HOOK_WHENS];

    int gate; /* number of the open gate, 0: none */
    struct preflight preflight;
    struct rollout rollout;
    int tries[ROLLOUT_TARGETS_MAX];     /* verify: probes of each target so far */
    int64_t own_requests[COLOUR_COUNT]; /* of ours that HAProxy counted since the
                                           receipt began */
    struct baseline baseline;   /* what the old colour did before the first step */
    int64_t share_since_ms;     /* mono time at which the newest switch was known */
    struct guard_window window; /* what was seen since then */
    struct traffic_point receipt_begin;
    struct receipt receipt;

    char reason[RUN_REASON_MAX]; /* why it ended, or what the guard saw */
    char advice[RUN_REASON_MAX]; /* what the operator can do now */
};

struct core;
struct effects;

const char *run_kind_name(enum run_kind kind); /* "deploy", "switch", "rollback" */
const char *run_state_name(enum run_state state);
const char *run_state_words(enum run_state state);
const char *run_input_words(enum run_input input);
enum stage run_stage(enum run_state state);

bool run_is_open(enum run_state state); /* neither none nor ended */
bool run_is_gate(enum run_state state);

/* One change and done: the maintenance page, or a mend. */
bool run_is_errand(const struct run *run);

/* How a run may fare per stage, for the stage line on the screen. */
enum stage_look {
    STAGE_AHEAD,
    STAGE_NOW,
    STAGE_DONE_OK,
    STAGE_DONE_BAD,
    STAGE_NOT_PART
};
enum stage_look run_stage_look(const struct run *run, enum stage stage);

/* The one door. Looks up the row for the run's state and `input`, asks its guard,
 * enters the next state and adds the row's effects. Returns false and fills `why` when
 * no row matches or the guard says no: then nothing changed. */
bool run_take(struct core *core, enum run_input input, struct effects *effects,
              struct why *why);

/* The table as Markdown, for docs/run-machine.md. */
struct str;
void run_write_table(struct str *out);

#endif
