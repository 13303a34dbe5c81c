#ifndef BGC_APP_GLANCE_H
#define BGC_APP_GLANCE_H

/*
 * One look at everything, for commands that print what is true now and end.
 */

#include "app/app.h"
#include "core/model.h"

struct glance_wish {
    bool of_balancer; /* the hosts may answer or not */
    bool of_config;   /* haproxy.cfg is read, too */
};

typedef enum exit_code glance_fn(const struct model *model,
                                 const struct app_options *options);

/* Waits until all that is wanted has answered once, at most some seconds, then shows.
 * Says on standard error what is wrong where nothing can be looked at. */
enum exit_code glance_and(glance_fn *show, struct glance_wish wish,
                          const struct app_options *options);

#endif
