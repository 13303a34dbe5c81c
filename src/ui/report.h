#ifndef BGC_UI_REPORT_H
#define BGC_UI_REPORT_H

/*
 * A run without a screen: one line for each stage, gate, failure and verdict,
 * as it happens.
 *
 *     14:02:31  run        begin  1: deploy main to GREEN (20261123T140231Z-7f3a)
 *     14:02:32  lease      ours   epoch 8
 *     14:02:33  preflight  ok     3 blue, 3 green; main = 4e2b9d0
 *     14:03:04  deploy     ok     3 hosts, 6 steps, 31 s
 *     14:03:12  verify     stop   web-green-2: GET /health: 500 (expected 200)
 *
 * It compares the model with what it said before, so it needs no event of its
 * own, and says nothing twice.
 */

#include "base/str.h"
#include "core/model.h"

#include <stdbool.h>
#include <stdint.h>

enum { REPORT_TAIL = 12 }; /* lines of a failed host's output */

struct report {
    bool verbose;                /* each step of each host, and what hosts print */
    uint32_t run;                /* number of the run that it tells of, 0: none */
    bool ended;                  /* its end was told */
    bool told[STAGE_COUNT];      /* stages whose end was told */
    int gate;                    /* number of the newest gate that was told */
    bool config;                 /* what changes in haproxy.cfg was told */
    char reason[RUN_REASON_MAX]; /* what the guard saw, told last */
    int64_t printed;             /* verbose: number of the next transcript line */
    unsigned char jobs[ROLLOUT_TARGETS_MAX]
                      [RECIPE_STEPS_MAX]; /* verbose: told states */
    char trouble[BALANCER_TROUBLE_MAX];   /* of the load balancer, told last */
    enum hold_state hold;                 /* of the lease, told last */
    char waits_for[LEASE_WORDS_MAX];      /* who held the lease, told last */
    int canary_step;                      /* canary steps that were told */
    enum fuse_state fuse;                 /* told last */
};

void report_init(struct report *report, bool verbose);

/* Writes what is new since the last call into `out`, whole lines; often nothing. */
void report_turn(struct report *report, const struct model *model, struct str *out);

#endif
