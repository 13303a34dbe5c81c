#ifndef BGC_NET_BOOTSTRAP_H
#define BGC_NET_BOOTSTRAP_H

/*
 * Makes hosts ready for the console: `bgconsole bootstrap`.
 *
 * Logs in as the bootstrap user, sends one Perl program with its request and the
 * helper to `perl -`, and reports what it did. Several hosts at once, each on its
 * own; a second time there is nothing to do. Our public key is put where the
 * deploy user's logins look for it: that of the key file, else the agent's first.
 */

#include "core/fleet.h"
#include "core/settings.h"
#include "net/fair_queue.h"
#include "net/ssh.h"

#include <uv.h>

struct bootstrap;

struct bootstrap_host {
    struct ssh_target target; /* its user is the bootstrap user */
    enum host_role role;
};

/* What the bootstrap program says of one thing. */
enum bootstrap_word {
    BOOTSTRAP_DID,       /* it was made */
    BOOTSTRAP_THERE,     /* it stood already */
    BOOTSTRAP_SKIPPED,   /* left out, and why */
    BOOTSTRAP_COULD_NOT, /* the host is not ready without it */
    BOOTSTRAP_TO_DO,     /* what mends the one before it */
    BOOTSTRAP_WORDS
};

/* Called on the loop, on later turns. `host` is the index in what bootstrap_new() was
 * given. Sentences are printable. */
struct bootstrap_listener {
    void (*on_line)(void *context, int host, enum bootstrap_word word,
                    const char *sentence);
    /* Once for each host. `err` ERR_NONE: it is ready. */
    void (*on_end)(void *context, int host, const struct err *err);
    void *context;
};

/* Begins. `settings` and the pointers in `identity` are kept, `hosts` are copied; the
 * settings' `parallel` bounds how many are at work at once. */
struct bootstrap *bootstrap_new(uv_loop_t *loop, struct fair_queue *queue,
                                const struct settings *settings,
                                const struct ssh_identity *identity,
                                const struct bootstrap_host *hosts, int count,
                                const struct bootstrap_listener *listener);

/* Ends what is still under way; the listener is not called any more. Not from within
 * it. */
void bootstrap_free(struct bootstrap *bootstrap);

#endif
