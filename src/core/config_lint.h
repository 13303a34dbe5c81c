#ifndef BGC_CORE_CONFIG_LINT_H
#define BGC_CORE_CONFIG_LINT_H

/*
 * What an operator's own haproxy.cfg lacks (mode = adopted), and what in it goes round
 * the fence. Nothing is changed: each finding carries the line to paste and the reason.
 *
 * The lines to paste are those of our own rendering for the same site. So what this
 * asks for is what we would write ourselves, for that version of HAProxy and these
 * settings; what our rendering does not have is not asked for.
 *
 * Our variables and acls must have our names, because the lines refer to each other;
 * conditions may be added. Whether HAProxy takes the file is a question for `haproxy
 * -c`.
 */

#include "core/config_line.h"
#include "core/haproxy_site.h"

enum {
    LINT_FINDINGS_MAX = 64,
    LINT_PLACE_MAX = CONFIG_NAME_MAX + 16,
    LINT_TEXT_MAX = 512,
};

enum lint_kind {
    LINT_MISSING, /* bgconsole cannot do its work without it */
    LINT_ADVICE,  /* requests may fail without it, at a reload or when a server dies */
    LINT_DANGER,  /* it lets others change the traffic behind bgconsole's back */
};

struct lint_finding {
    enum lint_kind kind;
    int line; /* in the operator's file: of the danger, or of the line that
                 `text` takes the place of; 0: `text` is new */
    char place[LINT_PLACE_MAX]; /* where it stands or belongs: "frontend www" */
    char text[LINT_TEXT_MAX];   /* the line to paste; of a danger, the line as it is */
    const char *why;
};

/* Looks at `theirs`, the operator's file; `ours` is haproxy_config_render()'s text for
 * `site`. Writes at most `max` findings, the dangers first, and returns how many. */
int config_lint(const struct haproxy_site *site, const char *theirs, const char *ours,
                struct lint_finding *findings, int max);

const char *lint_kind_name(enum lint_kind kind); /* "missing", "advice", "danger" */

#endif
