#ifndef BGC_CORE_HOOK_JSON_H
#define BGC_CORE_HOOK_JSON_H

/*
 * The run as a hook gets it on its standard input: one JSON object, and a newline.
 *
 * What is not known is null. No secret is in it.
 */

#include "base/str.h"
#include "core/model.h"

enum { HOOK_JSON_MAX = 8 * 1024 };

void hook_write_json(const struct model *model, enum stage stage, enum hook_when when,
                     struct str *out);

#endif
