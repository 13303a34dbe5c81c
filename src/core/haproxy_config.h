#ifndef BGC_CORE_HAPROXY_CONFIG_H
#define BGC_CORE_HAPROXY_CONFIG_H

/*
 * The whole haproxy.cfg of a load balancer, from the template assets/haproxy.cfg.in and
 * what is known of the site (docs/configuration.md).
 *
 * Nothing is sent or written here. The same site gives the same bytes, on every
 * console: so a difference from the file of the load balancer is a difference of the
 * world.
 */

#include "base/err.h"
#include "base/str.h"
#include "core/haproxy_site.h"
#include "core/template.h"

#include <stdbool.h>

/* Bytes of a rendering, its NUL included: what bgc-lb takes as a body
 * (remote-helpers.md). */
enum { HAPROXY_CONFIG_MAX = 256 * 1024 };

/* Appends the configuration to `out`, which needs HAPROXY_CONFIG_MAX bytes for a large
 * site. Errors: those of haproxy_site_check() and template_render(). The text holds the
 * passwords of the settings. */
bool haproxy_config_render(const struct haproxy_site *site, struct str *out,
                           struct err *err);

/* What stands for a placeholder of the template: `context` is a struct haproxy_site.
 * What HAProxy would take for a quote, a comment or the end of a word is escaped
 * (configuration.txt 2.2). */
enum template_answer haproxy_config_value(const void *context, const char *name,
                                          size_t nth, struct str *out);

#endif
