#ifndef BGC_CORE_TAKERS_H
#define BGC_CORE_TAKERS_H

/*
 * The handlers behind take_event(), a file for each side that news comes from.
 */

#include "core/core.h"

typedef void take_fn(struct core *core, const struct event *event,
                     struct effects *effects);

/* take_operator.c */
take_fn take_intent;

/* take_fleet.c */
take_fn take_listing;
take_fn take_listing_failed;

/* take_balancer.c */
take_fn take_sample;
take_fn take_sample_failed;
take_fn take_status;
take_fn take_status_failed;

/* take_lease.c */
take_fn take_lease_answer;
take_fn take_lease_failed;
take_fn take_extended;

/* take_change.c */
take_fn take_change_answer;
take_fn take_change_silent;

/* take_events.c */
take_fn take_events;
take_fn take_events_failed;

/* take_config.c */
take_fn take_config;
take_fn take_config_checked;
take_fn take_config_failed;

/* take_host.c */
take_fn take_facts;
take_fn take_facts_failed;
take_fn take_shared;
take_fn take_shared_failed;
take_fn take_resolved;
take_fn take_resolve_failed;
take_fn take_probe;
take_fn take_front_probe;

/* take_hook.c */
take_fn take_hook_ended;

/* take_job.c */
take_fn take_job_running;
take_fn take_job_line;
take_fn take_job_ended;
take_fn take_job_cut;
take_fn take_job_refused;

#endif
