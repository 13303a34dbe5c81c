#ifndef BGC_UI_CONFIG_TEXT_H
#define BGC_UI_CONFIG_TEXT_H

/*
 * haproxy.cfg as text, for `bgconsole config`: as we would write it, what that would
 * change, and what the operator's own lacks. Bounds: those of core/configure.h.
 */

#include "base/str.h"
#include "core/model.h"

/* Why there is nothing to show; "": there is. `of_file`: the file of the load balancer
 * is needed too. */
const char *config_text_trouble(const struct model *model, bool of_file);

/* Passwords only where they are wanted. */
void config_text_render(const struct model *model, bool shows_secrets, struct str *out);
void config_text_diff(const struct model *model, struct str *out);

/* What the stage of a run came to, in a few words. */
void config_text_stage(const struct model *model, struct str *out);

/* Each finding with its reason; the lines to paste stand alone in their lines. */
void config_text_lint(const struct model *model, struct str *out);

#endif
