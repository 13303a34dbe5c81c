#ifndef BGC_CORE_FRONT_H
#define BGC_CORE_FRONT_H

/*
 * The application as a client meets it: a check through HAProxy's own frontend, beside
 * the checks that go straight to each host.
 *
 * While a run verifies, the preview's host name leads to the idle colour; in the guard
 * window the site's own name leads to the new one. From here the frontend may be out
 * of reach: a firewall, a frontend on loopback alone, a redirect to https. That says
 * nothing of the release, so it is "not known" with its reason, never bad.
 */

#include "core/health.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings;

enum {
    FRONT_NAME_MAX = 192,    /* as a setting's text */
    FRONT_ADDRESS_MAX = 208, /* of "host:port" */
    FRONT_SENTENCE_MAX = 480,
};

enum front_state { FRONT_UNKNOWN, FRONT_OK, FRONT_BAD };

struct front {
    char address[FRONT_ADDRESS_MAX]; /* "10.0.0.5:80": where it is asked */
    char name[FRONT_NAME_MAX];       /* the Host header; empty: the address */
    struct health health;            /* of the answers that said anything */
    bool out_of_reach;               /* the newest asking said nothing */
    struct probe_result last;        /* of the newest asking, whatever it said */
    int64_t asked_ms;                /* mono time of that answer, 0: never */
    int uncounted; /* answers of HAProxy that its newest sample did not count yet */
};

/* Begins anew at this address and under this name: what was heard is forgotten. */
void front_begin(struct front *front, const char *address, const char *name);

/* Takes one result at `now_ms`; `rise` and `fall` as health_take(). */
void front_take(struct front *front, const struct probe_result *result, int64_t now_ms,
                int rise, int fall);

/* Unknown where nothing was asked, where the newest asking said nothing, before `rise`
 * or `fall` answers in a row, and from the first good one after bad ones to `rise`. */
enum front_state front_state(const struct front *front);
const char *front_state_name(enum front_state state); /* "not known", "ok", "bad" */

/* "GET http://10.0.0.5:80/health as www.example.com: 503 (expected 200)"; of what says
 * nothing also why, and what would make it speak. */
void front_sentence(const struct front *front, const struct settings *settings,
                    char *buffer, size_t size);

/* Where to ask from here: the balancer's own address with the port of [haproxy]
 * check_address; that address as it stands where the console runs on the balancer
 * itself (`balancer_address` empty). False: there is none, or it does not fit. */
bool front_address(const struct settings *settings, const char *balancer_address,
                   char *buffer, size_t size);

#endif
