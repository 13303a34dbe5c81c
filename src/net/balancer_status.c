#include "net/balancer_status.h"

#include "base/printable.h"
#include "base/str.h"

#include <limits.h>
#include <string.h>

void balancer_status_init(struct balancer_status *status)
{
    *status = (struct balancer_status){
        .disk_share = SHARE_UNKNOWN,
        .runtime_share = SHARE_UNKNOWN,
    };
}

static int64_t number_of(const char *value, int64_t most)
{
    long long number;
    return str_to_long(value, 0, most, &number) ? number : 0;
}

static int share_of_text(const char *value)
{
    long long share;
    return str_to_long(value, 0, 100, &share) ? (int)share : SHARE_UNKNOWN;
}

static void take_trouble(struct balancer_status *status, const char *value)
{
    char words[sizeof status->trouble];
    size_t length = strlen(status->trouble);
    struct str end = str_on(status->trouble + length, sizeof status->trouble - length);

    printable_text(value, strlen(value), words, sizeof words);
    str_addf(&end, "%s%s", length ? "; " : "", words);
}

static void take_words(char *words, size_t size, const char *value)
{
    printable_text(value, strlen(value), words, size);
}

static void take_lease(struct balancer_status *status, const char *key,
                       const char *value)
{
    struct lease *lease = &status->lease;

    if (str_equal(key, "lease"))
        lease->state = lease_state_from_name(value);
    else if (str_equal(key, "lease_epoch"))
        lease->epoch = number_of(value, INT64_MAX);
    else if (str_equal(key, "lease_run"))
        take_words(lease->run, sizeof lease->run, value);
    else if (str_equal(key, "lease_who"))
        take_words(lease->who, sizeof lease->who, value);
    else if (str_equal(key, "lease_where"))
        take_words(lease->where, sizeof lease->where, value);
    else if (str_equal(key, "lease_stage"))
        take_words(lease->stage, sizeof lease->stage, value);
    else if (str_equal(key, "lease_since_ms"))
        status->lease_since_ms = number_of(value, INT64_MAX);
    else if (str_equal(key, "lease_left_ms"))
        status->lease_left_ms = number_of(value, INT64_MAX);
}

static void take_fuse(struct balancer_status *status, const char *key,
                      const char *value)
{
    struct fuse *fuse = &status->fuse;

    if (str_equal(key, "fuse"))
        fuse->state = fuse_state_from_name(value);
    else if (str_equal(key, "fuse_to"))
        fuse->to = share_of_text(value);
    else if (str_equal(key, "fuse_run"))
        take_words(fuse->run, sizeof fuse->run, value);
    else if (str_equal(key, "fuse_held"))
        take_words(fuse->held, sizeof fuse->held, value);
    else if (str_equal(key, "fuse_left_ms"))
        status->fuse_left_ms = number_of(value, INT64_MAX);
}

void balancer_status_take(struct balancer_status *status, const char *key,
                          const char *value)
{
    if (str_equal(key, "sha256"))
        printable_text(value, strlen(value), status->helper_sha256,
                       sizeof status->helper_sha256);
    else if (str_equal(key, "haproxy_version"))
        printable_text(value, strlen(value), status->haproxy_version,
                       sizeof status->haproxy_version);
    else if (str_equal(key, "trouble"))
        take_trouble(status, value);
    else if (str_equal(key, "epoch"))
        status->epoch = number_of(value, INT64_MAX);
    else if (str_equal(key, "seq"))
        status->seq = number_of(value, INT64_MAX);
    else if (str_equal(key, "disk_share"))
        status->disk_share = share_of_text(value);
    else if (str_equal(key, "runtime_share"))
        status->runtime_share = share_of_text(value);
    else if (str_equal(key, "entries"))
        status->entries = (int)number_of(value, INT_MAX);
    else if (str_equal(key, "old_workers"))
        status->old_workers = (int)number_of(value, INT_MAX);
    else if (str_equal(key, "intent"))
        status->intent_open = str_equal(value, "open");
    else if (str_equal(key, "maintenance"))
        status->maintenance = str_equal(value, "on");
    else if (str_starts(key, "lease"))
        take_lease(status, key, value);
    else if (str_starts(key, "fuse"))
        take_fuse(status, key, value);
    else if (str_equal(key, "config"))
        status->config_edited = str_equal(value, "edited");
    else if (str_equal(key, "config_note"))
        printable_text(value, strlen(value), status->config_note,
                       sizeof status->config_note);
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
    event.status.maintenance = status->maintenance;
    event.status.lease = &status->lease;
    event.status.fuse = &status->fuse;
    event.status.lease_since_ms = status->lease_since_ms;
    event.status.lease_left_ms = status->lease_left_ms;
    event.status.fuse_left_ms = status->fuse_left_ms;
    event.status.config_edited = status->config_edited;
    event.status.config_note = status->config_note;
    return event;
}
