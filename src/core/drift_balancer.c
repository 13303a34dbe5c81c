/* What drifts on the load balancer itself: its map, its files, its workers. */

#include "core/drift_look.h"

#include "base/str.h"
#include "core/preflight_check.h"

#include <stdarg.h>

static bool has_share(const struct balancer *balancer)
{
    return share_is_valid(balancer->runtime_share);
}

/* What users see is right; then what a reload would bring; then what was seen last. */
static int right_share(const struct balancer *balancer)
{
    if (has_share(balancer))
        return balancer->runtime_share;
    if (share_is_valid(balancer->disk_share))
        return balancer->disk_share;
    return balancer->known_pid != 0 ? balancer->known_share : SHARE_UNKNOWN;
}

static void say_share(int share, char *buffer, size_t size)
{
    struct str out = str_on(buffer, size);
    enum colour live;

    if (share_live(share, &live))
        str_addf(&out, "all to %s", colour_name(live));
    else
        str_addf(&out, "%d %% to green", share);
}

static void mend_by_map(struct mend *mend, const struct model *model)
{
    const struct balancer *balancer = &model->balancers[0];
    int share = right_share(balancer);
    char words[64];

    if (share == SHARE_UNKNOWN) {
        mend_say(mend,
                 "neither HAProxy nor its file has a share, and none was seen before: "
                 "see which colour serves (its requests on the dashboard), then write "
                 "\"%s SHARE\" to the file and HAProxy's map by hand",
                 model->settings->map_key);
        return;
    }
    mend->kind = MEND_MAP;
    mend->share = share;
    mend->moves_traffic = !has_share(balancer);
    say_share(share, words, sizeof words);
    mend_say(mend, "writes \"%s %d\" (%s) to HAProxy's map and to its file; %s",
             model->settings->map_key, share, words,
             mend->moves_traffic ? "the traffic may move" : "the traffic stays");
}

void drift_of_map_lost(const struct model *model, struct drift *drift)
{
    const struct balancer *balancer = &model->balancers[0];
    struct mend *mend;

    if (has_share(balancer))
        return;
    if (balancer->map_entries == 0)
        mend =
            drift_add(drift, DRIFT_MAP_LOST, balancer_name(model),
                      "no entry for %s: the share that haproxy.cfg names in its place "
                      "decides",
                      model->settings->map_key);
    else
        mend = drift_add(drift, DRIFT_MAP_LOST, balancer_name(model),
                         "the value for %s is no share from 0 to 100",
                         model->settings->map_key);
    mend_by_map(mend, model);
}

void drift_of_share(const struct model *model, struct drift *drift)
{
    const struct balancer *balancer = &model->balancers[0];
    char runtime[64], disk[64];

    if (!has_share(balancer) || !share_is_valid(balancer->disk_share) ||
        balancer->runtime_share == balancer->disk_share)
        return;
    say_share(balancer->runtime_share, runtime, sizeof runtime);
    say_share(balancer->disk_share, disk, sizeof disk);
    mend_by_map(drift_add(drift, DRIFT_SHARE, balancer_name(model),
                          "HAProxy has %d (%s), its file %d (%s): a reload would move "
                          "the traffic",
                          balancer->runtime_share, runtime, balancer->disk_share, disk),
                model);
}

void drift_of_map_file(const struct model *model, struct drift *drift)
{
    if (share_is_valid(model->balancers[0].disk_share))
        return;
    mend_by_map(drift_add(drift, DRIFT_MAP_FILE, balancer_name(model),
                          "%s cannot be read, or is not exactly one line \"%s SHARE\"",
                          model->settings->map_file, model->settings->map_key),
                model);
}

void drift_of_map_double(const struct model *model, struct drift *drift)
{
    if (model->balancers[0].map_entries < 2)
        return;
    mend_by_map(drift_add(drift, DRIFT_MAP_DOUBLE, balancer_name(model),
                          "%d entries for %s, it must have one",
                          model->balancers[0].map_entries, model->settings->map_key),
                model);
}

void mend_by_rendering(struct mend *mend, const struct model *model, const char *format,
                       ...)
{
    struct str what = str_on(mend->what, sizeof mend->what);
    va_list arguments;

    if (model->config_managed) {
        mend->kind = MEND_RENDER;
        mend_say(mend,
                 "renders haproxy.cfg from the Droplets of both tags, shows the "
                 "difference at a gate, checks it, and reloads HAProxy; the traffic "
                 "stays on its colour");
        return;
    }
    va_start(arguments, format);
    str_addv(&what, format, arguments);
    va_end(arguments);
}

void drift_of_config(const struct model *model, struct drift *drift)
{
    const struct balancer *balancer = &model->balancers[0];

    if (!balancer->config_edited)
        return;
    struct mend *mend = drift_add(
        drift, DRIFT_CONFIG, balancer_name(model), "changed after HAProxy read it%s%s",
        balancer->config_note[0] != '\0' ? ": " : "", balancer->config_note);
    if (model->config_managed) {
        mend->kind = MEND_CONFIG;
        mend_say(mend, "puts back the haproxy.cfg that HAProxy runs with; nothing is "
                       "reloaded, the traffic stays");
    } else {
        mend_say(mend,
                 "the file is your own: reload HAProxy if the change is meant, else "
                 "put the old file back");
    }
}

void drift_of_worker(const struct model *model, struct drift *drift)
{
    const struct balancer *balancer = &model->balancers[0];

    if (balancer->stopping || balancer->known_pid == 0 ||
        balancer->worker_pid == balancer->known_pid)
        return;
    struct mend *mend =
        drift_add(drift, DRIFT_WORKER, balancer_name(model),
                  "%lld, it was %lld: HAProxy was reloaded or restarted, not by this "
                  "console",
                  (long long)balancer->worker_pid, (long long)balancer->known_pid);
    mend->kind = MEND_NOTED;
    mend->worker_pid = balancer->worker_pid;
    mend_say(mend, "notes worker %lld as known; nothing outside is touched",
             (long long)balancer->worker_pid);
}

void drift_of_stopping(const struct model *model, struct drift *drift)
{
    if (!model->balancers[0].stopping)
        return;
    mend_say(drift_add(drift, DRIFT_STOPPING, balancer_name(model),
                       "worker %lld is on its way out, and it still answers",
                       (long long)model->balancers[0].worker_pid),
             "nothing to do: the new worker answers soon; if it does not, see "
             "`show proc` on HAProxy's master socket");
}

void drift_of_old_workers(const struct model *model, struct drift *drift)
{
    int count = model->balancers[0].old_workers;
    const char *many = count == 1 ? "" : "s";

    if (count == 0)
        return;
    mend_say(drift_add(drift, DRIFT_OLD_WORKERS, balancer_name(model),
                       "%d old worker%s still serve%s connections", count, many,
                       count == 1 ? "s" : ""),
             "nothing to do: they end with their connections, or after "
             "hard-stop-after; leave both colours running until then");
}
