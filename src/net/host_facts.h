#ifndef BGC_NET_HOST_FACTS_H
#define BGC_NET_HOST_FACTS_H

/*
 * Reads what `bgc-host facts` answers, line by line. Pure.
 */

#include "core/fleet.h"

#include <stdint.h>

/* Begins: nothing told yet. `now_ms` is the mono time of the answer. */
void host_facts_begin(struct host_facts *facts, int64_t now_ms);

/* Takes one line of the answer; foreign text is made printable. Unknown keys are left.
 */
void host_facts_take(struct host_facts *facts, const char *key, const char *value);

#endif
