#include "report.h"

#include <stdio.h>
#include <string.h>

void report_init(struct report *r, uint64_t now_us)
{
    *r = (struct report){.started_us = now_us, .written_us = now_us};
}

void report_sent(struct report *r, enum kind kind)
{
    r->kinds[kind].sent++;
}

void report_good(struct report *r, enum kind kind)
{
    r->kinds[kind].good++;
}

void report_failure(struct report *r, enum kind kind, enum failure failure)
{
    r->kinds[kind].failures[failure]++;
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

static bool is_right(enum kind kind, const struct answer *a)
{
    switch (kind) {
    case KIND_UPGRADE:
        return a->status == 101;
    case KIND_LONG:
        return a->status == 200 && strncmp(a->body, "waited ", 7) == 0;
    default:
        return a->status / 100 == 2 && answer_body_is_right(a);
    }
}

bool report_answer(struct report *r, enum kind kind, const struct answer *a)
{
    struct kind_count *count = &r->kinds[kind];

    count->answers++;
    r->status[a->status / 100]++;
    if (strncmp(a->host, "web-blue-", 9) == 0)
        count->blue++;
    else if (strncmp(a->host, "web-green-", 10) == 0)
        count->green++;
    else
        count->nobody++;
    if (a->release[0])
        release_add(r, a->release);

    if (a->status >= 500)
        report_failure(r, kind, a->host[0] ? FAILURE_APP : FAILURE_HAPROXY);
    else if (!is_right(kind, a))
        report_failure(r, kind, FAILURE_WRONG_BODY);
    else
        return true;
    return false;
}

void report_page_took(struct report *r, uint64_t due_us, uint64_t now_us, bool good)
{
    histogram_add(&r->took, now_us - due_us);
    if (!good)
        return;
    if (r->last_good_us && now_us - r->last_good_us > r->gap_us)
        r->gap_us = now_us - r->last_good_us;
    r->last_good_us = now_us;
}
