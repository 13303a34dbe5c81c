#ifndef BGC_CORE_AUDIT_H
#define BGC_CORE_AUDIT_H

/*
 * One line of a load balancer's audit: a change that was made or refused there
 * (docs/remote-helpers.md, What others can read).
 *
 *     2026-11-23T18:26:22Z uptime_ms=81 who=ann@desk run=R verb=switch from=0 to=100
 * outcome=ok
 */

#include "core/run.h"

#include <stdbool.h>

enum {
    AUDIT_TIME_MAX = 24,
    AUDIT_WHO_MAX = 264,
    AUDIT_WORD_MAX = 40,
    AUDIT_RUN_MAX = 132
};

/* All printable; what the line does not tell is "". */
struct audit_entry {
    char time[AUDIT_TIME_MAX]; /* UTC, as the load balancer's clock said it */
    char who[AUDIT_WHO_MAX];   /* "who@where"; "fuse": the fuse itself */
    char run[AUDIT_RUN_MAX];
    char verb[AUDIT_WORD_MAX];
    char from[AUDIT_WORD_MAX], to[AUDIT_WORD_MAX]; /* shares, as told */
    char outcome[AUDIT_WORD_MAX];                  /* "ok", or a code of the helper */
};

/* Reads `line`, whose own percent signs still stand. Keys that are new to us are passed
 * over. False: it is no line of an audit. */
bool audit_read(const char *line, struct audit_entry *entry);

/* "blue → green", "blue → 25 % green", "page up": in the operator's words; "" where it
 * changed nothing. */
void audit_way(const struct audit_entry *entry, char *buffer, size_t size);

#endif
