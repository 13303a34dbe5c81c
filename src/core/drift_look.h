#ifndef BGC_CORE_DRIFT_LOOK_H
#define BGC_CORE_DRIFT_LOOK_H

/*
 * One look for each kind of drift, and the few words that they share.
 *
 * A look at a load balancer is only called while its HAProxy's samples come; a look at
 * a pool is called for each colour whose own doings of a run do not explain the drift.
 */

#include "core/drift.h"
#include "core/model.h"

typedef void drift_look_fn(const struct model *model, struct drift *drift);
typedef void drift_balancer_fn(const struct model *model, int place,
                               struct drift *drift);
typedef void drift_pool_fn(const struct model *model, enum colour colour,
                           struct drift *drift);

drift_balancer_fn drift_of_map_lost;
drift_balancer_fn drift_of_map_file;
drift_balancer_fn drift_of_share;
drift_balancer_fn drift_of_map_double;
drift_balancer_fn drift_of_config;
drift_balancer_fn drift_of_balancers;
drift_balancer_fn drift_of_worker;
drift_balancer_fn drift_of_stopping;
drift_balancer_fn drift_of_old_workers;
drift_look_fn drift_of_two_tags;
drift_look_fn drift_of_helper;

drift_pool_fn drift_of_other_backend;
drift_pool_fn drift_of_server_set;
drift_pool_fn drift_of_server_missing;
drift_pool_fn drift_of_stranger;
drift_pool_fn drift_of_releases;

/* Adds a finding whose mend the caller fills in: it is MEND_NONE. What finds no room is
 * counted, and the caller fills in a value that nobody sees. */
struct mend *drift_add(struct drift *drift, enum drift_kind kind, const char *subject,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What the mend does, or what helps where there is none. */
void mend_say(struct mend *mend, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* haproxy.cfg is rendered anew; where it is the operator's own, what to change in it.
 */
void mend_by_rendering(struct mend *mend, const struct model *model, const char *format,
                       ...) __attribute__((format(printf, 3, 4)));

#endif
