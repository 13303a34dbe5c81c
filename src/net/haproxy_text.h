#ifndef BGC_NET_HAPROXY_TEXT_H
#define BGC_NET_HAPROXY_TEXT_H

/*
 * HAProxy's answers to haproxy_question(), read: bytes in, one sample out. Pure.
 *
 * Each answer ends with an empty line (management.txt 9.3); a text without the
 * last one was cut off and is refused whole. An answer that is a sentence where
 * counters should be (no such backend, no permission) is refused with that
 * sentence. A map without a valid share is no error here: the counters are true
 * all the same, and core judges `map_entries` and `runtime_share`.
 */

#include "base/err.h"
#include "core/traffic.h"
#include "net/haproxy_question.h"

#include <stdbool.h>
#include <stddef.h>

/* Servers go to `rows`, blue ones first, each with its address without the port;
 * sample->servers points there. More than `rows_max` is ERR_LIMIT. Left to the caller:
 * at_ms, took_ms, disk_share. */
bool haproxy_text_sample(const char *text, size_t length,
                         const struct haproxy_names *names,
                         struct balancer_sample *sample, struct server_row *rows,
                         size_t rows_max, struct err *err);

/* The share that a map file on the disk gives `key`: SHARE_UNKNOWN unless the file has
 * exactly one entry for it and that is valid. */
int haproxy_text_map_file(const char *text, size_t length, const char *key);

#endif
