#ifndef BGC_TESTS_LIB_COUNTED_H
#define BGC_TESTS_LIB_COUNTED_H

/*
 * The counters of one load balancer as those of the site, as core takes them.
 */

#include "core/traffic.h"

static inline void traffic_take(struct traffic *traffic,
                                const struct balancer_sample *sample)
{
    struct traffic_point point;
    const struct traffic_point *const points[] = {&point};

    if (sample->stopping)
        return;
    traffic_count(&point, sample);
    traffic_add(traffic, points, 1, sample->at_ms);
}

#endif
