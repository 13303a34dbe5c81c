#ifndef BGC_CORE_EVIDENCE_H
#define BGC_CORE_EVIDENCE_H

/*
 * What may count as evidence when a guard decides: what guards have in common.
 *
 * Each question adds its reason where the answer is no.
 */

#include "core/fleet.h"
#include "core/share.h"
#include "core/why.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;

/* Whether what came at `at_ms` (mono, 0: never) is younger than [run] evidence. */
bool evidence_is_fresh(const struct model *model, int64_t at_ms);

/* HAProxy's counters come, and the newest are fresh. */
bool evidence_has_sample(const struct model *model, struct why *why);

/* Whether `colour` got no traffic when HAProxy spoke last, not too long ago: then its
 * hosts may be changed. */
bool evidence_is_idle(const struct model *model, enum colour colour);

/* Exactly one colour is live. */
bool evidence_has_live_colour(const struct model *model, enum colour *ret_live,
                              struct why *why);

/* What the last probe of `host` found, with its request: "HEAD http://10.0.0.21:8080/
 * health: 500 (expected 200): database schema is 41". */
void evidence_probe(const struct model *model, const struct host *host, char *buffer,
                    size_t size);

/* The colour has Droplets. */
bool evidence_has_hosts(const struct model *model, enum colour colour, struct why *why);

#endif
