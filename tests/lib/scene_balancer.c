#include "lib/scene_balancer.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

void scene_balancer_init(struct scene_balancer *balancer, const char *name,
                         int64_t now_ms)
{
    *balancer = (struct scene_balancer){
        .name = name,
        .now_ms = now_ms,
        .has_power = true,
        .reachable = true,
        .counters_come = true,
        .share = SHARE_BLUE,
        .disk_share = SHARE_BLUE,
        .epoch = 3,
        .seq = 7,
        .worker_pid = 4711,
        .requests_per_s = 100,
    };
}

bool scene_answers(const struct scene_balancer *balancer)
{
    return balancer->has_power && balancer->reachable;
}

bool scene_counters_come(const struct scene_balancer *balancer)
{
    return balancer->has_power && balancer->counters_come;
}

/* ---- time ---- */

static void serve(struct scene_balancer *balancer, int64_t ms)
{
    int64_t requests = balancer->requests_per_s * ms / 1000;

    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++) {
        struct counters *counted = &balancer->counted[colour];
        int share = colour == COLOUR_GREEN ? balancer->share : 100 - balancer->share;
        int64_t served = requests * share / 100;
        int64_t failed = served * balancer->errors_percent[colour] / 100;
        counted->requests += served;
        counted->status[5] += failed;
        counted->status[2] += served - failed;
        counted->econ += failed;
    }
}

/* As a change of its own, one seq above all that were used. */
static void burn(struct scene_balancer *balancer)
{
    struct fuse *fuse = &balancer->fuse;

    if ((fuse->state != FUSE_ARMED && fuse->state != FUSE_HELD) ||
        fuse->until_ms > balancer->now_ms)
        return;
    if (balancer->way_back_is_dead) {
        fuse->state = FUSE_HELD;
        return;
    }
    balancer->share = balancer->disk_share = fuse->to;
    balancer->seq++;
    balancer->nonce[0] = '\0';
    balancer->changes++;
    fuse->state = FUSE_FIRED;
}

void scene_balancer_advance(struct scene_balancer *balancer, int64_t now_ms,
                            int64_t served_ms)
{
    balancer->now_ms = now_ms;
    if (!balancer->has_power)
        return;
    burn(balancer);
    serve(balancer, served_ms);
}

void scene_die(struct scene_balancer *balancer)
{
    balancer->has_power = false;
}

void scene_boot(struct scene_balancer *balancer)
{
    if (balancer->has_power)
        return;
    balancer->has_power = true;
    balancer->worker_pid++;
    memset(balancer->counted, 0, sizeof balancer->counted);
    balancer->holder.is_void = true;
    balancer->fuse.until_ms = balancer->now_ms;
    burn(balancer);
}

void scene_move_share(struct scene_balancer *balancer, int share)
{
    balancer->share = share;
    balancer->disk_share = share;
    balancer->seq++;
    balancer->nonce[0] = '\0';
    balancer->changes++;
}

static const struct switch_outcome granted = {
    .answered = true, .ok = true, .code = "ok"};

static enum switch_fate next_fate(struct scene_balancer *balancer)
{
    enum switch_fate fate = balancer->fate;

    if (balancer->fate_count == 0)
        return SWITCH_WORKS;
    if (balancer->fate_count > 0)
        balancer->fate_count--;
    return fate;
}

static struct switch_outcome refusal(const struct scene_balancer *balancer,
                                     const char *code, const char *message)
{
    struct switch_outcome outcome = {.answered = true, .code = code};

    snprintf(outcome.message, sizeof outcome.message, "%s: %s", balancer->name,
             message);
    return outcome;
}

static bool is_above(const struct switch_request *request,
                     const struct scene_balancer *balancer)
{
    if (request->epoch < balancer->holder.epoch)
        return false;
    return request->epoch > balancer->epoch ||
           (request->epoch == balancer->epoch && request->seq > balancer->seq);
}

static void write_sha256(int number, char buffer[65])
{
    snprintf(buffer, 65, "%064d", number);
}

static struct switch_outcome refuse_install(const struct scene_balancer *balancer,
                                            const struct switch_request *request,
                                            enum switch_fate fate)
{
    char sha256[65];

    write_sha256(balancer->config_number, sha256);
    if (!str_equal(request->config_sha256, sha256))
        return refusal(balancer, "conflict", "haproxy.cfg is another one by now");
    if (balancer->share != balancer->disk_share || fate == SWITCH_REFUSED)
        return refusal(balancer, "conflict", "the map and its file do not agree");
    if (balancer->config_refused)
        return refusal(balancer, "config", "HAProxy refuses this configuration");
    return (struct switch_outcome){.answered = true};
}

