#ifndef BGC_NET_HAPROXY_QUESTION_H
#define BGC_NET_HAPROXY_QUESTION_H

/*
 * What is asked of HAProxy for one sample (docs/remote-helpers.md):
 *
 *     show info                     pid, age, whether it is on its way out
 *     show map MAP                  the green share
 *     show servers state BACKEND    blue, then green: what is UP and checked
 *     show stat FRONTEND 1 -1       counters (type 1: frontend)
 *     show stat BACKEND 6 -1        blue, then green (types 2 and 4: backend, servers)
 *
 * All of it in one line on one connection, so that one worker answers all.
 */

#include "base/err.h"
#include "core/share.h"

#include <stdbool.h>

enum { HAPROXY_QUESTION_MAX = 1024 };

struct haproxy_names {
    const char *map;                   /* path, as HAProxy's configuration has it */
    const char *key;                   /* of the green share in it */
    const char *frontend;              /* proxy name */
    const char *backend[COLOUR_COUNT]; /* proxy names, by colour */
};

/* Writes the line, its newline included. Refuses names with other characters than
 * `A-Z a-z 0-9 _ . : -` (and `/` in the path): a semicolon would begin a command of its
 * own (management.txt 9.3). */
bool haproxy_question(const struct haproxy_names *names,
                      char question[HAPROXY_QUESTION_MAX], struct err *err);

#endif
