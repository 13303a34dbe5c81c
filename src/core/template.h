#ifndef BGC_CORE_TEMPLATE_H
#define BGC_CORE_TEMPLATE_H

/*
 * A text with placeholders, and what stands in their place.
 *
 *     ## for readers of the template        never rendered
 *     @when name@                           what follows stands only where the value
 *     @end@                                 is neither missing, nor "no", nor "0"
 *         @name@                            alone on its line: a line for each of its
 *                                           values, indented as it is, or no line
 *     server @name@                         elsewhere: its first value, which must be
 *                                           there
 *
 * A name is made of lower-case letters, digits, `_` and `.`. Nothing is evaluated, and
 * a value is never looked at again: what stands in it stays as it is.
 */

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum { TEMPLATE_NAME_MAX = 64, TEMPLATE_VALUE_MAX = 1024, TEMPLATE_DEPTH_MAX = 4 };

enum template_answer {
    TEMPLATE_UNKNOWN, /* there is no such name */
    TEMPLATE_NOTHING, /* it has no value of that number */
    TEMPLATE_VALUE,   /* written to `out` */
};

/* Writes the value number `nth` (from 0) of `name`. */
typedef enum template_answer template_value_fn(const void *context, const char *name,
                                               size_t nth, struct str *out);

/* Renders `length` bytes of `text`, a file called `file`, to the end of `out`. Errors
 * name file and line: an unknown placeholder, one that has no value, an `@end@` too
 * many or too few, a rendering that is longer than `out`. */
bool template_render(const char *file, const char *text, size_t length,
                     template_value_fn *value, const void *context, struct str *out,
                     struct err *err);

#endif
