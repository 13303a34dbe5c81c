#ifndef BGC_NET_JOB_FOLLOW_H
#define BGC_NET_JOB_FOLLOW_H

/*
 * Follows the log of one job: the stream that bgc-host sends becomes events.
 *
 *     EV_JOB_RUNNING    at the first sign of the job
 *     EV_JOB_LINE       for each line, made printable
 *     EV_JOB_ENDED      its rc came
 *     EV_JOB_CUT        no whole answer, or the host was busy: the job may go on
 *     EV_JOB_REFUSED    the host says no
 *
 * The offset in an event is that behind the last whole line, so that who follows
 * again from there gets each line once.
 */

#include "net/helper_call.h"
#include "net/net.h"

#include <stddef.h>
#include <stdint.h>

/* Where the raw output of jobs goes, for files. `offset` is that of the first byte in
 * the job's log: after a connection was lost some bytes may come a second time. */
struct job_output {
    void (*take)(void *context, int host, const char *run, int step, int64_t offset,
                 const char *bytes, size_t length);
    void *context;
};

struct job_follow_options {
    const char *name; /* of the host, for messages; kept */
    struct ticket ticket;
    int host;
    const char *run; /* copied */
    int step;
    int64_t offset; /* of the log, where the following begins */
    struct sink sink;
    struct job_output output; /* `take` NULL: not wanted */
};

/* The taker of the answer to `start` with follow=1, or to `follow`. */
struct helper_taker job_follow_taker(const struct job_follow_options *options);

#endif
