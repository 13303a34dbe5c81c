#ifndef BGC_APP_TRUST_HOST_H
#define BGC_APP_TRUST_HOST_H

/*
 * Which host `bgconsole trust HOST` means: the jump host of the settings, an address,
 * or a Droplet by its name, which the API is asked for.
 */

#include "app/environment.h"
#include "net/ssh.h"

#include <stdbool.h>
#include <uv.h>

/* `words`: "HOST", "HOST:PORT" or "[HOST]:PORT". `*ret_is_jump`: it is met without
 * going through another. Runs the loop. Errors: ERR_USAGE where there is no such host,
 * else those of the API. */
bool trust_host_find(uv_loop_t *loop, struct environment *environment,
                     const char *words, struct ssh_target *ret_target,
                     bool *ret_is_jump, struct err *err);

#endif
