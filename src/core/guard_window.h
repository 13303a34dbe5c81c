#ifndef BGC_CORE_GUARD_WINDOW_H
#define BGC_CORE_GUARD_WINDOW_H

/*
 * The guard window: what is seen of the new colour after the switch, and what follows.
 *
 * In this order: our own checks of every target, straight and through the real
 * frontend; its servers in HAProxy against [run] min_up; its failed requests and 5xx
 * against [run] guard_errors and, with the old colour's baseline, guard_worse; its
 * response time against the baseline's, guard_latency. Nothing from before the switch
 * is ever weighed.
 *
 * One look is enough to trip: each rule has its own patience (the least number of
 * requests, `health.fall`, HAProxy's `fall`), and a second look would only let more
 * requests fail. A colour that fails altogether is seen by the second sample at the
 * latest, however long it did well before; one that fails a tenth, within 6 s.
 *
 * Looks and says; what to do about it ([run] guard) is decided by the run.
 */

#include "core/baseline.h"
#include "core/front.h"
#include "core/span.h"
#include "core/why.h"

#include <stdint.h>

struct model;

enum {
    /* Errors that began a while after the switch must not drown in what was good
     * before: each rule is asked of the newest of these, and of the whole window. */
    GUARD_NEWEST_MS = 10000,
    /* Of 20 requests one is 5 percent: below, a single bad answer would trip the
     * default limit. */
    GUARD_REQUESTS_LEAST = 20,
    /* A difference of a few points is chance until some hundred have come: of 200
     * requests 2 points are 4. */
    GUARD_WORSE_REQUESTS_LEAST = 200,
    /* A mean is made by its longest: one answer of 2 s among 100 of 2 ms is ten times
     * the others'. The baseline needs as many. */
    GUARD_LATENCY_REQUESTS_LEAST = 500,
    /* HAProxy tells whole milliseconds: from 1 to 4 is no news. A faster baseline is
     * taken for this. */
    GUARD_LATENCY_LEAST_MS = 5,
};

/* clang-format off */
#define WINDOW_VERDICTS(X)                                                      \
    X(WINDOW_OPEN,       "open",       "something is missing to say yes")       \
    X(WINDOW_NO_TRAFFIC, "no traffic", "no request but our own came")           \
    X(WINDOW_CLEAN,      "clean",      "requests came, and no limit is passed") \
    X(WINDOW_TRIPPED,    "tripped",    "something speaks against it")
/* clang-format on */

enum window_verdict {
#define X(verdict, name, words) verdict,
    WINDOW_VERDICTS(X)
#undef X
        WINDOW_VERDICT_COUNT
};

struct guard_window {
    enum window_verdict verdict;
    struct why reasons;  /* what tripped it */
    struct why missing;  /* what keeps it from being clean */
    struct why warnings; /* worth knowing, but not enough to trip */

    struct span newest, whole; /* of the new colour */
    int64_t clients;           /* requests of the whole, without our own */
    int64_t latency_percent;   /* of the baseline's, -1: cannot be told yet */
    int targets;               /* of the run */
    int up;                    /* of them, in HAProxy and for our own checks */
    int probes_ok;             /* of them, found well since the switch */
    enum front_state front;
};

/* Looks at the run's target as it is now. `since_ms` (mono) is when the traffic came to
 * it: the end of the switch, or of its newest step. */
void guard_window_look(const struct model *model, const struct baseline *baseline,
                       const struct front *front, int64_t since_ms,
                       struct guard_window *ret_window);

const char *window_verdict_name(enum window_verdict verdict);
const char *window_verdict_words(enum window_verdict verdict);

/* For the journal, one line: "clean: 3,104 requests to green, 0.00 % failed, 0.03 %
 * app 5xx, 14 ms (116 % of the baseline), 3/3 up, probes ok 3/3, frontend ok". */
void guard_window_sentence(const struct guard_window *window, enum colour target,
                           char *buffer, size_t size);

#endif
