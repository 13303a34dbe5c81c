#include "net/haproxy_text.h"

#include "base/printable.h"
#include "base/str.h"
#include "net/haproxy_rows.h"

#include <string.h>

enum { COMMAND_MAX = 256, WORDS_MAX = 200 };

/* What is being read: one answer after the other. */
struct sample_reader {
    struct haproxy_cursor cursor;
    const struct haproxy_names *names;
    struct balancer_sample *sample;
    struct server_row *rows;
    size_t rows_max;
    char command[COMMAND_MAX]; /* whose answer is read now, for messages */
    struct err *err;
};

static bool fail_cut(const struct sample_reader *reader)
{
    return err_set(reader->err, ERR_PROTOCOL, "%s: HAProxy's answer was cut off",
                   reader->command);
}

static bool fail_with_line(const struct sample_reader *reader, struct slice line)
{
    char words[WORDS_MAX];

    printable_text(line.at, line.length, words, sizeof words);
    return err_set(reader->err, ERR_REFUSED, "%s: HAProxy answered \"%s\"",
                   reader->command, words);
}

/* `line` is "Name: number" with this name. */
static bool info_number(struct slice line, const char *name, int64_t *ret_number)
{
    char text[WORDS_MAX];
    size_t name_length = strlen(name);
    long long number;

    if (!str_copy_bytes(text, sizeof text, line.at, line.length) ||
        !str_starts(text, name) || !str_starts(text + name_length, ": ") ||
        !str_to_long(text + name_length + 2, 0, INT64_MAX, &number))
        return false;
    *ret_number = number;
    return true;
}

static bool read_info(struct sample_reader *reader)
{
    struct slice line, first = {"", 0};
    int64_t stopping = 0;
    bool pid_seen = false;

    str_copy(reader->command, sizeof reader->command, "show info");
    for (;;) {
        if (!cursor_line(&reader->cursor, &line))
            return fail_cut(reader);
        if (line.length == 0)
            break;
        if (first.length == 0)
            first = line;
        if (info_number(line, "Pid", &reader->sample->pid))
            pid_seen = true;
        info_number(line, "Uptime_sec", &reader->sample->uptime_s);
        info_number(line, "Stopping", &stopping);
    }
    reader->sample->stopping = stopping != 0;
    return pid_seen ? true : fail_with_line(reader, first);
}

/* The next word of a line; empty at its end. */
static struct slice next_word(struct slice *line)
{
    while (line->length > 0 && (line->at[0] == ' ' || line->at[0] == '\t'))
        *line = (struct slice){line->at + 1, line->length - 1};
    struct slice word = {line->at, 0};
    while (word.length < line->length && line->at[word.length] != ' ' &&
           line->at[word.length] != '\t' && line->at[word.length] != '\r')
        word.length++;
    *line = (struct slice){line->at + word.length, line->length - word.length};
    return word;
}

/* Counts an entry of the map: the first one's share counts, as it does for HAProxy. */
static void take_entry(struct slice line, const char *key, int *entries, int *share)
{
    long long number;
    char digits[8];

    if (!slice_is(next_word(&line), key))
        return;
    if (++*entries > 1)
        return;
    struct slice value = next_word(&line);
    if (str_copy_bytes(digits, sizeof digits, value.at, value.length) &&
        str_to_long(digits, SHARE_BLUE, SHARE_GREEN, &number))
        *share = (int)number;
}

static bool read_map(struct sample_reader *reader)
{
    struct balancer_sample *sample = reader->sample;
    struct str command = str_on(reader->command, sizeof reader->command);
    struct slice line;

    str_addf(&command, "show map %s", reader->names->map);
    for (;;) {
        if (!cursor_line(&reader->cursor, &line))
            return fail_cut(reader);
        if (line.length == 0)
            return true;
        struct slice rest = line;
        struct slice reference = next_word(&rest);
        if (reference.length < 2 || memcmp(reference.at, "0x", 2) != 0)
            return fail_with_line(reader, line);
        take_entry(rest, reader->names->key, &sample->map_entries,
                   &sample->runtime_share);
    }
}

static bool read_servers_state(struct sample_reader *reader, enum colour colour)
{
    struct str command = str_on(reader->command, sizeof reader->command);
    struct balancer_sample *sample = reader->sample;
    struct haproxy_table table;
    struct slice version, cells[TABLE_WANTED_MAX];
    bool end;

    str_addf(&command, "show servers state %s", reader->names->backend[colour]);
    if (!cursor_line(&reader->cursor, &version))
        return fail_cut(reader);
    if (!slice_is(version, "1"))
        return fail_with_line(reader, version);
    if (!rows_open_state(&table, &reader->cursor, reader->command, reader->err))
        return false;
    for (;;) {
        if (!table_row(&table, &reader->cursor, cells, &end, reader->err))
            return false;
        if (end)
            return true;
        if (sample->server_count == reader->rows_max)
            return err_set(reader->err, ERR_LIMIT, "%s: more than %zu servers",
                           reader->command, reader->rows_max);
        struct server_row *row = &reader->rows[sample->server_count];
        if (!rows_state(&table, cells, colour, row, reader->err))
            return false;
        sample->server_count++;
    }
}

