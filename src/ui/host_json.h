#ifndef BGC_UI_HOST_JSON_H
#define BGC_UI_HOST_JSON_H

/*
 * One host in `status --json`: what the API, the host itself, our own checks and
 * HAProxy say of it, and the newest releases on its disk.
 */

#include "base/json_out.h"
#include "core/fleet.h"

/* An object of the array that is open. */
void host_json_write(const struct host *host, struct json_out *json);

#endif
