#include "net/haproxy_table.h"

#include "base/printable.h"
#include "base/str.h"

#include <string.h>

enum { CELL_TEXT_MAX = 512, CELL_NUMBER_MAX = 24 };

bool cursor_line(struct haproxy_cursor *cursor, struct slice *ret_line)
{
    size_t left = (size_t)(cursor->end - cursor->at);
    const char *newline = left > 0 ? memchr(cursor->at, '\n', left) : NULL;
    if (newline == NULL)
        return false;
    ret_line->at = cursor->at;
    ret_line->length = (size_t)(newline - cursor->at);
    cursor->at = newline + 1;
    return true;
}

bool slice_is(struct slice slice, const char *text)
{
    return slice.length == strlen(text) && memcmp(slice.at, text, slice.length) == 0;
}

static bool fail_cut(const char *command, struct err *err)
{
    return err_set(err, ERR_PROTOCOL, "%s: HAProxy's answer was cut off", command);
}

/* The next cell of a row, up to its separator or the newline that ends the row. In a
 * quoted cell both are mere text. False: the text ended first. */
static bool next_cell(struct haproxy_cursor *cursor, char separator,
                      struct slice *ret_cell, bool *ret_last)
{
    const char *at = cursor->at;
    bool quoted = at < cursor->end && *at == '"';
    bool inside = false;

    for (; at < cursor->end; at++) {
        if (quoted && *at == '"')
            inside = !inside;
        else if (!inside && (*at == separator || *at == '\n'))
            break;
    }
    if (at == cursor->end)
        return false;
    ret_cell->at = cursor->at;
    ret_cell->length = (size_t)(at - cursor->at);
    *ret_last = *at == '\n';
    cursor->at = at + 1;
    return true;
}

static int wanted_index(const struct haproxy_table *table, struct slice name)
{
    for (int i = 0; i < table->wanted; i++)
        if (slice_is(name, table->names[i]))
            return i;
    return -1;
}

static bool read_names(struct haproxy_table *table, struct haproxy_cursor *cursor,
                       struct err *err)
{
    bool found[TABLE_WANTED_MAX] = {false};
    bool last = false;

    for (int column = 0; !last; column++) {
        struct slice name;
        if (column == TABLE_COLUMNS_MAX)
            return err_set(err, ERR_LIMIT, "%s: more than %d columns", table->command,
                           TABLE_COLUMNS_MAX);
        if (!next_cell(cursor, table->separator, &name, &last))
            return fail_cut(table->command, err);
        int index = wanted_index(table, name);
        table->column_wanted[column] = (short)index;
        if (index >= 0)
            found[index] = true;
    }
    for (int i = 0; i < table->wanted; i++)
        if (!found[i])
            return err_set(err, ERR_PROTOCOL, "%s: HAProxy's answer has no column %s",
                           table->command, table->names[i]);
    return true;
}

bool table_open(struct haproxy_table *table, struct haproxy_cursor *cursor,
                const char *command, char separator, const char *const *names,
                int wanted, struct err *err)
{
    struct haproxy_cursor ahead = *cursor;
    struct slice line;

    table->command = command;
    table->separator = separator;
    table->names = names;
    table->wanted = wanted;
    for (int i = 0; i < TABLE_COLUMNS_MAX; i++)
        table->column_wanted[i] = -1;

    if (!cursor_line(&ahead, &line))
        return fail_cut(command, err);
    if (line.length < 2 || memcmp(line.at, "# ", 2) != 0) {
        char words[CELL_TEXT_MAX];
        printable_text(line.at, line.length, words, sizeof words);
        return err_set(err, ERR_REFUSED, "%s: HAProxy answered \"%s\"", command, words);
    }
    cursor->at = line.at + 2;
    return read_names(table, cursor, err);
}

bool table_row(const struct haproxy_table *table, struct haproxy_cursor *cursor,
               struct slice cells[TABLE_WANTED_MAX], bool *ret_end, struct err *err)
{
    *ret_end = cursor->at < cursor->end && *cursor->at == '\n';
    if (*ret_end) {
        cursor->at++;
        return true;
    }
    for (int i = 0; i < table->wanted; i++)
        cells[i] = (struct slice){"", 0};

    bool last = false;
    for (int column = 0; !last; column++) {
        struct slice cell;
        if (!next_cell(cursor, table->separator, &cell, &last))
            return fail_cut(table->command, err);
        if (column < TABLE_COLUMNS_MAX && table->column_wanted[column] >= 0)
            cells[table->column_wanted[column]] = cell;
    }
    return true;
}

void cell_text(struct slice cell, char *buffer, size_t size)
{
    if (cell.length < 2 || cell.at[0] != '"') {
        printable_text(cell.at, cell.length, buffer, size);
        return;
    }
    /* A quote within quotes is doubled (RFC 4180). */
    char plain[CELL_TEXT_MAX];
    struct str text = str_on(plain, sizeof plain);
    for (size_t i = 1; i + 1 < cell.length; i++) {
        str_add_bytes(&text, &cell.at[i], 1);
        if (cell.at[i] == '"')
            i++;
    }
    printable_text(text.at, text.length, buffer, size);
}

bool cell_number(const struct haproxy_table *table, const struct slice *cells,
                 int wanted, int64_t absent, int64_t *ret_number, struct err *err)
{
    struct slice cell = cells[wanted];
    char digits[CELL_NUMBER_MAX];
    long long number;

    if (cell.length == 0) {
        *ret_number = absent;
        return true;
    }
    if (!str_copy_bytes(digits, sizeof digits, cell.at, cell.length) ||
        !str_to_long(digits, INT64_MIN, INT64_MAX, &number)) {
        char words[CELL_TEXT_MAX];
        cell_text(cell, words, sizeof words);
        return err_set(err, ERR_PROTOCOL, "%s: %s is \"%s\", which is no number",
                       table->command, table->names[wanted], words);
    }
    *ret_number = number;
    return true;
}
