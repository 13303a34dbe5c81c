#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const failure_names[FAILURE_MAX] = {
    [FAILURE_CONNECT] = "connect", [FAILURE_RESET] = "reset",
    [FAILURE_TIMEOUT] = "timeout", [FAILURE_HAPROXY] = "haproxy_5xx",
    [FAILURE_APP] = "app_5xx",     [FAILURE_WRONG_BODY] = "wrong_body",
};

void report_init(struct report *r, uint64_t now_us)
{
    *r = (struct report){.started_us = now_us, .written_us = now_us};
}

void report_failure(struct report *r, enum failure failure)
{
    r->failures[failure]++;
}

static void release_add(struct report *r, const char *name)
{
    for (int i = 0; i < REPORT_RELEASES_MAX; i++) {
        struct release_count *count = &r->releases[i];
        if (!count->name[0])
            snprintf(count->name, sizeof(count->name), "%s",
                     i == REPORT_RELEASES_MAX - 1 ? "others" : name);
        if (i == REPORT_RELEASES_MAX - 1 || strcmp(count->name, name) == 0) {
            count->answers++;
            return;
        }
    }
}

static void good_add(struct report *r, uint64_t now_us)
{
    r->good++;
    if (r->last_good_us && now_us - r->last_good_us > r->gap_us)
        r->gap_us = now_us - r->last_good_us;
    r->last_good_us = now_us;
}

void report_answer(struct report *r, const struct answer *a, uint64_t due_us,
                   uint64_t now_us)
{
    r->answers++;
    r->status[a->status / 100]++;
    histogram_add(&r->took, now_us - due_us);
    if (strncmp(a->host, "web-blue-", 9) == 0)
        r->blue++;
    else if (strncmp(a->host, "web-green-", 10) == 0)
        r->green++;
    else
        r->nobody++;
    if (a->release[0])
        release_add(r, a->release);

    if (a->status >= 500)
        report_failure(r, a->host[0] ? FAILURE_APP : FAILURE_HAPROXY);
    else if (a->status / 100 != 2 || !answer_body_is_right(a))
        report_failure(r, FAILURE_WRONG_BODY);
    else
        good_add(r, now_us);
}

static uint64_t failed(const struct report *r)
{
    uint64_t sum = 0;
    for (int i = 0; i < FAILURE_MAX; i++)
        sum += r->failures[i];
    return sum;
}

/* A silence that still lasts counts as well. */
static double gap_ms(const struct report *r, uint64_t now_us)
{
    uint64_t gap = r->gap_us;
    if (r->last_good_us && now_us - r->last_good_us > gap)
        gap = now_us - r->last_good_us;
    return (double)gap / 1000.0;
}

static double rate_now(const struct report *r, uint64_t now_us)
{
    double seconds = (double)(now_us - r->written_us) / 1e6;
    return seconds > 0 ? (double)(r->answers - r->answers_then) / seconds : 0;
}

static void json_print(const struct report *r, FILE *out, uint64_t now_us)
{
    const char *comma = "";

    fprintf(out,
            "{\"seconds\":%.1f,\"rate\":%.1f,\"answers\":%" PRIu64 ",\"good\":%" PRIu64,
            (double)(now_us - r->started_us) / 1e6, rate_now(r, now_us), r->answers,
            r->good);
    fprintf(out, ",\"failed\":%" PRIu64 ",\"skipped\":%" PRIu64, failed(r), r->skipped);
    fprintf(out,
            ",\"colours\":{\"blue\":%" PRIu64 ",\"green\":%" PRIu64 ",\"none\":%" PRIu64
            "}",
            r->blue, r->green, r->nobody);
    fprintf(out, ",\"releases\":{");
    for (int i = 0; i < REPORT_RELEASES_MAX && r->releases[i].name[0]; i++, comma = ",")
        fprintf(out, "%s\"%s\":%" PRIu64, comma, r->releases[i].name,
                r->releases[i].answers);
    fprintf(out, "},\"statuses\":{");
    comma = "";
    for (int i = 1; i < 6; i++, comma = ",")
        fprintf(out, "%s\"%dxx\":%" PRIu64, comma, i, r->status[i]);
    fprintf(out, "},\"failures\":{");
    comma = "";
    for (int i = 0; i < FAILURE_MAX; i++, comma = ",")
        fprintf(out, "%s\"%s\":%" PRIu64, comma, failure_names[i], r->failures[i]);
    fprintf(out, "},\"gap_ms\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n",
            gap_ms(r, now_us), histogram_percentile_ms(&r->took, 50),
            histogram_percentile_ms(&r->took, 99));
}

static void text_print(const struct report *r, FILE *out, uint64_t now_us)
{
    fprintf(out,
            "%.0f s, %.0f req/s: %" PRIu64 " answers (blue %" PRIu64 ", green %" PRIu64
            "), failed %" PRIu64,
            (double)(now_us - r->started_us) / 1e6, rate_now(r, now_us), r->answers,
            r->blue, r->green, failed(r));
    for (int i = 0; i < FAILURE_MAX; i++) {
        if (r->failures[i])
            fprintf(out, " (%s %" PRIu64 ")", failure_names[i], r->failures[i]);
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
    r->answers_then = r->answers;
    r->written_us = now_us;
    return written;
}
