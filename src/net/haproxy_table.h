#ifndef BGC_NET_HAPROXY_TABLE_H
#define BGC_NET_HAPROXY_TABLE_H

/*
 * Tables as HAProxy prints them: a line of column names behind '#', then rows,
 * then an empty line. Columns are found by name, since versions add and move
 * them. Pure.
 *
 *     # pxname,svname,qcur,...          `show stat`: commas, CSV quotes
 *     # be_id be_name srv_id ...        `show servers state`: blanks
 *
 * Cells are slices of the text and not printable yet: cell_text() makes them so.
 */

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TABLE_WANTED_MAX = 32,   /* columns that one reader asks for */
    TABLE_COLUMNS_MAX = 512, /* columns of HAProxy; 2.6 has 128 */
};

/* Bytes of somebody else's text. */
struct slice {
    const char *at;
    size_t length;
};

/* What is still to be read of the whole answer. */
struct haproxy_cursor {
    const char *at;
    const char *end;
};

struct haproxy_table {
    const char *command; /* whose answer it is, for messages */
    char separator;
    const char *const *names; /* of the wanted columns; kept */
    int wanted;
    short column_wanted[TABLE_COLUMNS_MAX]; /* index in `names`, -1: not wanted */
};

/* The next line without its newline; an unfinished one is not given. False: none. */
bool cursor_line(struct haproxy_cursor *cursor, struct slice *ret_line);

bool slice_is(struct slice slice, const char *text);

/* Reads the line of column names. Fails where a wanted column is missing, and where
 * HAProxy answered a sentence in place of a table: the sentence is in `err`. */
bool table_open(struct haproxy_table *table, struct haproxy_cursor *cursor,
                const char *command, char separator, const char *const *names,
                int wanted, struct err *err);

/* Reads one row into `cells`, by the index in `names`; a row may be shorter than the
 * header, its missing cells are empty. `ret_end` is set at the empty line that ends the
 * table. False: the answer was cut off. */
bool table_row(const struct haproxy_table *table, struct haproxy_cursor *cursor,
               struct slice cells[TABLE_WANTED_MAX], bool *ret_end, struct err *err);

/* A cell as printable text, without its quotes. */
void cell_text(struct slice cell, char *buffer, size_t size);

/* A cell as a whole number; an empty one is `absent`. Fails on anything else. */
bool cell_number(const struct haproxy_table *table, const struct slice *cells,
                 int wanted, int64_t absent, int64_t *ret_number, struct err *err);

#endif
