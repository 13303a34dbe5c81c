/* What the load generator has counted since its start, and the two files that tell it:
 * REPORT (one JSON object) and REPORT.txt (one line for people), written as a whole.
 *
 * Each kind of request is counted for itself: at the end sent = good + failed, so that
 * what HAProxy counted can be held against it to the request. */
#ifndef LAB_LOAD_REPORT_H
#define LAB_LOAD_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "histogram.h"

enum { REPORT_RELEASES_MAX = 32 };

enum kind {
    KIND_PAGE,    /* the first page, at a rate */
    KIND_LONG,    /* a page that takes seconds, always so many at once */
    KIND_HTTP2,   /* the first page, by HTTP/2 */
    KIND_UPGRADE, /* an upgraded connection that echoes, held until the end */
    KIND_MAX,
};

enum failure {
    FAILURE_CONNECT, /* no connection */
    FAILURE_RESET,   /* it ended before the whole answer was there */
    FAILURE_KEPT,    /* the same, before its first byte, on a connection kept from the
                        request before: a browser sends it again (RFC 9110, 9.2.2) */
    FAILURE_TIMEOUT, /* no whole answer in time */
    FAILURE_HAPROXY, /* HAProxy's own 5xx: no application answered */
    FAILURE_APP,     /* the application's own 5xx */
    FAILURE_WRONG_BODY, /* an answer that is not the page which was asked for */
    FAILURE_TUNNEL,     /* an upgraded connection broke, or echoed wrong or late */
    FAILURE_PROTOCOL,   /* HTTP/2 was to be spoken and was not, or the other way */
    FAILURE_MAX,
};

struct release_count {
    char name[ANSWER_NAME_MAX];
    uint64_t answers;
};

struct kind_count {
    uint64_t sent;
    uint64_t answers; /* whole answers, whatever they said */
    uint64_t good;    /* of a page: 2xx with the right body; of an upgraded connection:
                         it echoed all until it was ended by us */
    uint64_t blue;    /* answers by X-Host */
    uint64_t green;   /* answers by X-Host */
    uint64_t nobody;  /* answers that no host signed */
    uint64_t failures[FAILURE_MAX];
};

struct report {
    uint64_t started_us; /* all times are of one monotonic clock */
    struct kind_count kinds[KIND_MAX];
    uint64_t echoes;       /* what came back right through upgraded connections */
    uint64_t skipped;      /* never sent: all clients were busy for too long */
    uint64_t status[6];    /* answers by the first digit of their status */
    uint64_t last_good_us; /* a page; 0 before the first */
    uint64_t gap_us;       /* the greatest time between two good pages */
    bool ending;           /* no page is asked for any more */
    uint64_t answers_then; /* at the last writing: for the rate of the last second */
    uint64_t written_us;   /* when that was */
    struct release_count
        releases[REPORT_RELEASES_MAX]; /* the last one: all that had no room */
    struct histogram took; /* pages: from when one was due to its whole answer */
};

void report_init(struct report *r, uint64_t now_us);

void report_sent(struct report *r, enum kind kind);

/* A whole answer, or the 101 of an upgrade. True where it is what was asked for: the
 * caller then tells report_good(), at once or when the connection has ended well. */
bool report_answer(struct report *r, enum kind kind, const struct answer *a);

void report_good(struct report *r, enum kind kind);

/* How long a page took, from when it was due; after report_answer(). */
void report_page_took(struct report *r, uint64_t due_us, uint64_t now_us, bool good);

void report_failure(struct report *r, enum kind kind, enum failure failure);

/* Writes PATH and PATH.txt. False where the disk refuses; errno tells why. */
bool report_write(struct report *r, const char *path, uint64_t now_us);

#endif