/* What it says to a change that it does not begin; `code` NULL: it begins. */
static struct switch_outcome refuse(const struct scene_balancer *balancer,
                                    const struct switch_request *request,
                                    enum switch_fate fate)
{
    if (!is_above(request, balancer))
        return refusal(balancer, "stale", "a later change was seen here");
    bool last_word = request->kind == CHANGE_FINISH || request->kind == CHANGE_REVERT;
    bool waits =
        balancer->fuse.state == FUSE_ARMED || balancer->fuse.state == FUSE_HELD;
    if (request->kind == CHANGE_CONTRACT && waits)
        return refusal(balancer, "conflict", "the switch is not confirmed");
    if (last_word && !waits)
        return refusal(balancer, "conflict", "no switch waits to be confirmed");
    if (request->kind == CHANGE_REVERT && balancer->way_back_is_dead)
        return refusal(balancer, "not_ready", "no server to go back to");
    if (request->kind == CHANGE_SWITCH &&
        (balancer->share != request->from || balancer->disk_share != request->from))
        return refusal(balancer, "conflict", "the share is another one");
    if (request->kind == CHANGE_INSTALL)
        return refuse_install(balancer, request, fate);
    if (fate == SWITCH_REFUSED)
        return refusal(balancer, "not_ready", "1 of 2 servers are not ready");
    return (struct switch_outcome){.answered = true};
}

/* The fuse keeps the share before the run: a step that follows moves its deadline. */
static void arm(struct scene_balancer *balancer, const struct switch_request *request)
{
    struct fuse *fuse = &balancer->fuse;

    if (request->fuse_ms == 0) {
        if (fuse->state == FUSE_ARMED && fuse->to == request->to)
            fuse->state = FUSE_NONE;
        return;
    }
    if (fuse->state != FUSE_ARMED)
        fuse->to = request->from;
    fuse->state = FUSE_ARMED;
    fuse->until_ms = balancer->now_ms + request->fuse_ms;
    str_copy(fuse->run, sizeof fuse->run, request->run);
}

/* A new worker counts from zero. */
static struct switch_outcome install(struct scene_balancer *balancer,
                                     const struct switch_request *request)
{
    if (balancer->reload_fails)
        return refusal(balancer, "reload",
                       "HAProxy did not reload: the old file is back, "
                       "and the old worker serves");
    str_copy(balancer->config, sizeof balancer->config, request->config);
    balancer->config_number++;
    balancer->worker_pid++;
    memset(balancer->counted, 0, sizeof balancer->counted);
    return (struct switch_outcome){.answered = true, .ok = true, .code = "ok"};
}

static struct switch_outcome make_change(struct scene_balancer *balancer,
                                         const struct switch_request *request,
                                         enum switch_fate fate)
{
    int to = request->kind == CHANGE_REVERT ? balancer->fuse.to : request->to;

    balancer->epoch = request->epoch;
    balancer->seq = request->seq;
    str_copy(balancer->nonce, sizeof balancer->nonce, request->nonce);
    if (fate == SWITCH_TAKEN_BACK)
        return refusal(balancer, "haproxy", "HAProxy answered an error");
    if (request->kind == CHANGE_INSTALL)
        return install(balancer, request);
    if (request->kind == CHANGE_FINISH || request->kind == CHANGE_REVERT)
        balancer->fuse.state = FUSE_NONE;
    if (request->kind == CHANGE_CONTRACT)
        balancer->contract = request->contract;
    if (request->kind == CHANGE_FINISH || request->kind == CHANGE_MAINTENANCE ||
        request->kind == CHANGE_CONTRACT)
        return (struct switch_outcome){.answered = true, .ok = true, .code = "ok"};
    if (request->kind == CHANGE_SWITCH)
        arm(balancer, request);
    balancer->share = to;
    balancer->disk_share = to;
    balancer->changes++;
    balancer->counted[to == SHARE_GREEN].requests++; /* the helper's own */
    if (fate == SWITCH_UNPROVEN)
        return refusal(balancer, "unproven", "blue answered through the frontend");
    return (struct switch_outcome){.answered = true, .ok = true, .code = "ok"};
}

struct switch_outcome scene_switch(struct scene_balancer *balancer,
                                   const struct switch_request *request)
{
    enum switch_fate fate = next_fate(balancer);
    struct switch_outcome outcome;

    if (fate == SWITCH_NEVER_CAME || !scene_answers(balancer))
        return (struct switch_outcome){.answered = false};
    if (request->prepare) {
        outcome = refuse(balancer, request, fate);
        return outcome.code == NULL ? granted : outcome;
    }
    if (str_equal(balancer->nonce, request->nonce)) {
        outcome = balancer->outcome;
    } else {
        outcome = refuse(balancer, request, fate);
        if (outcome.code == NULL)
            outcome = balancer->outcome = make_change(balancer, request, fate);
    }
    outcome.answered = fate != SWITCH_ANSWER_LOST;
    return outcome;
}

