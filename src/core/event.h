#ifndef BGC_CORE_EVENT_H
#define BGC_CORE_EVENT_H

/*
 * What has happened, as a value: the only way in which news reaches core.
 *
 * Each event carries the moment of its turn. Text in an event is printable
 * already. Pointers are borrowed for the call of core_step() and no longer.
 */

#include "base/clock.h"
#include "base/err.h"
#include "core/contract.h"
#include "core/fleet.h"
#include "core/hook.h"
#include "core/intent.h"
#include "core/lease.h"
#include "core/traffic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sent out with a question, comes back with its answer; a ticket whose run or attempt
 * is past is dropped in one place (core.c). */
struct ticket {
    uint32_t run;     /* run.number, 0: asked outside a run */
    uint32_t attempt; /* grows with each question */
};

enum event_type {
    EV_TICK,            /* the deadline of core_deadline() came */
    EV_INTENT,          /* an operator wants something */
    EV_FLEET_LISTED,    /* the API gave a whole listing */
    EV_FLEET_FAILED,    /* it did not */
    EV_SAMPLE,          /* HAProxy's counters */
    EV_SAMPLE_FAILED,   /* no counters, and why; the watch goes on trying */
    EV_BALANCER_STATUS, /* bgc-lb told its status */
    EV_BALANCER_FAILED, /* it did not */
    EV_LEASE_ANSWERED,  /* bgc-lb answered an acquire, renew or release */
    EV_LEASE_FAILED,    /* no whole answer to it */
    EV_CHANGE_ANSWERED, /* bgc-lb answered a change, with yes or no */
    EV_CHANGE_SILENT,   /* no whole answer: it may or may not have happened */
    EV_FUSE_EXTENDED,   /* bgc-lb gave the fuse more time, or did not */
    EV_EVENTS,          /* bgc-lb told what runs have published */
    EV_EVENTS_FAILED,   /* it did not */
    EV_CONFIG,          /* bgc-lb told its haproxy.cfg */
    EV_CONFIG_CHECKED,  /* HAProxy said whether it takes ours */
    EV_CONFIG_FAILED,   /* no answer to either of the two */
    EV_FACTS,           /* a host told its facts */
    EV_FACTS_FAILED,    /* it did not */
    EV_SHARED,          /* a host told whether it reaches the stores */
    EV_SHARED_FAILED,   /* it did not */
    EV_RESOLVED,        /* git knows the ref */
    EV_RESOLVE_FAILED,
    EV_PROBED,         /* a probe has its result */
    EV_FRONT_PROBED,   /* one through the frontend has */
    EV_JOB_RUNNING,    /* a host began a step (or we are attached to it again) */
    EV_JOB_LINE,       /* it printed a line */
    EV_JOB_ENDED,      /* its rc is known */
    EV_JOB_CUT,        /* the connection dropped; the job may go on */
    EV_JOB_REFUSED,    /* the host refused to start it, or does not know its end */
    EV_HOOK_ENDED,     /* an operator's own program beside the console */
    EV_JOURNAL_FAILED, /* the journal could not be written: nothing was performed */
    EV_RECALLED,       /* a line of what the journal remembers */
};

enum { PUBLISHED_UTC_MAX = 24, PUBLISHED_TEXT_MAX = 256 };

/* One line that a run published on the load balancer (docs/remote-helpers.md, What
 * others can read). */
struct published {
    int64_t number; /* grows by one with each line, from 1 */
    char utc[PUBLISHED_UTC_MAX];
    char run[LEASE_RUN_MAX];
    char text[PUBLISHED_TEXT_MAX];
};

struct remains;

struct event {
    enum event_type type;
    struct moment now;
    struct ticket ticket; /* of the question that this answers */
    int host;             /* index in the fleet, where it is about one; else -1 */
    int step;             /* of the recipe, where it is about a job; else -1 */
    union {
        struct intent intent; /* EV_INTENT */

        struct { /* EV_FLEET_LISTED */
            const struct droplet *droplets;
            size_t count;
            int limit_remaining, limit_total; /* -1: not told */
        } fleet;

        struct { /* all *_FAILED, EV_CHANGE_SILENT, EV_JOB_CUT, EV_JOB_REFUSED */
            enum err_code code;
            const char *text;
        } failure;

        const struct balancer_sample *sample; /* EV_SAMPLE */

        struct { /* EV_BALANCER_STATUS */
            const char *helper_sha256;
            const char *haproxy_version;
            const char *trouble;     /* "" none */
            const char *config_note; /* "" none */
            int64_t epoch, seq;
            int disk_share, runtime_share, entries;
            int old_workers;
            int64_t old_sessions[COLOUR_COUNT];
            bool intent_open;
            bool maintenance;
            const struct lease *lease; /* its times come as lengths: */
            const struct fuse *fuse;
            int64_t lease_since_ms, lease_left_ms, fuse_left_ms;
            bool config_edited;
            const struct contract *contract; /* NULL: not told */
        } status;

        struct { /* EV_LEASE_ANSWERED */
            bool ok;
            const char *code;    /* the helper's `end` */
            const char *message; /* why not; "" when ok */
            int64_t epoch;
            int64_t since_ms, left_ms;  /* lengths: held for, and still to go */
            const struct lease *holder; /* code "busy": who holds it */
        } lease;

        struct { /* EV_CHANGE_ANSWERED, EV_FUSE_EXTENDED */
            bool ok;
            const char *code;        /* the helper's `end` */
            const char *message;     /* why not; "" when ok */
            int64_t took_us;         /* intent to read back */
            bool answered_known;     /* a request of the helper's own was answered, */
            enum colour answered_by; /* by this colour */
            struct switch_timing timing;
            int64_t fuse_left_ms; /* a length, -1: no fuse was told */
            int64_t worker_pid;   /* HAProxy's new one, 0: none was told */
            const char *lines;    /* what HAProxy said, printable; NULL: none */
        } answer;

        struct { /* EV_CONFIG */
            const char *sha256;
            const char *text; /* any bytes */
            size_t length;
        } config;

        struct { /* EV_CONFIG_CHECKED */
            bool ok;
            const char *message; /* why not; "" when ok */
            const char *lines;   /* what HAProxy said, printable; "" none */
        } checked;

        struct {                           /* EV_EVENTS */
            const struct published *lines; /* the oldest first */
            int count;
            int64_t next_event; /* the number that the next one will have */
        } events;

        const struct host_facts *facts;    /* EV_FACTS */
        const struct store_report *shared; /* EV_SHARED */
        const char *sha;                   /* EV_RESOLVED, 40 digits */
        const struct probe_result *probe;  /* EV_PROBED, EV_FRONT_PROBED */

        struct {              /* EV_JOB_RUNNING, EV_JOB_LINE, EV_JOB_ENDED */
            int64_t offset;   /* bytes of the log up to here */
            const char *line; /* EV_JOB_LINE */
            int rc;           /* EV_JOB_ENDED */
        } job;

        struct { /* EV_HOOK_ENDED */
            enum stage stage;
            enum hook_when when;
            bool ok;
            int rc;            /* of its exit; -1: it did not end by itself */
            const char *text;  /* how it ended, where not well: "ended with 3" */
            const char *lines; /* the last ones that it printed; "" none */
        } hook;

        struct {              /* EV_RECALLED */
            const char *run;  /* its id; "": not known */
            const char *line; /* one sentence */
            const struct remains
                *remains; /* in its place: what is known; NULL: a sentence */
        } recalled;
    };
};

const char *event_type_name(enum event_type type);

#endif
