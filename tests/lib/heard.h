#ifndef BGC_TESTS_LIB_HEARD_H
#define BGC_TESTS_LIB_HEARD_H

/*
 * A sink that remembers what it heard: the newest event, with what it points to.
 */

#include "net/net.h"

enum { HEARD_DROPLETS_MAX = 1024, HEARD_ROWS_MAX = 64 };

struct heard {
    int count; /* of all events */
    struct event event;
    char text[ERR_TEXT_MAX];
    struct droplet droplets[HEARD_DROPLETS_MAX];
    struct balancer_sample sample;
    struct server_row rows[HEARD_ROWS_MAX];
    struct probe_result probe;
};

struct sink heard_sink(struct heard *heard);

#endif
