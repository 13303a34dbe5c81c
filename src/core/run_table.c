#include "core/run_table.h"

#include "core/moment.h"
#include "core/run_action.h"
#include "core/run_change.h"
#include "core/run_resume.h"

/* Sets of states. Macros, because an enum has no room for so many bits. */
/* clang-format off */
#define OPEN_GATES    (IN_STATE(RUN_BALANCER_GATE) | IN_STATE(RUN_PLAN_GATE) |              \
                       IN_STATE(RUN_CONFIG_GATE) | IN_STATE(RUN_SWITCH_GATE))
#define NOTHING_OPEN  (IN_STATE(RUN_NONE) | IN_STATE(RUN_DONE) | IN_STATE(RUN_STOPPED) |    \
                       IN_STATE(RUN_ABORTED) | IN_STATE(RUN_RETURNED) |                     \
                       IN_STATE(RUN_REVERTED) | IN_STATE(RUN_UNCONFIRMED) |                 \
                       IN_STATE(RUN_UNKNOWN))
#define BEFORE_SWITCH (IN_STATE(RUN_PREFLIGHT) | IN_STATE(RUN_BALANCER_GATE) |              \
                       IN_STATE(RUN_PLAN_GATE) | IN_STATE(RUN_READING_CONFIG) |             \
                       IN_STATE(RUN_CONFIG_GATE) | IN_STATE(RUN_VERIFYING) |                \
                       IN_STATE(RUN_WARMING_UP) | IN_STATE(RUN_DIAGNOSING) |                \
                       IN_STATE(RUN_SWITCH_GATE))
#define RECALLING     (IN_STATE(RUN_PREFLIGHT) | IN_STATE(RUN_BALANCER_GATE))
#define JOBS_END      (IN_STATE(RUN_FAILING) | IN_STATE(RUN_CANCELLING))
#define ON_ITS_WAY    (IN_STATE(RUN_SWITCHING) | IN_STATE(RUN_SWITCH_UNKNOWN))
#define PARTED        IN_STATE(RUN_SPLIT)
#define CANARY        (IN_STATE(RUN_HOLDING) | IN_STATE(RUN_STEP_GATE))
#define SWITCHED      (IN_STATE(RUN_WATCHING) | IN_STATE(RUN_FINISH_GATE))
#define LAST_WORD     (IN_STATE(RUN_REVERTING) | IN_STATE(RUN_FINISHING))
#define ERRAND        (IN_STATE(RUN_CHANGING) | IN_STATE(RUN_INSTALLING))
#define ASKED         (IN_STATE(RUN_SWITCHING) | ERRAND | LAST_WORD | IN_STATE(RUN_CONTRACTING))
/* clang-format on */

/* A row holds when the run is in one of the states of `where`, `what` happened, and the
 * guard gives no reason against it; the first such row is taken. */
/* clang-format off */
static const struct run_row rows[] = {
/*  where                          what happened     guard                     what we ask                     what is done           where to */
{ NOTHING_OPEN,                    IN_DEPLOY,        guard_may_begin,          "everything afresh",            action_begin_deploy,   RUN_PREFLIGHT },
{ NOTHING_OPEN,                    IN_SHIFT,         guard_may_begin,          "everything afresh",            action_begin_shift,    RUN_PREFLIGHT },
{ NOTHING_OPEN,                    IN_ROLLBACK,      guard_may_begin_rollback, "everything afresh",            action_begin_rollback, RUN_PREFLIGHT },
{ NOTHING_OPEN,                    IN_TAKEOVER,      guard_may_take_over,      "the lease",                    action_begin_takeover, RUN_PREFLIGHT },
{ NOTHING_OPEN,                    IN_MAINTENANCE,   guard_may_maintain,       "the lease",                    action_begin_maintenance, RUN_PREFLIGHT },
{ NOTHING_OPEN,                    IN_MEND,          guard_may_begin,          "the lease",                    action_begin_mend,     RUN_PREFLIGHT },
{ NOTHING_OPEN,                    IN_CONFIGURE,     guard_may_configure,      "everything afresh",            action_begin_configure, RUN_PREFLIGHT },
{ NOTHING_OPEN,                    IN_CONTRACT,      guard_may_contract,       "everything afresh",            action_begin_contract, RUN_PREFLIGHT },
{ NOTHING_OPEN,                    IN_RESUME,        guard_may_resume,         "the lease, and everything afresh", action_begin_resume, RUN_PREFLIGHT },

{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_OK,     guard_recalls,            "as the table of resume says",  action_resume,         RUN_RESUMES },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_BAD,    guard_recalls,            "",                             action_leave_resume,   RUN_UNKNOWN },
{ RECALLING,                       IN_LATE,          guard_recalls,            "",                             action_leave_resume,   RUN_UNKNOWN },
{ RECALLING,                       IN_NO,            guard_recalls,            "",                             action_leave_resume,   RUN_UNKNOWN },
{ RECALLING,                       IN_ABORT,         guard_recalls,            "",                             action_leave_resume,   RUN_UNKNOWN },
{ RECALLING,                       IN_LEASE_LOST,    guard_recalls,            "",                             action_leave_resume,   RUN_UNKNOWN },
{ RECALLING,                       IN_JOURNAL_LOST,  guard_recalls,            "",                             action_leave_resume,   RUN_UNKNOWN },

