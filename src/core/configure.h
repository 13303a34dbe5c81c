#ifndef BGC_CORE_CONFIGURE_H
#define BGC_CORE_CONFIGURE_H

/*
 * haproxy.cfg as it is on the load balancer, as it would be if we wrote it, and what
 * that means: a difference to install (mode = managed), or lines that the operator's
 * own file lacks (mode = adopted).
 *
 *     configure_begin    forget what was known
 *     configure_take     the file came
 *     configure_follow   render, compare and lint what can be by now
 *
 * Nothing is sent from here. What a gate shows and what is installed are the same
 * bytes, `wanted`; the file that they replace is named by its sha256, and the load
 * balancer refuses where it is another one by then.
 *
 * The share in the rendering is what an emptied map means. After a switch it is out of
 * date, and a reload for that alone would cost each run an old worker: a file that
 * differs in nothing else counts as the same.
 */

#include "core/config_lint.h"
#include "core/haproxy_config.h"
#include "core/haproxy_site.h"
#include "core/line_diff.h"
#include "core/why.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONFIGURE_TROUBLE_MAX = 400,
    CONFIGURE_DIFFERENCE_MAX = 64 * 1024,
    CONFIG_SHA_SIZE = 65,
};

/* Large: part of the model, on the heap. The texts hold passwords, `difference` does
 * not. */
struct configure {
    int place;        /* of the load balancer that it is about */
    int64_t since_ms; /* mono: what came before is no evidence */

    int64_t read_ms; /* mono time at which the file came, 0: it has not */
    char read_trouble[CONFIGURE_TROUBLE_MAX]; /* why it does not; empty: nothing */
    char sha256[CONFIG_SHA_SIZE];             /* of the file, as bgc-lb says */
    char present[HAPROXY_CONFIG_MAX];

    uint64_t world; /* what `wanted` was rendered from, as a number; 0: nothing was */
    char render_trouble[CONFIGURE_TROUBLE_MAX]; /* why it cannot be; empty: it is */
    char wanted[HAPROXY_CONFIG_MAX];

    bool compared; /* `present` with `wanted`: */
    bool differs;
    int added, removed;
    char difference[CONFIGURE_DIFFERENCE_MAX]; /* printable lines behind ' ', '-', '+';
                                                  "@" before a part that was left out */
    bool difference_cut;                       /* there is more */

    bool checked;                              /* HAProxy said what it thinks: */
    char check_trouble[CONFIGURE_TROUBLE_MAX]; /* empty: it takes `wanted` */

    bool linted; /* `present` was looked at: */
    int finding_count;
    struct lint_finding findings[LINT_FINDINGS_MAX];

    struct haproxy_site site; /* what was rendered */
    struct line_diff diff;    /* room to work in */
};

struct model;

/* Forgets everything but what was rendered, and the load balancer that it is about. */
void configure_begin(struct configure *configure, int64_t now_ms);

/* Takes the file of the load balancer: `length` bytes, any. */
void configure_take(struct configure *configure, int64_t now_ms, const char *sha256,
                    const char *text, size_t length);

/* Renders when all that is needed has come since configure_begin() and is another than
 * before; compares or lints, once, when both texts are there. What it is for says the
 * mode of the settings; `both`: both. */
void configure_follow(struct model *model, bool both);

/* Whether the world is still the one that was rendered; else a reason is added. */
bool configure_is_current(const struct model *model, struct why *why);

/* How many findings are of this kind. */
int configure_count(const struct configure *configure, enum lint_kind kind);

#endif