/* ---- haproxy.cfg ---- */

void scene_config_sha256(const struct scene_balancer *balancer, char buffer[65])
{
    write_sha256(balancer->config_number, buffer);
}

void scene_edit_config(struct scene_balancer *balancer)
{
    size_t length = strlen(balancer->config);

    if (length + 64 > sizeof balancer->config)
        return;
    balancer->config_number++;
    snprintf(balancer->config + length, sizeof balancer->config - length,
             "# by hand, %d\n", balancer->config_number);
}

/* ---- the lease ---- */

bool scene_lease_is_held(const struct scene_balancer *balancer)
{
    const struct scene_lease *lease = &balancer->holder;
    return lease->run[0] != '\0' && !lease->is_void &&
           lease->until_ms > balancer->now_ms;
}

struct switch_outcome scene_acquire(struct scene_balancer *balancer, const char *run,
                                    const char *who, int64_t above, bool takes)
{
    struct scene_lease *lease = &balancer->holder;
    int64_t greatest = lease->epoch > above ? lease->epoch : above;

    if (!scene_answers(balancer))
        return (struct switch_outcome){.answered = false};
    if (scene_lease_is_held(balancer) && str_equal(lease->run, run) &&
        lease->epoch > above)
        return granted;
    if (scene_lease_is_held(balancer) && !str_equal(lease->run, run) && !takes)
        return refusal(balancer, "busy", "somebody else holds the lease");
    *lease = (struct scene_lease){
        .who = who,
        .epoch = greatest + 1,
        .since_ms = balancer->now_ms,
        .until_ms = balancer->now_ms + LEASE_TTL_S * 1000,
    };
    str_copy(lease->run, sizeof lease->run, run);
    return granted;
}

struct lease scene_lease(const struct scene_balancer *balancer)
{
    const struct scene_lease *kept = &balancer->holder;
    struct lease lease = {.state = LEASE_NONE, .epoch = kept->epoch};

    if (kept->run[0] != '\0') {
        lease.state = scene_lease_is_held(balancer) ? LEASE_HELD
                      : kept->is_void               ? LEASE_VOID
                                                    : LEASE_EXPIRED;
        str_copy(lease.run, sizeof lease.run, kept->run);
        str_copy(lease.who, sizeof lease.who, kept->who);
        str_copy(lease.where, sizeof lease.where, "ws1");
    } else if (kept->epoch > 0) {
        lease.state = LEASE_RELEASED;
    }
    return lease;
}

static bool is_holder(const struct scene_lease *lease, const char *run, int64_t epoch)
{
    return lease->epoch == epoch && str_equal(lease->run, run);
}

struct switch_outcome scene_renew(struct scene_balancer *balancer, const char *run,
                                  int64_t epoch)
{
    struct scene_lease *lease = &balancer->holder;

    if (!scene_answers(balancer))
        return (struct switch_outcome){.answered = false};
    if (!is_holder(lease, run, epoch))
        return refusal(balancer, "stale", "the lease is of a later epoch");
    if (lease->is_void)
        return refusal(balancer, "stale", "the lease is void: acquire it again");
    lease->until_ms = balancer->now_ms + LEASE_TTL_S * 1000;
    return granted;
}

struct switch_outcome scene_release(struct scene_balancer *balancer, const char *run,
                                    int64_t epoch)
{
    struct scene_lease *lease = &balancer->holder;

    if (!scene_answers(balancer))
        return (struct switch_outcome){.answered = false};
    if (!is_holder(lease, run, epoch))
        return refusal(balancer, "stale", "the lease is not held by this run");
    lease->run[0] = '\0';
    return granted;
}

struct switch_outcome scene_extend(struct scene_balancer *balancer, int64_t epoch,
                                   int64_t fuse_ms)
{
    if (!scene_answers(balancer))
        return (struct switch_outcome){.answered = false};
    if (epoch < balancer->holder.epoch)
        return refusal(balancer, "stale", "the lease is of a later epoch");
    if (balancer->fuse.state != FUSE_ARMED)
        return refusal(balancer, "conflict", "no switch waits to be confirmed");
    balancer->fuse.until_ms = balancer->now_ms + fuse_ms;
    return granted;
}

void scene_publish(struct scene_balancer *balancer, const char *run, const char *text)
{
    if (balancer->published_count == SCENE_PUBLISHED_MAX)
        return;
    struct published *line = &balancer->published[balancer->published_count++];
    line->number = balancer->published_count;
    str_copy(line->run, sizeof line->run, run);
    str_copy(line->text, sizeof line->text, text);
}
