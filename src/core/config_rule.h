#ifndef BGC_CORE_CONFIG_RULE_H
#define BGC_CORE_CONFIG_RULE_H

/*
 * The lines that bgconsole needs of a haproxy.cfg, and why. For config_lint.c; the
 * lines themselves are those of assets/haproxy.cfg.in.
 */

#include "core/config_lint.h"

#include <stdbool.h>
#include <stddef.h>

enum config_place {
    IN_GLOBAL,
    IN_DEFAULTS, /* or in both backends */
    IN_FRONTEND,
    IN_BACKENDS, /* in each of them, or in the defaults */
};

/* One line: of our rendering, and of the operator's file, one that has both texts. */
struct config_rule {
    enum lint_kind kind;
    enum config_place place;
    const char *begins; /* with this; placeholders as in the template */
    const char *has;    /* and holds this; NULL: nothing more */
    const char *why;
    bool once; /* a second line like it would be an error, or win over it */
};

const struct config_rule *config_rule_at(size_t row);
size_t config_rule_count(void);

#endif
