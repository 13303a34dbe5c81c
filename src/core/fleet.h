#ifndef BGC_CORE_FLEET_H
#define BGC_CORE_FLEET_H

/*
 * The hosts of an environment, and what is known of each.
 *
 * A host's index never changes while the engine lives: others keep indexes, not
 * pointers. A Droplet that the API no longer lists is marked gone and keeps its
 * place. Three views stand beside each other and are never mixed: what the API
 * says (droplet), what the host says (facts, reach), what HAProxy says (server).
 */

#include "core/health.h"
#include "core/share.h"
#include "core/store.h"
#include "core/traffic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FLEET_HOSTS_MAX = 2048,
    FLEET_BALANCERS_MAX = 8,
    FLEET_STRANGERS_MAX = 16,
    HOST_NAME_MAX_BYTES = 64,
    HOST_ADDRESS_MAX = 48,
    HOST_RELEASE_MAX = 64,
    HOST_RELEASES_SHOWN = 10,
    SHA_HEX_SIZE = 41,
    HOST_TROUBLE_MAX = 512, /* a whole error: its end says what to do */
};

enum host_role { ROLE_BLUE, ROLE_GREEN, ROLE_BALANCER, ROLE_COUNT };

enum droplet_status { DROPLET_NEW, DROPLET_ACTIVE, DROPLET_OFF, DROPLET_ARCHIVE };

/* One Droplet as the API lists it (API reference: Droplets, list). */
struct droplet {
    int64_t id;
    char name[HOST_NAME_MAX_BYTES]; /* printable */
    char private_address[HOST_ADDRESS_MAX];
    char public_address[HOST_ADDRESS_MAX];
    enum host_role role; /* whose tag it was listed by */
    enum droplet_status status;
};

/* A release on a host's disk. */
struct host_release {
    char name[HOST_RELEASE_MAX]; /* <utc>-<sha7>: its age and its commit */
    bool whole;                  /* it has its ok mark: it was built to its end */
    int size_mb;                 /* -1: not known */
};

/* What bgc-host told (docs/remote-helpers.md, facts). */
struct host_facts {
    int64_t at_ms; /* mono time, 0: never told */
    char helper_sha256[65];
    char current[HOST_RELEASE_MAX];  /* release name; empty: none */
    char revision[SHA_HEX_SIZE];     /* full sha of `current` */
    char previous[HOST_RELEASE_MAX]; /* newest complete release that is not current */
    int release_count;               /* all of them */
    struct host_release
        releases[HOST_RELEASES_SHOWN]; /* the newest of them, newest first */
    char trouble[HOST_TROUBLE_MAX];    /* what is wrong with its directories; empty:
                                          nothing */
    int64_t disk_free_mb;
    int64_t memory_free_mb;
    double load1;
    int cpus;
    char job[96]; /* "RUN STEP" of the newest job; empty: none */
    bool job_running;
    int job_rc; /* valid when not running and `job` is set */
};

enum reach { REACH_UNKNOWN, REACH_ASKED, REACH_OK, REACH_FAILED };

struct host {
    struct droplet droplet;
    char address[HOST_ADDRESS_MAX]; /* the one that the settings choose; empty: none yet
                                     */
    bool gone;                      /* not in the newest whole listing */
    bool two_roles; /* listed by more than one of our tags: nobody can say what it is */

    enum reach reach; /* by SSH */
    int64_t reach_ms; /* mono time of its last answer or failure, 0: none */
    int reach_code;   /* enum err_code of the last failure */
    char trouble[HOST_TROUBLE_MAX]; /* its words */
    struct host_facts facts;

    int64_t shared_ms; /* mono time at which it last told of the stores, 0: never */
    struct store_report shared; /* what it told */

    struct health health; /* our own probes */

    bool in_haproxy;       /* `server` is from the newest sample */
    bool in_other_backend; /* HAProxy has it, there too, among the other colour's */
    struct server_row server;
};

/* A server of HAProxy that is no host of the fleet. */
struct stranger {
    enum colour colour; /* whose backend has it */
    char name[SERVER_NAME_MAX];
    char address[SERVER_NAME_MAX];
};

struct fleet {
    int64_t listed_ms; /* mono time of the newest whole listing, 0: never */
    char trouble[HOST_TROUBLE_MAX]; /* why the newest listing failed; empty: it did not
                                     */
    int limit_remaining;            /* of the API's rate limit, -1: not known */
    int limit_total;
    int count;
    struct host hosts[FLEET_HOSTS_MAX];

    int64_t matched_ms; /* listed_ms when HAProxy's servers were matched, 0: never */
    int stranger_count; /* of HAProxy's newest sample; no more than there is room for */
    struct stranger strangers[FLEET_STRANGERS_MAX];
};

const char *role_name(enum host_role role); /* "blue", "green", "load balancer" */
bool role_colour(enum host_role role, enum colour *ret_colour);
enum host_role role_of_colour(enum colour colour);

void fleet_init(struct fleet *fleet);

/* Takes a whole listing. Hosts known by id are updated, new ones added, missing ones
 * marked gone; one whose address changed is a stranger again. Returns how many were
 * left out because FLEET_HOSTS_MAX was reached. */
int fleet_take_listing(struct fleet *fleet, const struct droplet *droplets,
                       size_t count, bool private_address, int64_t now_ms);

/* Matches HAProxy's rows to hosts: by name and address together; else by address, since
 * that is where the traffic goes; else by name within the colour. What could be either
 * of two hosts is matched to none; what is no host at all is a stranger. Of two servers
 * of one host the one that is not ready is kept. */
void fleet_take_servers(struct fleet *fleet, const struct server_row *rows,
                        size_t count);

/* The next host of `role` after index `after` (-1: the first) that is not gone; -1: no
 * more. */
int fleet_next(const struct fleet *fleet, enum host_role role, int after);

int fleet_count(const struct fleet *fleet, enum host_role role);

/* Whether it is listed, and its address is known: it can be asked. */
bool host_has_address(const struct host *host);

/* Index by name, -1: none. */
int fleet_find(const struct fleet *fleet, const char *name);

/* Whether HAProxy has the server UP *and checked*: op_state 2, admin_state 0,
 * check_result passed (or a check under way after one that was), check_health = rise +
 * fall - 1. */
bool server_is_ready(const struct server_row *server);

/* Why `host` is not ready in HAProxy, in words; "" when it is. */
void server_sentence(const struct host *host, char *buffer, size_t size);

/* The release that most hosts of the colour have as current (first 7 of its sha, ""
 * none) and whether every one of them told the same. */
void fleet_release(const struct fleet *fleet, enum colour colour,
                   char buffer[SHA_HEX_SIZE], bool *ret_all_agree);

#endif
