#include "net/balancer_status.h"

#include "base/str.h"
#include "net/helper_value.h"

#include <limits.h>

void balancer_status_init(struct balancer_status *status)
{
    *status = (struct balancer_status){
        .disk_share = SHARE_UNKNOWN,
        .runtime_share = SHARE_UNKNOWN,
        .fuse.to = SHARE_UNKNOWN,
    };
}

static int share_told(const char *value)
{
    return (int)helper_number(value, 0, 100, SHARE_UNKNOWN);
}

static int int_of(const char *value)
{
    return (int)helper_number(value, 0, INT_MAX, 0);
}

static void take_lease(struct balancer_status *status, const char *key,
                       const char *value)
{
    struct lease *lease = &status->lease;

    if (str_equal(key, "lease"))
        lease->state = lease_state_from_name(value);
    else if (str_equal(key, "lease_epoch"))
        lease->epoch = helper_count(value, 0);
    else if (str_equal(key, "lease_run"))
        helper_words(value, lease->run, sizeof lease->run);
    else if (str_equal(key, "lease_who"))
        helper_words(value, lease->who, sizeof lease->who);
    else if (str_equal(key, "lease_where"))
        helper_words(value, lease->where, sizeof lease->where);
    else if (str_equal(key, "lease_stage"))
        helper_words(value, lease->stage, sizeof lease->stage);
    else if (str_equal(key, "lease_since_ms"))
        status->lease_since_ms = helper_count(value, 0);
    else if (str_equal(key, "lease_left_ms"))
        status->lease_left_ms = helper_count(value, 0);
}

static void take_fuse(struct balancer_status *status, const char *key,
                      const char *value)
{
    struct fuse *fuse = &status->fuse;

    if (str_equal(key, "fuse"))
        fuse->state = fuse_state_from_name(value);
    else if (str_equal(key, "fuse_to"))
        fuse->to = share_told(value);
    else if (str_equal(key, "fuse_run"))
        helper_words(value, fuse->run, sizeof fuse->run);
    else if (str_equal(key, "fuse_held"))
        helper_words(value, fuse->held, sizeof fuse->held);
    else if (str_equal(key, "fuse_left_ms"))
        status->fuse_left_ms = helper_count(value, 0);
}

static void take_contract(struct contract *contract, const char *key, const char *value)
{
    if (str_equal(key, "contract"))
        contract->state = contract_state_from_name(value);
    else if (str_equal(key, "contract_release"))
        helper_words(value, contract->release, sizeof contract->release);
    else if (str_equal(key, "contract_closed"))
        helper_words(value, contract->closed, sizeof contract->closed);
    else if (str_equal(key, "contract_run"))
        helper_words(value, contract->run, sizeof contract->run);
}

void balancer_status_take(struct balancer_status *status, const char *key,
                          const char *value)
{
    if (str_equal(key, "sha256"))
        helper_words(value, status->helper_sha256, sizeof status->helper_sha256);
    else if (str_equal(key, "haproxy_version"))
        helper_words(value, status->haproxy_version, sizeof status->haproxy_version);
    else if (str_equal(key, "trouble"))
        helper_words_add(value, status->trouble, sizeof status->trouble);
    else if (str_equal(key, "epoch"))
        status->epoch = helper_count(value, 0);
    else if (str_equal(key, "seq"))
        status->seq = helper_count(value, 0);
    else if (str_equal(key, "disk_share"))
        status->disk_share = share_told(value);
    else if (str_equal(key, "runtime_share"))
        status->runtime_share = share_told(value);
    else if (str_equal(key, "entries"))
        status->entries = int_of(value);
    else if (str_equal(key, "old_workers"))
        status->old_workers = int_of(value);
    else if (str_equal(key, "old_worker_sessions_blue"))
        status->old_sessions[COLOUR_BLUE] = helper_count(value, 0);
    else if (str_equal(key, "old_worker_sessions_green"))
        status->old_sessions[COLOUR_GREEN] = helper_count(value, 0);
    else if (str_equal(key, "intent"))
        status->intent_open = str_equal(value, "open");
    else if (str_equal(key, "maintenance"))
        status->maintenance = str_equal(value, "on");
    else if (str_starts(key, "lease"))
        take_lease(status, key, value);
    else if (str_starts(key, "fuse"))
        take_fuse(status, key, value);
    else if (str_starts(key, "contract"))
        take_contract(&status->contract, key, value);
    else if (str_equal(key, "config"))
        status->config_edited = str_equal(value, "edited");
    else if (str_equal(key, "config_note"))
        helper_words(value, status->config_note, sizeof status->config_note);
}

struct event balancer_status_event(const struct balancer_status *status)
{
    struct event event = {.type = EV_BALANCER_STATUS};
    event.status.helper_sha256 = status->helper_sha256;
    event.status.haproxy_version = status->haproxy_version;
    event.status.trouble = status->trouble;
    event.status.epoch = status->epoch;
    event.status.seq = status->seq;
    event.status.disk_share = status->disk_share;
    event.status.runtime_share = status->runtime_share;
    event.status.entries = status->entries;
    event.status.old_workers = status->old_workers;
    event.status.intent_open = status->intent_open;
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++)
        event.status.old_sessions[colour] = status->old_sessions[colour];
    event.status.maintenance = status->maintenance;
    event.status.lease = &status->lease;
    event.status.fuse = &status->fuse;
    event.status.lease_since_ms = status->lease_since_ms;
    event.status.lease_left_ms = status->lease_left_ms;
    event.status.fuse_left_ms = status->fuse_left_ms;
    event.status.config_edited = status->config_edited;
    event.status.config_note = status->config_note;
    event.status.contract = &status->contract;
    return event;
}
