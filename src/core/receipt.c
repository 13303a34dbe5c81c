#include "core/receipt.h"

#include "base/str.h"

#include <stdio.h>

static const char *const verdict_names[] = {
    [RECEIPT_OPEN] = "open",
    [RECEIPT_CLEAN] = "clean",
    [RECEIPT_FAILED] = "failed",
    [RECEIPT_UNPROVEN] = "unproven",
};

const char *receipt_verdict_name(enum receipt_verdict verdict)
{
    return verdict_names[verdict];
}

void receipt_open(struct receipt *receipt, const struct traffic_point *begin,
                  enum colour from, enum colour to)
{
    *receipt = (struct receipt){
        .verdict = RECEIPT_OPEN,
        .from = from,
        .to = to,
        .pid = begin->pid,
        .begin_ms = begin->at_ms,
        .end_ms = begin->at_ms,
    };
}

static void add_colour(struct receipt *receipt, const struct traffic_point *begin,
                       const struct traffic_point *end, enum colour colour)
{
    const struct counters *b = &begin->backend[colour];
    const struct counters *e = &end->backend[colour];
    const struct outcome outcome = traffic_outcome(begin, end, colour);

    receipt->requests[colour] = outcome.requests;
    receipt->failed += outcome.failed;
    receipt->app_5xx[colour] = outcome.app_5xx;
    receipt->client_4xx[colour] = e->status[4] - b->status[4];
    receipt->retries += e->wretr - b->wretr;
    receipt->redispatches += e->wredis - b->wredis;
    receipt->client_aborts += e->cli_abrt - b->cli_abrt;
    receipt->server_aborts += e->srv_abrt - b->srv_abrt;
}

/* Our own requests through the frontend prove nothing about anybody else's. */
static void subtract_own(struct receipt *receipt,
                         const int64_t own_requests[COLOUR_COUNT])
{
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++) {
        int64_t *requests = &receipt->requests[colour];
        int64_t own = own_requests[colour];
        receipt->own_requests += own;
        *requests = *requests > own ? *requests - own : 0;
    }
}

static void judge(struct receipt *receipt)
{
    struct str reason = str_on(receipt->reason, sizeof receipt->reason);

    if (receipt->failed > 0) {
        receipt->verdict = RECEIPT_FAILED;
        str_addf(&reason, "%lld requests were not served", (long long)receipt->failed);
    } else if (receipt->requests[receipt->to] == 0) {
        receipt->verdict = RECEIPT_UNPROVEN;
        str_addf(&reason, "no request came to %s", colour_name(receipt->to));
    } else {
        receipt->verdict = RECEIPT_CLEAN;
    }
}

static void say_incomparable(struct receipt *receipt, const struct traffic_point *begin,
                             const struct traffic_point *end)
{
    struct str reason = str_on(receipt->reason, sizeof receipt->reason);

    receipt->verdict = RECEIPT_UNPROVEN;
    if (begin->pid != end->pid)
        str_addf(&reason,
                 "HAProxy's worker changed from %lld to %lld: its counters began anew",
                 (long long)begin->pid, (long long)end->pid);
    else if (begin->others != end->others)
        str_add(&reason,
                "not all load balancers have told all along: what they counted "
                "is not complete");
    else
        str_add(&reason, "HAProxy's counters were set to zero in between");
}

void receipt_update(struct receipt *receipt, const struct traffic_point *begin,
                    const struct traffic_point *end,
                    const int64_t own_requests[COLOUR_COUNT])
{
    const struct receipt before = *receipt;

    receipt_open(receipt, begin, before.from, before.to);
    receipt->switch_us = before.switch_us;
    receipt->timing = before.timing;
    receipt->end_ms = end->at_ms;
    if (end->at_ms == begin->at_ms)
        return;
    receipt->old_sessions = end->backend[receipt->from].sessions;
    if (!traffic_points_compare(begin, end)) {
        say_incomparable(receipt, begin, end);
        return;
    }
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++)
        add_colour(receipt, begin, end, colour);
    subtract_own(receipt, own_requests);
    judge(receipt);
}

double receipt_errors_percent(const struct receipt *receipt)
{
    int64_t requests = receipt->requests[receipt->to];
    int64_t bad = receipt->failed + receipt->app_5xx[receipt->to];

    if (bad == 0)
        return 0;
    return requests > bad ? 100.0 * (double)bad / (double)requests : 100.0;
}

/* 1204 as "1,204". */
static void add_grouped(struct str *out, int64_t number)
{
    if (number >= 1000) {
        add_grouped(out, number / 1000);
        str_addf(out, ",%03d", (int)(number % 1000));
    } else {
        str_addf(out, "%d", (int)number);
    }
}

static void add_part(struct str *out, const char *before, int64_t number,
                     const char *after)
{
    str_add(out, before);
    add_grouped(out, number);
    str_add(out, after);
}

static void add_window(struct str *out, int64_t window_ms)
{
    int64_t seconds = window_ms / 1000;
    str_addf(out, ", %02lld:%02lld window", (long long)seconds / 60,
             (long long)seconds % 60);
}

static void add_moment(struct str *out, const char *words, enum colour colour,
                       int64_t moment_us)
{
    str_addf(out, "%s on %s ", words, colour_name_upper(colour));
    if (moment_us == TIMING_NOT_SEEN)
        str_add(out, "not seen, ");
    else
        str_addf(out, "%+.1f ms, ", (double)moment_us / 1000);
}

void receipt_timing_sentence(const struct receipt *receipt, char *buffer, size_t size)
{
    const struct switch_timing *timing = &receipt->timing;
    struct str out = str_on(buffer, size);

    if (timing->resolution_ms == 0)
        return;
    add_moment(&out, "first", receipt->to, timing->first_new_us);
    add_moment(&out, "last", receipt->from, timing->last_old_us);
    str_addf(&out, "sampled each %lld ms", (long long)timing->resolution_ms);
}

void receipt_sentence(const struct receipt *receipt, char *buffer, size_t size)
{
    struct str out = str_on(buffer, size);
    int64_t app_5xx = receipt->app_5xx[COLOUR_BLUE] + receipt->app_5xx[COLOUR_GREEN];

    str_add(&out, receipt_verdict_name(receipt->verdict));
    if (receipt->verdict == RECEIPT_OPEN) {
        str_add(&out, ": no sample since the switch");
        return;
    }
    if (receipt->verdict == RECEIPT_UNPROVEN)
        str_addf(&out, ", %s", receipt->reason);
    add_part(&out, ": ", receipt->requests[COLOUR_BLUE], " requests blue, ");
    add_part(&out, "", receipt->requests[COLOUR_GREEN], " green, failed ");
    add_part(&out, "", receipt->failed, ", app 5xx ");
    add_part(&out, "", app_5xx, ", worker ");
    str_addf(&out, "%lld", (long long)receipt->pid);
    add_window(&out, receipt->end_ms - receipt->begin_ms);
}
