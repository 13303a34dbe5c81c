#ifndef BGC_CORE_BALANCERS_H
#define BGC_CORE_BALANCERS_H

/*
 * Several load balancers that share the traffic: who of them takes part, and what they
 * agree on.
 *
 * Each has its own counters, lease and fuse (core/balancer.h). Nothing here is
 * remembered: it is asked of them each time. Where there is one, it is what that one
 * says.
 */

#include "core/balancer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;
struct str;

/* The place of the load balancer that is this host of the fleet, -1: none. Host -1 is
 * the socket on this machine, which counts only where there is one load balancer. */
int balancers_place(const struct model *model, int host);

/* The next one after `place` (-1: the first) that takes part; -1: none. One that the
 * open run goes on without does not. */
int balancers_next(const struct model *model, int place);

/* How many take part. */
int balancers_count(const struct model *model);

/* Its Droplet's name, else "the load balancer". */
const char *balancers_name(const struct model *model, int place);

/* "lb-2: " where there are several, "" where there is one. */
void balancers_prefix(const struct model *model, int place, char *buffer, size_t size);

/* One of several that does not answer now: no counters come, or the change that it was
 * asked for has no answer yet. */
bool balancers_is_lost(const struct model *model, int place);

/* One that takes part and whose counters do not come, by HAProxy's or the line's doing;
 * their names, "lb-2, lb-3". */
bool balancers_is_silent(const struct model *model, int place);
void balancers_write_silent(const struct model *model, struct str *out);

/* Why the counters of one do not come; "" they all come. */
const char *balancers_trouble(const struct model *model);

/* The share that all that take part and tell one have; SHARE_UNKNOWN where they do not
 * agree, or none tells. */
int model_share(const struct model *model);

/* The same of what was told last, however long ago. */
int balancers_last_share(const struct model *model);

/* Whether the counters of all that take part come. */
bool balancers_all_tell(const struct model *model);

/* Whether some tell another share than others; then who has what: "lb-1 sends 100 % to
 * green, lb-2 0 %". */
bool balancers_disagree(const struct model *model);
void balancers_write_shares(const struct model *model, struct str *out);

/* The oldest of their newest samples, and of their newest status answers: mono, 0: one
 * has told nothing yet. */
int64_t balancers_sampled_ms(const struct model *model);
int64_t balancers_asked_ms(const struct model *model);

/* The moment at which the newest of their shares became live: mono, 0: before us. */
int64_t balancers_live_since_ms(const struct model *model);

/* The greatest epoch that any has seen; the greatest seq under this epoch, 0: none. */
int64_t balancers_epoch(const struct model *model);
int64_t balancers_seq(const struct model *model, int64_t epoch);

/* The lease that matters most: somebody else's, then ours, then any that was told. */
const struct lease *balancers_lease(const struct model *model);

/* The fuse that matters most: held, then the one that burns down first, then fired. */
const struct fuse *balancers_fuse(const struct model *model);

/* Whether any answers with the maintenance page; how many old workers they have in all,
 * and how many requests these still have in them. */
bool balancers_maintain(const struct model *model);
int balancers_old_workers(const struct model *model);
int64_t balancers_old_sessions(const struct model *model, enum colour colour);

#endif