/* The row of this name; HAProxy keeps one order in both tables, so `*expected` is
 * nearly always right. NULL: the server came between the two answers. */
static struct server_row *find_row(const struct sample_reader *reader,
                                   enum colour colour, const char *name,
                                   size_t *expected)
{
    size_t count = reader->sample->server_count;

    for (size_t i = 0; i < count; i++) {
        struct server_row *row = &reader->rows[(*expected + i) % count];
        if (row->colour == colour && str_equal(row->name, name)) {
            *expected = (size_t)(row - reader->rows) + 1;
            return row;
        }
    }
    return NULL;
}

static bool read_stat(struct sample_reader *reader, const char *proxy, int type,
                      struct haproxy_table *table)
{
    struct str command = str_on(reader->command, sizeof reader->command);

    str_addf(&command, "show stat %s %d -1", proxy, type);
    return rows_open_stat(table, &reader->cursor, reader->command, reader->err);
}

static bool read_frontend(struct sample_reader *reader)
{
    struct haproxy_table table;
    struct slice cells[TABLE_WANTED_MAX];
    bool end, seen = false;

    if (!read_stat(reader, reader->names->frontend, 1, &table))
        return false;
    for (;;) {
        if (!table_row(&table, &reader->cursor, cells, &end, reader->err))
            return false;
        if (end)
            break;
        if (!slice_is(rows_stat_name(cells), "FRONTEND"))
            continue;
        seen = true;
        if (!rows_counters(&table, cells, &reader->sample->frontend, reader->err))
            return false;
    }
    return seen ? true
                : err_set(reader->err, ERR_CONFIG, "%s: HAProxy has no such frontend",
                          reader->command);
}

static bool read_backend(struct sample_reader *reader, enum colour colour)
{
    struct haproxy_table table;
    struct slice cells[TABLE_WANTED_MAX];
    size_t expected = 0;
    bool end, seen = false;

    if (!read_stat(reader, reader->names->backend[colour], 6, &table))
        return false;
    for (;;) {
        if (!table_row(&table, &reader->cursor, cells, &end, reader->err))
            return false;
        if (end)
            break;
        if (slice_is(rows_stat_name(cells), "BACKEND")) {
            seen = true;
            if (!rows_counters(&table, cells, &reader->sample->backend[colour],
                               reader->err))
                return false;
            continue;
        }
        char name[SERVER_NAME_MAX];
        cell_text(rows_stat_name(cells), name, sizeof name);
        struct server_row *row = find_row(reader, colour, name, &expected);
        if (row != NULL && !rows_check(&table, cells, row, reader->err))
            return false;
    }
    return seen ? true
                : err_set(reader->err, ERR_CONFIG, "%s: HAProxy has no such backend",
                          reader->command);
}

bool haproxy_text_sample(const char *text, size_t length,
                         const struct haproxy_names *names,
                         struct balancer_sample *sample, struct server_row *rows,
                         size_t rows_max, struct err *err)
{
    struct sample_reader reader = {
        .cursor = {text, text + length},
        .names = names,
        .sample = sample,
        .rows = rows,
        .rows_max = rows_max,
        .err = err,
    };

    *sample = (struct balancer_sample){
        .runtime_share = SHARE_UNKNOWN, .disk_share = SHARE_UNKNOWN, .servers = rows};
    return read_info(&reader) && read_map(&reader) &&
           read_servers_state(&reader, COLOUR_BLUE) &&
           read_servers_state(&reader, COLOUR_GREEN) && read_frontend(&reader) &&
           read_backend(&reader, COLOUR_BLUE) && read_backend(&reader, COLOUR_GREEN);
}

int haproxy_text_map_file(const char *text, size_t length, const char *key)
{
    struct haproxy_cursor cursor = {text, text + length};
    struct slice line;
    int entries = 0;
    int share = SHARE_UNKNOWN;

    while (cursor_line(&cursor, &line))
        take_entry(line, key, &entries, &share);
    line = (struct slice){cursor.at, (size_t)(cursor.end - cursor.at)};
    take_entry(line, key, &entries, &share); /* HAProxy takes an unfinished line too */
    return entries == 1 ? share : SHARE_UNKNOWN;
}
