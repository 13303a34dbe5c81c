#ifndef BGC_CORE_SAY_H
#define BGC_CORE_SAY_H

/*
 * Lines of our own among those that the hosts print.
 */

#include "core/core.h"

/* `host` is an index in the fleet, or TRANSCRIPT_CONSOLE. */
void say(struct core *core, int host, enum line_kind kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A line for each of `lines`, which a newline parts. */
void say_lines(struct core *core, int host, enum line_kind kind, const char *lines);

/* A line for each reason, "what: reason". */
void say_why(struct core *core, const char *what, const struct why *why);

#endif
