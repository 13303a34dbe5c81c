#ifndef BGC_CORE_HEALTH_H
#define BGC_CORE_HEALTH_H

/*
 * Verdicts on a host's health, with reasons.
 *
 * One probe has one result; a verdict needs `rise` good ones in a row to be
 * healthy and `fall` bad ones to be sick. Never asks anything itself.
 */

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
#define PROBE_REASONS(X)                                                     \
    X(PROBE_OK,          "ok",          "answered as it should")             \
    X(PROBE_RESOLVE,     "resolve",     "the address is not an address")     \
    X(PROBE_REFUSED,     "refused",     "nothing listens on the port")       \
    X(PROBE_UNREACHABLE, "unreachable", "no way to the host")                \
    X(PROBE_TIMEOUT,     "timeout",     "no whole answer in time")           \
    X(PROBE_RESET,       "reset",       "the connection ended early")        \
    X(PROBE_PROTOCOL,    "protocol",    "the answer is not HTTP")            \
    X(PROBE_STATUS,      "status",      "another status than expected")      \
    X(PROBE_BODY,        "body",        "the body lacks the expected text")  \
    X(PROBE_RELEASE,     "release",     "another release than expected")
/* clang-format on */

enum probe_reason {
#define X(reason, name, help) reason,
    PROBE_REASONS(X)
#undef X
        PROBE_REASON_COUNT
};

enum { PROBE_DETAIL_MAX = 200, PROBE_RELEASE_MAX = 48, HEALTH_HISTORY = 32 };

struct probe_result {
    enum probe_reason reason;
    int status;                      /* HTTP status, 0: none came */
    int elapsed_ms;                  /* of the whole check */
    char detail[PROBE_DETAIL_MAX];   /* printable: first of the body, or the error */
    char release[PROBE_RELEASE_MAX]; /* what the release header said; may be empty */
};

enum health_state { HEALTH_UNKNOWN, HEALTH_OK, HEALTH_SICK };

struct health {
    enum health_state state;
    int good_streak;    /* good results in a row, ending with the last */
    int bad_streak;     /* bad results in a row, ending with the last */
    int64_t checked_ms; /* mono time of the last result, 0: never */
    int64_t since_ms;   /* mono time at which `state` began */
    uint32_t history;   /* the last HEALTH_HISTORY results, bit 0 the newest, 1 bad */
    int history_count;  /* of them, valid */
    struct probe_result last; /* the last result */
};

const char *probe_reason_name(enum probe_reason reason);
const char *probe_reason_help(enum probe_reason reason);
const char *health_state_name(enum health_state state); /* "unknown", "ok", "sick" */

/* Takes one result at `now_ms`. Returns whether the verdict changed. */
bool health_take(struct health *health, const struct probe_result *result,
                 int64_t now_ms, int rise, int fall);

/* Forgets streaks and verdict, as before the first result: a new release deserves a
 * new judgement. */
void health_reset(struct health *health);

/* One sentence on the last result: "HEAD http://10.0.0.21:8080/health: 500 (expected
 * 200): database schema is 41". `request` is method and URL. */
void health_sentence(const struct probe_result *result, const char *request,
                     int expected_status, char *buffer, unsigned size);

#endif
