#ifndef BGC_CORE_DRIFT_H
#define BGC_CORE_DRIFT_H

/*
 * What disagrees between desired, disk and running state, and what mends it.
 *
 *     desired  the tags of the Droplets, the release of a colour, our helpers
 *     disk     HAProxy's map file, haproxy.cfg
 *     running  HAProxy's map, its worker, its servers
 *
 * One table has a row for each kind: how bad it is, what a run does that is the same
 * and therefore mutes it, what it means, what its mend does. It is a look at the model
 * of this moment: nothing is kept, so a drift is found with the poll that shows it and
 * gone with the poll that does not. What did not answer is not compared.
 *
 * Which share is right? What HAProxy does, for that is what users see: the file is
 * written to agree with it. Where HAProxy has none the share counts that haproxy.cfg
 * names in its place, which is as old as that file; then the map file's share is right,
 * and without that the last one that was seen in HAProxy (struct balancer,
 * known_share).
 */

#include "core/mend.h"

#include <stdbool.h>

struct balancer;
struct model;
struct str;

enum drift_level { DRIFT_NOTE, DRIFT_WARNING, DRIFT_BAD };

/* What a run does itself for a while, and nobody shall be alarmed by. */
enum drift_doing { DOES_NOTHING, DOES_DEPLOY, DOES_SWITCH, DOES_RELOAD };

/* Worst first: findings come in this order. */
/* clang-format off */
#define DRIFT_KINDS(X)                                                                         \
    X(DRIFT_MAP_LOST, "map lost", DRIFT_BAD, DOES_SWITCH,                                      \
      "HAProxy's map has no valid share. Without an entry the share decides that "             \
      "haproxy.cfg names in its place, the one of the day when it was written. Somebody "      \
      "cleared the map or wrote to it.",                                                       \
      "writes the map file's share to HAProxy; where the file has none, the last share "       \
      "that was seen in HAProxy")                                                              \
    X(DRIFT_SHARE, "share", DRIFT_BAD, DOES_SWITCH,                                            \
      "HAProxy reads the map file only when a worker starts: a reload, a restart or an "       \
      "upgrade would move the traffic to the file's share, and nobody would expect it.",       \
      "writes the share that HAProxy has to the file; the traffic stays")                      \
    X(DRIFT_MAP_FILE, "map file", DRIFT_BAD, DOES_SWITCH,                                      \
      "The map file must be one line with our key and a share from 0 to 100. As it is, "       \
      "a reload would bring the share that haproxy.cfg names in its place, or HAProxy "        \
      "would not start.",                                                                      \
      "writes the file anew with the share that HAProxy has; the traffic stays")               \
    X(DRIFT_MAP_DOUBLE, "map double", DRIFT_BAD, DOES_SWITCH,                                  \
      "HAProxy's map has our key more than once. The first entry counts, and a switch "        \
      "cannot be proved by reading it back. `add map` never looks whether a key is there.",    \
      "leaves one entry, with the share of the first; the traffic stays")                      \
    X(DRIFT_BALANCERS, "balancers", DRIFT_BAD, DOES_SWITCH,                                    \
      "Load balancers send their requests to different colours: users get the one or the "     \
      "other by chance, and no run begins.",                                                   \
      "switches the one that has not seen the newest change to the share of the one that has") \
    X(DRIFT_OTHER_BACKEND, "other backend", DRIFT_BAD, DOES_NOTHING,                           \
      "A Droplet of one colour is a server of the other colour too: it gets live traffic "     \
      "while it is deployed to.",                                                              \
      "renders haproxy.cfg from the Droplets' tags and shows the difference first; where the " \
      "file is your own it says what to change in it")                                         \
    X(DRIFT_TWO_TAGS, "two tags", DRIFT_BAD, DOES_NOTHING,                                     \
      "A Droplet carries more than one of our tags: nobody can say what it is, and "           \
      "nothing is deployed until that is settled.",                                            \
      "none: take the wrong tag off in the control panel, or with doctl")                      \
    X(DRIFT_CONFIG, "haproxy.cfg", DRIFT_WARNING, DOES_RELOAD,                                 \
      "The file is not the one that HAProxy runs with: the next reload or restart, "           \
      "whoever does it, brings the change into force.",                                        \
      "puts back the file that HAProxy runs with; where it is your own, you decide")           \
    X(DRIFT_WORKER, "worker", DRIFT_WARNING, DOES_RELOAD,                                      \
      "Somebody else reloaded or restarted HAProxy. What was set at run time (map, "           \
      "servers drained by hand, weights) is what the files say again, and its counters "       \
      "began at zero.",                                                                        \
      "notes the new worker as known; nothing outside is touched")                             \
    X(DRIFT_SERVER_SET, "server set", DRIFT_WARNING, DOES_NOTHING,                             \
      "A server is out of use by somebody's hand, not by its checks. It stays so until "       \
      "somebody sets it back or HAProxy restarts, and its colour is that much weaker.",        \
      "sets the server to ready; it gets its colour's traffic once its checks pass")           \
    X(DRIFT_SERVER_MISSING, "no server", DRIFT_WARNING, DOES_NOTHING,                          \
      "A Droplet carries a colour's tag and HAProxy has no server for it: it would be "        \
      "deployed to and never get a request.",                                                  \
      "renders haproxy.cfg from the Droplets' tags and shows the difference first; where the " \
      "file is your own it says what to change in it")                                         \
    X(DRIFT_STRANGER, "stranger", DRIFT_WARNING, DOES_NOTHING,                                 \
      "HAProxy has a server that is no Droplet of its colour: one that was destroyed or "      \
      "lost its tag, or one that was added at run time. No deploy reaches it, so it "          \
      "may serve an old release.",                                                             \
      "renders haproxy.cfg from the Droplets' tags and shows the difference first; where the " \
      "file is your own it says what to change in it")                                         \
    X(DRIFT_RELEASES, "releases", DRIFT_WARNING, DOES_DEPLOY,                                  \
      "The hosts of one colour do not have the same release: which one answers is a "          \
      "matter of chance.",                                                                     \
      "none: deploy to the colour while it is idle; to be safe at once, send the traffic "     \
      "to the other one")                                                                      \
    X(DRIFT_HELPER, "helper", DRIFT_WARNING, DOES_NOTHING,                                     \
      "A helper that runs on the hosts is not the one that this console carries: it may "      \
      "be older, or changed.",                                                                 \
      "none: `bgconsole bootstrap` installs ours, behind a gate")                              \
    X(DRIFT_STOPPING, "stopping", DRIFT_NOTE, DOES_RELOAD,                                     \
      "The worker that answers is on its way out: a reload is under way, or it failed "        \
      "half way.",                                                                             \
      "none: it ends by itself; if it stays, look at `show proc` on the master socket")        \
    X(DRIFT_OLD_WORKERS, "old workers", DRIFT_NOTE, DOES_NOTHING,                              \
      "Workers from before a reload still serve their open connections, with the share "       \
      "and the servers of their time.",                                                        \
      "none: they end with their connections, at the latest after hard-stop-after; until "     \
      "then leave both colours running")
