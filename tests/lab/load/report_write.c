/* How a report reads. */
#include <inttypes.h>
#include <stdio.h>

#include "report.h"

static const char *const kind_names[KIND_MAX] = {
    [KIND_PAGE] = "page",
    [KIND_LONG] = "long",
    [KIND_HTTP2] = "http2",
    [KIND_UPGRADE] = "upgrade",
};

static const char *const failure_names[FAILURE_MAX] = {
    [FAILURE_CONNECT] = "connect",       [FAILURE_RESET] = "reset",
    [FAILURE_KEPT] = "kept_closed",      [FAILURE_TIMEOUT] = "timeout",
    [FAILURE_HAPROXY] = "haproxy_5xx",   [FAILURE_APP] = "app_5xx",
    [FAILURE_WRONG_BODY] = "wrong_body", [FAILURE_TUNNEL] = "tunnel",
    [FAILURE_PROTOCOL] = "protocol",
};

static struct kind_count sum_of(const struct report *r)
{
    struct kind_count sum = {0};

    for (int kind = 0; kind < KIND_MAX; kind++) {
        const struct kind_count *count = &r->kinds[kind];
        sum.sent += count->sent;
        sum.answers += count->answers;
        sum.good += count->good;
        sum.blue += count->blue;
        sum.green += count->green;
        sum.nobody += count->nobody;
        for (int i = 0; i < FAILURE_MAX; i++)
            sum.failures[i] += count->failures[i];
    }
    return sum;
}

static uint64_t failed(const struct kind_count *count)
{
    uint64_t sum = 0;
    for (int i = 0; i < FAILURE_MAX; i++)
        sum += count->failures[i];
    return sum;
}

/* A silence that still lasts counts as well, while pages are asked for. */
static double gap_ms(const struct report *r, uint64_t now_us)
{
    uint64_t gap = r->gap_us;
    if (!r->ending && r->last_good_us && now_us - r->last_good_us > gap)
        gap = now_us - r->last_good_us;
    return (double)gap / 1000.0;
}

static double rate_now(const struct report *r, uint64_t answers, uint64_t now_us)
{
    double seconds = (double)(now_us - r->written_us) / 1e6;
    return seconds > 0 ? (double)(answers - r->answers_then) / seconds : 0;
}

/* The members of an object that all kinds have, and their sum. */
static void counts_print(const struct kind_count *count, FILE *out)
{
    fprintf(out,
            "\"sent\":%" PRIu64 ",\"answers\":%" PRIu64 ",\"good\":%" PRIu64
            ",\"failed\":%" PRIu64,
            count->sent, count->answers, count->good, failed(count));
    fprintf(out,
            ",\"colours\":{\"blue\":%" PRIu64 ",\"green\":%" PRIu64 ",\"none\":%" PRIu64
            "},\"failures\":{",
            count->blue, count->green, count->nobody);
    for (int i = 0; i < FAILURE_MAX; i++)
        fprintf(out, "%s\"%s\":%" PRIu64, i ? "," : "", failure_names[i],
                count->failures[i]);
    fprintf(out, "}");
}

static void json_print(const struct report *r, FILE *out, uint64_t now_us)
{
    struct kind_count sum = sum_of(r);

    fprintf(out, "{\"seconds\":%.1f,\"rate\":%.1f,",
            (double)(now_us - r->started_us) / 1e6, rate_now(r, sum.answers, now_us));
    counts_print(&sum, out);
    fprintf(out, ",\"skipped\":%" PRIu64 ",\"echoes\":%" PRIu64 ",\"kinds\":{",
            r->skipped, r->echoes);
    for (int kind = 0; kind < KIND_MAX; kind++) {
        fprintf(out, "%s\"%s\":{", kind ? "," : "", kind_names[kind]);
        counts_print(&r->kinds[kind], out);
        fprintf(out, "}");
    }
    fprintf(out, "},\"releases\":{");
    for (int i = 0; i < REPORT_RELEASES_MAX && r->releases[i].name[0]; i++)
        fprintf(out, "%s\"%s\":%" PRIu64, i ? "," : "", r->releases[i].name,
                r->releases[i].answers);
    fprintf(out, "},\"statuses\":{");
    for (int i = 1; i < 6; i++)
        fprintf(out, "%s\"%dxx\":%" PRIu64, i > 1 ? "," : "", i, r->status[i]);
    fprintf(out, "},\"gap_ms\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n",
            gap_ms(r, now_us), histogram_percentile_ms(&r->took, 50),
            histogram_percentile_ms(&r->took, 99));
}

static void text_print(const struct report *r, FILE *out, uint64_t now_us)
{
    struct kind_count sum = sum_of(r);

    fprintf(out,
            "%.0f s, %.0f req/s: %" PRIu64 " answers (blue %" PRIu64 ", green %" PRIu64
            ")",
            (double)(now_us - r->started_us) / 1e6, rate_now(r, sum.answers, now_us),
            sum.answers, sum.blue, sum.green);
    for (int kind = KIND_PAGE + 1; kind < KIND_MAX; kind++) {
        if (r->kinds[kind].sent)
            fprintf(out, ", %s %" PRIu64, kind_names[kind], r->kinds[kind].sent);
    }
    fprintf(out, ", failed %" PRIu64, failed(&sum));
    for (int i = 0; i < FAILURE_MAX; i++) {
        if (sum.failures[i])
            fprintf(out, " (%s %" PRIu64 ")", failure_names[i], sum.failures[i]);
    }
    fprintf(out, ", greatest gap %.0f ms, p50 %.1f ms, p99 %.1f ms\n",
            gap_ms(r, now_us), histogram_percentile_ms(&r->took, 50),
            histogram_percentile_ms(&r->took, 99));
}

/* A reader sees the old file or the new one, never a part. */
static bool file_write(const struct report *r, const char *path, uint64_t now_us,
                       void (*print)(const struct report *, FILE *, uint64_t))
{
    char scratch[4096];
    if (snprintf(scratch, sizeof(scratch), "%s.new", path) >= (int)sizeof(scratch))
        return false;

    FILE *out = fopen(scratch, "w");
    if (!out)
        return false;
    print(r, out, now_us);
    bool written = !ferror(out);
    if (fclose(out) != 0)
        written = false;
    return written && rename(scratch, path) == 0;
}

bool report_write(struct report *r, const char *path, uint64_t now_us)
{
    char text[4096];
    if (snprintf(text, sizeof(text), "%s.txt", path) >= (int)sizeof(text))
        return false;

    bool written = file_write(r, path, now_us, json_print) &&
                   file_write(r, text, now_us, text_print);
    r->answers_then = sum_of(r).answers;
    r->written_us = now_us;
    return written;
}
