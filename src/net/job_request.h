#ifndef BGC_NET_JOB_REQUEST_H
#define BGC_NET_JOB_REQUEST_H

/*
 * The request that starts a step of a recipe on a host: what the run is about, as
 * variables of the script's environment (docs/recipes.md lists them), and those that
 * the recipe declares. Nothing is ever pasted into the script. Pure.
 */

#include "core/model.h"
#include "net/helper_text.h"

/* Begins it in `buffer`; the script itself is its body. */
void job_request_begin(struct helper_request *request, char *buffer, size_t size,
                       const struct model *model, int host, int step);

#endif
