#ifndef BGC_NET_HAPROXY_ROWS_H
#define BGC_NET_HAPROXY_ROWS_H

/*
 * Rows of HAProxy's tables as values: what a server's state is, what a proxy or a
 * server has counted. Pure.
 *
 * `show servers state` tells what HAProxy makes of a server, `show stat` what it
 * counted and what the last check said (management.txt 9.1 and 9.3); both name it the
 * same.
 */

#include "core/traffic.h"
#include "net/haproxy_table.h"

/* Opens the table that `show servers state` answered; rows_state() reads its rows. */
bool rows_open_state(struct haproxy_table *table, struct haproxy_cursor *cursor,
                     const char *command, struct err *err);

/* A server, without what only `show stat` tells. */
bool rows_state(const struct haproxy_table *table, const struct slice *cells,
                enum colour colour, struct server_row *ret_row, struct err *err);

/* Opens the table that `show stat` answered; the others read its rows. */
bool rows_open_stat(struct haproxy_table *table, struct haproxy_cursor *cursor,
                    const char *command, struct err *err);

/* "FRONTEND", "BACKEND" or a server's name. */
struct slice rows_stat_name(const struct slice *cells);

/* `requests` is req_tot: requests that ended, so that it agrees with the sum of hrsp_*
 * (stot also counts tries that were repeated on another server). */
bool rows_counters(const struct haproxy_table *table, const struct slice *cells,
                   struct counters *ret_counters, struct err *err);

/* What `show stat` adds to a server. */
bool rows_check(const struct haproxy_table *table, const struct slice *cells,
                struct server_row *row, struct err *err);

#endif
