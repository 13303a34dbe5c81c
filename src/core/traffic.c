#include "core/traffic.h"

#include "base/str.h"

#include <stddef.h>

void traffic_init(struct traffic *traffic)
{
    traffic->first = 0;
    traffic->count = 0;
}

static struct traffic_point *next_place(struct traffic *traffic)
{
    int place = (traffic->first + traffic->count) % TRAFFIC_HISTORY;

    if (traffic->count < TRAFFIC_HISTORY)
        traffic->count++;
    else
        traffic->first = (traffic->first + 1) % TRAFFIC_HISTORY;
    return &traffic->points[place];
}

void traffic_count(struct traffic_point *point, const struct balancer_sample *sample)
{
    *point = (struct traffic_point){
        .at_ms = sample->at_ms,
        .pid = sample->pid,
        .frontend = sample->frontend,
        .share = sample->runtime_share,
    };
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++)
        point->backend[colour] = sample->backend[colour];
    for (size_t i = 0; i < sample->server_count; i++) {
        const struct server_row *server = &sample->servers[i];
        point->server_5xx[server->colour] += server->counters.status[5];
    }
}

/* Times are averages: that of most requests stands. */
static void add_counters(struct counters *sum, const struct counters *more)
{
    if (more->requests > sum->requests) {
        sum->ttime_ms = more->ttime_ms;
        sum->rtime_ms = more->rtime_ms;
    }
    sum->requests += more->requests;
    sum->sessions += more->sessions;
    sum->queued += more->queued;
    for (int i = 0; i < 6; i++)
        sum->status[i] += more->status[i];
    sum->econ += more->econ;
    sum->eresp += more->eresp;
    sum->wretr += more->wretr;
    sum->wredis += more->wredis;
    sum->cli_abrt += more->cli_abrt;
    sum->srv_abrt += more->srv_abrt;
    sum->dresp += more->dresp;
}

static void add_point(struct traffic_point *sum, const struct traffic_point *more)
{
    enum { MIX = 1000003 };

    sum->others = sum->others * MIX + more->pid;
    if (more->share != sum->share)
        sum->share = SHARE_UNKNOWN;
    add_counters(&sum->frontend, &more->frontend);
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++) {
        add_counters(&sum->backend[colour], &more->backend[colour]);
        sum->server_5xx[colour] += more->server_5xx[colour];
    }
}

void traffic_add(struct traffic *traffic, const struct traffic_point *const *points,
                 int count, int64_t at_ms)
{
    if (count == 0)
        return;
    struct traffic_point *sum = next_place(traffic);
    *sum = *points[0];
    for (int i = 1; i < count; i++)
        add_point(sum, points[i]);
    sum->at_ms = at_ms;
}

const struct traffic_point *traffic_last(const struct traffic *traffic)
{
    return traffic_point_back(traffic, 0);
}

const struct traffic_point *traffic_point_back(const struct traffic *traffic, int back)
{
    if (back < 0 || back >= traffic->count)
        return NULL;
    int place = (traffic->first + traffic->count - 1 - back) % TRAFFIC_HISTORY;
    return &traffic->points[place];
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t at_least_zero(int64_t number)
{
    return number < 0 ? 0 : number;
}

/*
 * Tried on HAProxy 2.6: a request that could not be served adds 1 to the backend's
 * hrsp_5xx but to no server's, and at least 1 to econ (refused, no server, queued too
 * long) or eresp (no answer, no valid one); an answer cut short adds 1 to srv_abrt.
 * Neither number alone is right: eresp counts each retry, and a server's 5xx is counted
 * at its headers, its backend's at the end. The smaller of the two is free of both.
 */
struct outcome traffic_outcome(const struct traffic_point *begin,
                               const struct traffic_point *end, enum colour colour)
{
    const struct counters *b = &begin->backend[colour];
    const struct counters *e = &end->backend[colour];
    int64_t app_5xx = end->server_5xx[colour] - begin->server_5xx[colour];
    int64_t own_5xx = at_least_zero(e->status[5] - b->status[5] - app_5xx);
    int64_t errors = e->econ - b->econ + e->eresp - b->eresp;

    return (struct outcome){
        .requests = e->requests - b->requests,
        .failed = least(own_5xx, errors) + e->srv_abrt - b->srv_abrt,
        .app_5xx = app_5xx,
    };
}

static bool counters_went_back(const struct counters *before,
                               const struct counters *after)
{
    for (int i = 0; i < 6; i++) {
        if (after->status[i] < before->status[i])
            return true;
    }
    return after->requests < before->requests || after->econ < before->econ ||
           after->eresp < before->eresp || after->wretr < before->wretr ||
           after->wredis < before->wredis || after->cli_abrt < before->cli_abrt ||
           after->srv_abrt < before->srv_abrt;
}

bool traffic_points_compare(const struct traffic_point *before,
                            const struct traffic_point *after)
{
    if (before->pid != after->pid || before->others != after->others)
        return false;
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++) {
        if (counters_went_back(&before->backend[colour], &after->backend[colour]) ||
            after->server_5xx[colour] < before->server_5xx[colour])
            return false;
    }
    return true;
}

struct rates traffic_rates(const struct traffic *traffic, enum colour colour,
                           int64_t window_ms)
{
    const struct traffic_point *end = traffic_last(traffic);
    const struct traffic_point *begin = end;
    struct rates rates = {.known = false};

    if (end == NULL)
        return rates;
    for (int back = 1; back < traffic->count; back++) {
        const struct traffic_point *point = traffic_point_back(traffic, back);
        bool in_window = back == 1 || end->at_ms - point->at_ms <= window_ms;
        if (!in_window || !traffic_points_compare(point, end))
            break;
        begin = point;
    }
    rates.window_ms = end->at_ms - begin->at_ms;
    rates.response_ms = end->backend[colour].rtime_ms;
    if (rates.window_ms <= 0)
        return rates;

    struct outcome outcome = traffic_outcome(begin, end, colour);
    double seconds = (double)rates.window_ms / 1000;
    int64_t http_5xx =
        end->backend[colour].status[5] - begin->backend[colour].status[5];
    rates.known = true;
    rates.requests_per_s = (double)outcome.requests / seconds;
    rates.http_5xx_per_s = (double)http_5xx / seconds;
    if (outcome.requests > 0)
        rates.errors_percent = 100.0 * (double)(outcome.failed + outcome.app_5xx) /
                               (double)outcome.requests;
    return rates;
}
