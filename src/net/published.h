#ifndef BGC_NET_PUBLISHED_H
#define BGC_NET_PUBLISHED_H

/*
 * Reads a line that a run published: "NUMBER UTC RUN TEXT", the value of bgc-lb's
 * `event=` (docs/remote-helpers.md, What others can read). Pure.
 */

#include "core/event.h"

#include <stdbool.h>

/* False: it is no such line; `published` is then undefined. What comes out is
 * printable. */
bool published_read(const char *line, struct published *published);

#endif