{ IN_STATE(RUN_PREFLIGHT),         IN_BALANCER_LOST, guard_none,               "the operator: without it?",    action_open_gate,      RUN_BALANCER_GATE },
{ IN_STATE(RUN_BALANCER_GATE),     IN_YES,           guard_none,               "everything afresh",            action_leave_out,      RUN_PREFLIGHT },
{ IN_STATE(RUN_BALANCER_GATE),     IN_BALANCER_BACK, guard_none,               "everything afresh",            action_ask_again,      RUN_PREFLIGHT },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_OK,     guard_is_deploy,          "the operator: go on?",         action_open_gate,      RUN_PLAN_GATE },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_OK,     guard_configures,         "bgc-lb: haproxy.cfg",          action_read_config,    RUN_READING_CONFIG },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_OK,     guard_goes_as_is,         "probes of the targets",        action_verify,         RUN_VERIFYING },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_OK,     guard_inherits,           "the fuse: more time",          action_inherit,        RUN_FINISH_GATE },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_OK,     guard_is_takeover,        "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_OK,     guard_is_errand,          "bgc-lb: the change",           action_do_errand,      RUN_CHANGING },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_OK,     guard_is_contract,        "the operator: contract?",      action_open_contract,  RUN_CONTRACT_GATE },
{ IN_STATE(RUN_PREFLIGHT),         IN_CHECKS_BAD,    guard_none,               "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_PREFLIGHT),         IN_LATE,          guard_none,               "",                             action_stop,           RUN_STOPPED },

{ IN_STATE(RUN_PLAN_GATE),         IN_YES,           guard_plan_holds,         "the first steps",              action_start_jobs,     RUN_DEPLOYING },
{ OPEN_GATES,                      IN_NO,            guard_none,               "",                             action_stop,           RUN_STOPPED },
{ OPEN_GATES,                      IN_LATE,          guard_none,               "",                             action_stop,           RUN_STOPPED },

{ IN_STATE(RUN_DEPLOYING),         IN_ALL_DEPLOYED,  guard_configures,         "bgc-lb: haproxy.cfg",          action_read_config,    RUN_READING_CONFIG },
{ IN_STATE(RUN_DEPLOYING),         IN_ALL_DEPLOYED,  guard_none,               "probes, facts afresh",         action_verify,         RUN_VERIFYING },
{ IN_STATE(RUN_DEPLOYING),         IN_HOST_FAILED,   guard_none,               "no further step",              action_stop_jobs,      RUN_FAILING },
{ IN_STATE(RUN_DEPLOYING),         IN_HOOK_FAILED,   guard_none,               "no further step",              action_stop_jobs,      RUN_FAILING },
{ IN_STATE(RUN_DEPLOYING),         IN_TARGET_LIVE,   guard_none,               "no further step",              action_stop_jobs,      RUN_FAILING },
{ IN_STATE(RUN_DEPLOYING),         IN_LEASE_LOST,    guard_none,               "no further step",              action_stop_jobs,      RUN_FAILING },
{ IN_STATE(RUN_DEPLOYING),         IN_JOURNAL_LOST,  guard_none,               "no further step",              action_stop_jobs,      RUN_FAILING },
{ IN_STATE(RUN_DEPLOYING),         IN_ABORT,         guard_none,               "the jobs to be cancelled",     action_cancel_jobs,    RUN_CANCELLING },
{ IN_STATE(RUN_FAILING),           IN_ABORT,         guard_journal_serves,     "the jobs to be cancelled",     action_cancel_jobs,    RUN_CANCELLING },
{ IN_STATE(RUN_FAILING),           IN_AT_REST,       guard_none,               "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_CANCELLING),        IN_AT_REST,       guard_ends_known,         "",                             action_abort,          RUN_ABORTED },
{ IN_STATE(RUN_CANCELLING),        IN_AT_REST,       guard_none,               "",                             action_lose,           RUN_UNKNOWN },
{ JOBS_END,                        IN_LATE,          guard_none,               "",                             action_lose,           RUN_UNKNOWN },

{ IN_STATE(RUN_READING_CONFIG),    IN_CONFIG_SAME,   guard_configures_more,    "bgc-lb: the next one's",       action_read_next_config, RUN_STAYS },
{ IN_STATE(RUN_READING_CONFIG),    IN_CONFIG_SAME,   guard_is_configure,       "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_READING_CONFIG),    IN_CONFIG_SAME,   guard_none,               "probes, facts afresh",         action_verify,         RUN_VERIFYING },
{ IN_STATE(RUN_READING_CONFIG),    IN_CONFIG_DIFFERS, guard_none,              "the operator: install it?",    action_show_config,    RUN_CONFIG_GATE },
{ IN_STATE(RUN_READING_CONFIG),    IN_CONFIG_BAD,    guard_none,               "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_READING_CONFIG),    IN_LATE,          guard_none,               "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_CONFIG_GATE),       IN_YES,           guard_config_holds,       "bgc-lb: config-install",       action_install,        RUN_INSTALLING },
{ IN_STATE(RUN_INSTALLING),        IN_CHANGED,       guard_configures_more,    "bgc-lb: the next one's",       action_read_next_config, RUN_READING_CONFIG },
{ IN_STATE(RUN_INSTALLING),        IN_CHANGED,       guard_is_configure,       "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_INSTALLING),        IN_CHANGED,       guard_none,               "probes, facts afresh",         action_verify,         RUN_VERIFYING },

{ IN_STATE(RUN_VERIFYING),         IN_VERIFIED,      guard_warms_up,           "the hosts: warm-up",           action_warm_up,        RUN_WARMING_UP },
{ IN_STATE(RUN_VERIFYING),         IN_VERIFIED,      guard_target_ready,       "the operator: switch?",        action_open_gate,      RUN_SWITCH_GATE },
{ IN_STATE(RUN_VERIFYING),         IN_NOT_VERIFIED,  guard_is_deploy,          "the sick hosts: why?",         action_diagnose,       RUN_DIAGNOSING },
{ IN_STATE(RUN_VERIFYING),         IN_LATE,          guard_is_deploy,          "the sick hosts: why?",         action_diagnose,       RUN_DIAGNOSING },
{ IN_STATE(RUN_VERIFYING),         IN_NOT_VERIFIED,  guard_goes_as_is,         "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_VERIFYING),         IN_LATE,          guard_goes_as_is,         "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_WARMING_UP),        IN_AT_REST,       guard_steps_went_well,    "probes of the targets",        NULL,                  RUN_VERIFYING },
{ IN_STATE(RUN_WARMING_UP),        IN_AT_REST,       guard_none,               "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_WARMING_UP),        IN_TARGET_LIVE,   guard_none,               "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_WARMING_UP),        IN_ABORT,         guard_none,               "the jobs to be cancelled",     action_cancel_jobs,    RUN_CANCELLING },
{ IN_STATE(RUN_DIAGNOSING),        IN_AT_REST,       guard_none,               "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_DIAGNOSING),        IN_LATE,          guard_none,               "",                             action_stop,           RUN_STOPPED },

{ IN_STATE(RUN_SWITCH_GATE),       IN_YES,           guard_target_ready,       "bgc-lb: switch, with a fuse",  action_switch,         RUN_SWITCHING },
{ ASKED,                           IN_SILENT,        guard_none,               "the same nonce again",         action_change_again,   RUN_STAYS },
{ IN_STATE(RUN_SWITCHING),         IN_ABORT,         guard_none,               "to wait for the outcome",      action_note_abort,     RUN_SWITCHING },
{ ON_ITS_WAY,                      IN_CHANGED,       guard_is_part_way,        "the hold begins",              action_hold,           RUN_HOLDING },
{ ON_ITS_WAY,                      IN_CHANGED,       guard_none,               "the guard window begins",      action_watch,          RUN_WATCHING },
{ ON_ITS_WAY | CANARY | SWITCHED,  IN_SPLIT,         guard_none,               "who has not switched: again",  action_split,          RUN_SPLIT },
{ PARTED,                          IN_SILENT,        guard_none,               "who has not switched: again",  action_complete,       RUN_STAYS },
{ PARTED,                          IN_YES,           guard_none,               "the same, at once",            action_complete_now,   RUN_STAYS },
{ PARTED,                          IN_CHANGED,       guard_is_part_way,        "the hold begins",              action_hold,           RUN_HOLDING },
{ PARTED,                          IN_CHANGED,       guard_none,               "the guard window begins",      action_watch,          RUN_WATCHING },
{ PARTED,                          IN_ROLLBACK,      guard_may_take_back,      "bgc-lb: revert",               action_revert,         RUN_REVERTING },
{ PARTED,                          IN_ABORT,         guard_may_take_back,      "bgc-lb: revert",               action_revert,         RUN_REVERTING },
{ PARTED,                          IN_NO,            guard_may_take_back,      "bgc-lb: revert",               action_revert,         RUN_REVERTING },
{ PARTED,                          IN_LATE,          guard_may_take_back,      "bgc-lb: revert",               action_revert,         RUN_REVERTING },
{ PARTED,                          IN_LATE,          guard_none,               "",                             action_leave,          RUN_UNCONFIRMED },
{ PARTED,                          IN_LEASE_LOST,    guard_none,               "",                             action_leave,          RUN_UNCONFIRMED },
{ ON_ITS_WAY,                      IN_REFUSED,       guard_first_never_came,   "probes, facts afresh",         action_verify_again,   RUN_VERIFYING },
{ ON_ITS_WAY,                      IN_REFUSED,       guard_is_first_step,      "",                             action_stop,           RUN_STOPPED },
{ ON_ITS_WAY,                      IN_REFUSED,       guard_none,               "the operator: try again?",     action_note_refused,   RUN_STEP_GATE },
{ IN_STATE(RUN_SWITCHING),         IN_DOUBTFUL,      guard_none,               "bgc-lb: what is true?",        action_read_reality,   RUN_SWITCH_UNKNOWN },
{ IN_STATE(RUN_SWITCHING),         IN_LATE,          guard_none,               "bgc-lb: what is true?",        action_read_reality,   RUN_SWITCH_UNKNOWN },
{ IN_STATE(RUN_SWITCHING),         IN_JOURNAL_LOST,  guard_is_rollback,        "the same nonce again",         action_change_again,   RUN_SWITCHING },
{ IN_STATE(RUN_SWITCHING),         IN_JOURNAL_LOST,  guard_none,               "bgc-lb: what is true?",        action_read_reality,   RUN_SWITCH_UNKNOWN },
{ IN_STATE(RUN_SWITCH_UNKNOWN),    IN_READ_NEW,      guard_is_part_way,        "the hold begins",              action_hold,           RUN_HOLDING },
{ IN_STATE(RUN_SWITCH_UNKNOWN),    IN_READ_NEW,      guard_none,               "the guard window begins",      action_watch,          RUN_WATCHING },
{ IN_STATE(RUN_SWITCH_UNKNOWN),    IN_READ_OLD,      guard_is_first_step,      "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_SWITCH_UNKNOWN),    IN_READ_OLD,      guard_none,               "the operator: try again?",     action_note_refused,   RUN_STEP_GATE },
{ IN_STATE(RUN_SWITCH_UNKNOWN),    IN_TAKEN_BACK,    guard_none,               "",                             action_reverted,       RUN_REVERTED },
{ IN_STATE(RUN_SWITCH_UNKNOWN),    IN_LATE,          guard_none,               "",                             action_lose,           RUN_UNKNOWN },

{ IN_STATE(RUN_HOLDING),           IN_TRIPPED,       guard_none,               "the operator: go on?",         action_open_gate,      RUN_STEP_GATE },
{ IN_STATE(RUN_HOLDING),           IN_HOLD_ENDED,    guard_steps_alone,        "bgc-lb: the next step",        action_switch,         RUN_SWITCHING },
{ IN_STATE(RUN_HOLDING),           IN_HOLD_ENDED,    guard_none,               "the operator: go on?",         action_open_gate,      RUN_STEP_GATE },
{ IN_STATE(RUN_STEP_GATE),         IN_YES,           guard_target_ready,       "bgc-lb: the next step",        action_switch,         RUN_SWITCHING },
{ IN_STATE(RUN_STEP_GATE),         IN_NO,            guard_may_take_back,      "bgc-lb: revert",               action_revert,         RUN_REVERTING },
{ IN_STATE(RUN_STEP_GATE),         IN_NO,            guard_none,               "",                             action_leave,          RUN_UNCONFIRMED },
{ IN_STATE(RUN_STEP_GATE),         IN_LATE,          guard_may_take_back,      "bgc-lb: revert",               action_revert,         RUN_REVERTING },
{ IN_STATE(RUN_STEP_GATE),         IN_LATE,          guard_none,               "",                             action_leave,          RUN_UNCONFIRMED },
{ CANARY,                          IN_ABORT,         guard_may_take_back,      "bgc-lb: revert",               action_revert,         RUN_REVERTING },

{ IN_STATE(RUN_WATCHING),          IN_WINDOW_CLEAN,  guard_none,               "the operator: finish?",        action_open_gate,      RUN_FINISH_GATE },
{ IN_STATE(RUN_WATCHING),          IN_WINDOW_EMPTY,  guard_none,               "the operator: finish?",        action_open_gate,      RUN_FINISH_GATE },
{ IN_STATE(RUN_WATCHING),          IN_TRIPPED,       guard_none,               "the operator: finish?",        action_open_gate,      RUN_FINISH_GATE },
{ IN_STATE(RUN_WATCHING),          IN_HOOK_FAILED,   guard_none,               "the operator: finish?",        action_open_gate,      RUN_FINISH_GATE },
{ SWITCHED,                        IN_FINISH,        guard_hands_over_unfused, "the hosts: on-live, on-idle",  action_hand_over,      RUN_HANDING_OVER },
{ SWITCHED,                        IN_FINISH,        guard_is_unfused,         "",                             action_finish,         RUN_DONE },
{ SWITCHED,                        IN_FINISH,        guard_may_confirm,        "bgc-lb: finish",               action_confirm,        RUN_FINISHING },
{ IN_STATE(RUN_FINISH_GATE),       IN_YES,           guard_hands_over_unfused, "the hosts: on-live, on-idle",  action_hand_over,      RUN_HANDING_OVER },
{ IN_STATE(RUN_FINISH_GATE),       IN_YES,           guard_is_unfused,         "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_FINISH_GATE),       IN_YES,           guard_may_confirm,        "bgc-lb: finish",               action_confirm,        RUN_FINISHING },
{ IN_STATE(RUN_FINISH_GATE),       IN_NO,            guard_none,               "",                             action_leave,          RUN_UNCONFIRMED },
{ IN_STATE(RUN_FINISH_GATE),       IN_LATE,          guard_none,               "",                             action_leave,          RUN_UNCONFIRMED },
{ CANARY | SWITCHED,               IN_ROLLBACK,      guard_may_take_back,      "bgc-lb: revert",               action_revert,         RUN_REVERTING },
{ SWITCHED,                        IN_ROLLBACK,      guard_may_give_up,        "a rollback run, at once",      action_return,         RUN_RETURNED },
{ CANARY | SWITCHED | LAST_WORD,   IN_TAKEN_BACK,    guard_none,               "",                             action_reverted,       RUN_REVERTED },
{ CANARY | SWITCHED | LAST_WORD,   IN_LEASE_LOST,    guard_none,               "",                             action_leave,          RUN_UNCONFIRMED },

{ IN_STATE(RUN_REVERTING),         IN_CHANGED,       guard_none,               "",                             action_reverted,       RUN_REVERTED },
{ IN_STATE(RUN_FINISHING),         IN_CHANGED,       guard_hands_over,         "the hosts: on-live, on-idle",  action_hand_over,      RUN_HANDING_OVER },
{ IN_STATE(RUN_FINISHING),         IN_CHANGED,       guard_contracts,          "the operator: contract?",      action_open_contract,  RUN_CONTRACT_GATE },
{ IN_STATE(RUN_FINISHING),         IN_CHANGED,       guard_none,               "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_HANDING_OVER),      IN_AT_REST,       guard_contracts,          "the operator: contract?",      action_open_contract,  RUN_CONTRACT_GATE },
{ IN_STATE(RUN_HANDING_OVER),      IN_AT_REST,       guard_none,               "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_HANDING_OVER),      IN_ABORT,         guard_journal_serves,     "the jobs to be cancelled",     action_cancel_jobs,    RUN_STAYS },
{ IN_STATE(RUN_HANDING_OVER),      IN_JOURNAL_LOST,  guard_none,               "no further step",              action_stop_jobs,      RUN_STAYS },
{ IN_STATE(RUN_HANDING_OVER),      IN_LEASE_LOST,    guard_none,               "",                             action_finish,         RUN_DONE },
{ LAST_WORD,                       IN_REFUSED,       guard_none,               "the operator: what now?",      action_note_refused,   RUN_FINISH_GATE },
{ LAST_WORD,                       IN_DOUBTFUL,      guard_none,               "the operator: what now?",      action_note_refused,   RUN_FINISH_GATE },
{ LAST_WORD,                       IN_LATE,          guard_none,               "the operator: what now?",      action_note_refused,   RUN_FINISH_GATE },
{ LAST_WORD | ERRAND,              IN_JOURNAL_LOST,  guard_none,               "the same nonce again",         action_change_again,   RUN_STAYS },

{ IN_STATE(RUN_CONTRACT_GATE),     IN_YES,           guard_contract_holds,     "bgc-lb: the way back closes",  action_close_way_back, RUN_CONTRACTING },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_HOOK_FAILED,   guard_is_contract,        "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_ABORT,         guard_is_contract,        "",                             action_abort,          RUN_ABORTED },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_NO,            guard_is_contract,        "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_LATE,          guard_is_contract,        "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_LEASE_LOST,    guard_is_contract,        "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_JOURNAL_LOST,  guard_is_contract,        "",                             action_stop,           RUN_STOPPED },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_ABORT,         guard_none,               "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_NO,            guard_none,               "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_LATE,          guard_none,               "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_LEASE_LOST,    guard_none,               "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_CONTRACT_GATE),     IN_JOURNAL_LOST,  guard_none,               "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_CONTRACTING),       IN_CHANGED,       guard_contract_waits,     "the migration, on one host",   action_contract,       RUN_STAYS },
{ IN_STATE(RUN_CONTRACTING),       IN_CONTRACTED,    guard_ends_known,         "bgc-lb: how it ended",         action_record_contract, RUN_STAYS },
{ IN_STATE(RUN_CONTRACTING),       IN_CONTRACTED,    guard_none,               "",                             action_lose,           RUN_UNKNOWN },
{ IN_STATE(RUN_CONTRACTING),       IN_CHANGED,       guard_contract_is_done,   "",                             action_finish,         RUN_DONE },
{ IN_STATE(RUN_CONTRACTING),       IN_CHANGED,       guard_none,               "",                             action_lose,           RUN_UNKNOWN },
{ IN_STATE(RUN_CONTRACTING),       IN_ABORT,         guard_contract_runs,      "the job to be cancelled",      action_cancel_jobs,    RUN_STAYS },
{ IN_STATE(RUN_CONTRACTING),       IN_JOURNAL_LOST,  guard_contract_runs,      "",                             NULL,                  RUN_STAYS },
{ IN_STATE(RUN_CONTRACTING),       IN_REFUSED,       guard_none,               "",                             action_lose,           RUN_UNKNOWN },
{ IN_STATE(RUN_CONTRACTING),       IN_DOUBTFUL,      guard_none,               "",                             action_lose,           RUN_UNKNOWN },
{ IN_STATE(RUN_CONTRACTING),       IN_LATE,          guard_none,               "",                             action_lose,           RUN_UNKNOWN },
{ IN_STATE(RUN_CONTRACTING),       IN_LEASE_LOST,    guard_none,               "",                             action_lose,           RUN_UNKNOWN },
{ IN_STATE(RUN_CONTRACTING),       IN_JOURNAL_LOST,  guard_none,               "",                             action_lose,           RUN_UNKNOWN },

{ IN_STATE(RUN_CHANGING),          IN_CHANGED,       guard_none,               "",                             action_finish,         RUN_DONE },
{ ERRAND,                          IN_REFUSED,       guard_none,               "",                             action_stop,           RUN_STOPPED },
{ ERRAND,                          IN_DOUBTFUL,      guard_none,               "",                             action_lose,           RUN_UNKNOWN },
{ ERRAND,                          IN_LATE,          guard_none,               "",                             action_lose,           RUN_UNKNOWN },

{ BEFORE_SWITCH,                   IN_ABORT,         guard_none,               "",                             action_abort,          RUN_ABORTED },
{ BEFORE_SWITCH,                   IN_HOOK_FAILED,   guard_none,               "",                             action_stop,           RUN_STOPPED },
{ BEFORE_SWITCH,                   IN_LEASE_LOST,    guard_none,               "",                             action_stop,           RUN_STOPPED },
{ BEFORE_SWITCH,                   IN_JOURNAL_LOST,  guard_is_forward,         "",                             action_stop,           RUN_STOPPED },
};
/* clang-format on */

const struct run_row *run_rows(size_t *ret_count)
{
    *ret_count = sizeof rows / sizeof rows[0];
    return rows;
}

/* A host that answers at all does so well within this. */
enum { ANSWER_LIMIT_MS = 45000 };

/* A reload that fails is waited for, taken back, and reloaded once more. */
enum { INSTALL_LIMIT_MS = 120000 };

/* Steps end by their own limits on the hosts; this much later we stop waiting. */
enum { JOBS_END_LIMIT_MS = 30 * 60 * 1000, CANCEL_LIMIT_MS = 60000 };

/* All tries of a probe, the last one ending late, and HAProxy's own checks after. */
static int64_t verify_limit_ms(const struct settings *settings)
{
    int64_t tries = settings->health_tries + settings->health_rise;
    return tries * (settings->health_delay_s + settings->health_timeout_s) * 1000 +
           30000;
}

int64_t run_limit_ms(const struct core *core, enum run_state state)
{
    const struct settings *settings = core->model.settings;

    switch (state) {
    case RUN_PREFLIGHT:
        return (core->model.wait_lease ? settings->gate_limit_s * 1000
                                       : ANSWER_LIMIT_MS) +
               settings->drain_s * 1000;
    case RUN_SWITCHING:
    case RUN_SWITCH_UNKNOWN:
    case RUN_REVERTING:
    case RUN_FINISHING:
    case RUN_CHANGING:
    case RUN_READING_CONFIG:
    case RUN_CONTRACTING:
        return ANSWER_LIMIT_MS;
    case RUN_INSTALLING:
        return INSTALL_LIMIT_MS;
    case RUN_DIAGNOSING:
        return ANSWER_LIMIT_MS / 3;
    case RUN_BALANCER_GATE:
    case RUN_SPLIT:
    case RUN_PLAN_GATE:
    case RUN_CONFIG_GATE:
    case RUN_SWITCH_GATE:
    case RUN_STEP_GATE:
    case RUN_FINISH_GATE:
    case RUN_CONTRACT_GATE:
        return settings->gate_limit_s * 1000;
    case RUN_FAILING:
        return JOBS_END_LIMIT_MS;
    case RUN_CANCELLING:
        return CANCEL_LIMIT_MS;
    case RUN_VERIFYING:
        return verify_limit_ms(settings);
    case RUN_HOLDING:
        return settings->canary_hold_s * 1000;
    case RUN_WATCHING:
        return settings->watch_s * 1000;
    default:
        return 0;
    }
}

const char *run_limit_words(enum run_state state)
{
    switch (state) {
    case RUN_PREFLIGHT:
        return "45 s, or `[run] gate_limit` with --wait-lease; and `drain`";
    case RUN_SWITCHING:
    case RUN_SWITCH_UNKNOWN:
    case RUN_REVERTING:
    case RUN_FINISHING:
    case RUN_CHANGING:
    case RUN_READING_CONFIG:
        return "45 s";
    case RUN_INSTALLING:
        return "120 s";
    case RUN_DIAGNOSING:
        return "15 s";
    case RUN_BALANCER_GATE:
    case RUN_SPLIT:
    case RUN_PLAN_GATE:
    case RUN_CONFIG_GATE:
    case RUN_SWITCH_GATE:
    case RUN_STEP_GATE:
    case RUN_FINISH_GATE:
    case RUN_CONTRACT_GATE:
        return "`[run] gate_limit`";
    case RUN_WARMING_UP:
    case RUN_HANDING_OVER:
    case RUN_CONTRACTING:
        return "45 s for each word of the load balancer; the step by its recipe's "
               "limits, on the host";
    case RUN_DEPLOYING:
        return "each step by its recipe's limits, on the host";
    case RUN_FAILING:
        return "30 min";
    case RUN_CANCELLING:
        return "60 s";
    case RUN_VERIFYING:
        return "(`tries` + `rise`) × (`delay` + `timeout`) + 30 s";
    case RUN_HOLDING:
        return "`[run] canary_hold`";
    case RUN_WATCHING:
        return "`[run] watch`, the guard window";
    default:
        return "";
    }
}

const char *run_guard_words(guard_fn *guard)
{
    static const struct {
        guard_fn *guard;
        const char *words;
    } known[] = {
        {guard_none, ""},
        {guard_is_deploy, "it is a deploy"},
        {guard_is_rollback, "it is a rollback"},
        {guard_is_forward, "it is no rollback"},
        {guard_goes_as_is, "it is a switch or a rollback"},
        {guard_is_takeover, "it is a takeover"},
        {guard_inherits, "it is a takeover, and a switch waits to be confirmed"},
        {guard_is_errand, "it is for the maintenance page, or a mend"},
        {guard_may_begin, "no run is open, the journal is written"},
        {guard_may_begin_rollback, "no run is open"},
        {guard_may_configure, "no run is open, haproxy.cfg is ours to write"},
        {guard_configures_more, "a load balancer was not looked at yet"},
        {guard_configures, "it builds nothing more, haproxy.cfg is ours to write"},
        {guard_is_configure, "it is for haproxy.cfg alone"},
        {guard_config_holds,
         "the lease is ours; nothing has changed since it was shown"},
        {guard_may_contract, "no run is open, the recipe has the step"},
        {guard_is_contract, "it is for the contract migration alone"},
        {guard_contracts,
         "a deploy whose recipe has the step, and `[run] contract` is not never"},
        {guard_contract_holds,
         "the target has all the traffic for good, the lease is ours"},
        {guard_contract_waits, "nothing of the migration has begun"},
        {guard_contract_runs, "its job runs"},
        {guard_contract_is_done, "it ended well"},
        {guard_may_take_over, "no run is open, somebody holds the lease"},
        {guard_may_resume, "no run is open, the journal knows of one that was cut off"},
        {guard_recalls, "it was cut off, and where it stood is still to be found"},
        {guard_first_never_came,
         "it was asked for before a cut, and no step was made before"},
        {guard_may_maintain, "no run is open, the page is not there yet, or there"},
        {guard_plan_holds, "the checks are ok and fresh"},
        {guard_journal_serves, "the journal is written"},
        {guard_ends_known, "the end of each job is known"},
        {guard_target_ready,
         "the lease is ours; each target is healthy, of the release, UP and checked"},
        {guard_is_first_step, "no step was made before"},
        {guard_is_part_way, "a canary step is still to come"},
        {guard_steps_alone, "the step was clean, and `[run] canary_ask` is no"},
        {guard_is_unfused, "the switch had no fuse"},
        {guard_warms_up, "each target is ready; the recipe has a warm-up, not run yet"},
        {guard_hands_over, "the recipe has on-live or on-idle, the journal is written"},
        {guard_hands_over_unfused,
         "the switch had no fuse; the recipe has on-live or on-idle"},
        {guard_steps_went_well, "every host is through"},
        {guard_may_confirm, "all the traffic is on the target, the lease is ours"},
        {guard_may_take_back, "the switch has a fuse, the lease is ours"},
        {guard_may_give_up, "it had none, and there is a colour to go back to"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].guard == guard)
            return known[i].words;
    }
    return "?";
}