/* clang-format on */

enum drift_kind {
#define X(kind, name, level, muted, means, mend) kind,
    DRIFT_KINDS(X)
#undef X
        DRIFT_KIND_COUNT
};

enum { DRIFT_FINDINGS_MAX = 64, DRIFT_SUBJECT_MAX = 80, DRIFT_SENTENCE_MAX = 320 };

struct finding {
    enum drift_kind kind;
    char subject[DRIFT_SUBJECT_MAX];   /* host, server, colour or load balancer */
    char sentence[DRIFT_SENTENCE_MAX]; /* with the values that were found */
    struct mend mend;
};

struct drift {
    int count;
    int more;           /* that found no room */
    struct mend unseen; /* of those */
    struct finding findings[DRIFT_FINDINGS_MAX];
};

const char *drift_kind_name(enum drift_kind kind);
const char *drift_kind_means(enum drift_kind kind);
const char *drift_kind_mend(enum drift_kind kind); /* what its mend does in general */
enum drift_level drift_kind_level(enum drift_kind kind);
const char *drift_level_name(enum drift_level level); /* "note", "warning", "bad" */

/* Keeps what only the past can tell: the first worker that was seen, and the newest
 * valid share. Call it after each sample was taken into the model. */
void drift_remember(struct balancer *balancer);

/* The worker of now is the known one: after MEND_NOTED, and after a reload of ours. */
void drift_acknowledge(struct balancer *balancer);

/* Everything that drifts now, worst first. */
void drift_look(const struct model *model, struct drift *ret_drift);

/* Whether one of the findings still asks for this mend. */
bool drift_offers(const struct drift *drift, const struct mend *mend);

/* The kinds as Markdown, for docs/drift.md. */
void drift_write_table(struct str *out);

#endif
