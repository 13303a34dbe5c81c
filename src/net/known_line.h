#ifndef BGC_NET_KNOWN_LINE_H
#define BGC_NET_KNOWN_LINE_H

/*
 * One line of a known_hosts file, and whether it names a host. Pure.
 */

#include "net/ssh_key.h"

#include <stdbool.h>
#include <stddef.h>

enum { KNOWN_NAME_MAX = 128, KNOWN_LINE_MAX = 16 * 1024 };

enum known_mark { KNOWN_MARK_NONE, KNOWN_MARK_REVOKED, KNOWN_MARK_AUTHORITY };

struct known_line {
    int number; /* from 1 */
    enum known_mark mark;
    const char *names; /* points into the text; no NUL after it */
    size_t names_length;
    char type[SSH_KEY_TYPE_MAX]; /* the same in the line and in its key */
    unsigned char blob[SSH_KEY_BLOB_MAX];
    size_t blob_length;
};

/* Where a reader stands in the text. */
struct known_cursor {
    const char *text;
    size_t length;
    size_t position;
    int number;
    int bad_lines;
    int first_bad_line;
};

struct known_cursor known_cursor_on(const char *text, size_t length);

/* The next line with a key. Comments and empty lines are passed over, bad lines as well
 * and counted. False: the end. */
bool known_line_next(struct known_cursor *cursor, struct known_line *ret_line);

/* How a host is named there: "10.0.0.1", or "[10.0.0.1]:2222" where the port is not 22;
 * in lower case. */
void known_name(const char *address, int port, char ret_name[KNOWN_NAME_MAX]);

/* Whether the line's names, patterns or hash stand for `name`. A `!pattern` that
 * matches takes the whole line away. */
bool known_line_names(const struct known_line *line, const char *name);

#endif
