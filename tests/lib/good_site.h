#ifndef BGC_TESTS_LIB_GOOD_SITE_H
#define BGC_TESTS_LIB_GOOD_SITE_H

/*
 * A site whose haproxy.cfg can be rendered: two hosts of each colour, blue is live.
 */

#include "core/haproxy_site.h"

/* `more` is text of an ini file, read behind the two keys that must be set; NULL: none.
 * Both live on the heap until good_site_free(). A test fails here when `more` does. */
struct haproxy_site *good_site_new(const char *version, const char *more);
void good_site_free(struct haproxy_site *site);

#endif
