#ifndef BGC_APP_INQUIRY_H
#define BGC_APP_INQUIRY_H

/*
 * For commands that ask a load balancer a few questions and end: finds the load
 * balancers by the API, and asks the first one that answers. Waits for each answer;
 * each has its deadline. Changes nothing.
 */

#include "app/environment.h"
#include "base/str.h"
#include "net/balancer_reader.h"
#include "net/digitalocean.h"
#include "net/ssh_shared.h"

struct inquiry {
    uv_loop_t loop;
    struct environment environment;
    struct ssh_identity identity;
    struct ssh_shared shared;
    struct fair_queue queue;
    struct http *http;
    struct digitalocean *api;
    struct ssh_target targets[FLEET_BALANCERS_MAX];
    int count, current;
    struct balancer_reader *reader; /* of `current`; NULL: not asked yet */
    bool ended;
    struct err err; /* of the newest question */

    const char *wanted; /* key of the lines that are collected */
    struct str *out;
};

/* Says on standard error what is wrong. Where this fails there is nothing to close. */
enum exit_code inquiry_open(struct inquiry *inquiry, const struct app_options *options);

/* Collects in `out` the values of the lines `wanted`, a line each, or the bytes of the
 * receipt. `key` and `value` as for balancer_reader_ask(). False: `inquiry->err`. */
bool inquiry_ask(struct inquiry *inquiry, const char *verb, const char *key,
                 const char *value, const char *wanted, struct str *out);

void inquiry_close(struct inquiry *inquiry);

#endif
