#include "net/journal_read.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/crc32c.h"
#include "net/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* `,"crc":"1a2b3c4d"}`: how every whole line ends. */
enum { SEAL_LENGTH = 18, RECORDS_FIRST = 64 };

static bool seal_holds(const char *line, size_t length)
{
    char seal[SEAL_LENGTH + 1];

    if (length < SEAL_LENGTH)
        return false;
    size_t sealed = length - SEAL_LENGTH;
    snprintf(seal, sizeof seal, ",\"crc\":\"%08" PRIx32 "\"}", crc32c(line, sealed));
    return memcmp(line + sealed, seal, SEAL_LENGTH) == 0;
}

static void take_text(const json_t *json, const char *key, char *buffer, size_t size)
{
    const char *text = json_string_value(json_object_get(json, key));

    str_copy(buffer, size, text != NULL ? text : "");
}

static int64_t take_number(const json_t *json, const char *key, int64_t absent)
{
    const json_t *number = json_object_get(json, key);

    return json_is_integer(number) ? (int64_t)json_integer_value(number) : absent;
}

/* "2026-11-23T18:26:22.123Z", as clock_iso_utc() writes it. */
static int64_t wall_ms_of(const char *stamp)
{
    struct tm utc = {0};
    const char *rest = strptime(stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    int64_t ms = 0;

    if (rest == NULL)
        return 0;
    if (rest[0] == '.')
        ms = strtol(rest + 1, NULL, 10);
    return (int64_t)timegm(&utc) * 1000 + ms;
}

static bool take_record(const json_t *json, int64_t number, struct record *record)
{
    char type[RECORD_NAME_MAX], stamp[CLOCK_STAMP_SIZE];

    *record = (struct record){0};
    take_text(json, "type", type, sizeof type);
    take_text(json, "t", stamp, sizeof stamp);
    if (take_number(json, "v", 0) != JOURNAL_VERSION ||
        take_number(json, "n", 0) != number ||
        !record_type_from_name(type, &record->type))
        return false;
    record->wall_ms = wall_ms_of(stamp);
    record->mono_ms = take_number(json, "mono", 0);
    record->epoch = take_number(json, "epoch", 0);
    record->seq = take_number(json, "seq", 0);
    record->rc = (int)take_number(json, "rc", -1);
    take_text(json, "run", record->run, sizeof record->run);
    take_text(json, "state", record->state, sizeof record->state);
    take_text(json, "what", record->what, sizeof record->what);
    take_text(json, "host", record->host, sizeof record->host);
    take_text(json, "step", record->step, sizeof record->step);
    take_text(json, "nonce", record->nonce, sizeof record->nonce);
    record->from = (int)take_number(json, "from", 0);
    record->to = (int)take_number(json, "to", 0);
    take_text(json, "sha", record->sha, sizeof record->sha);
    take_text(json, "release", record->release, sizeof record->release);
    take_text(json, "text", record->text, sizeof record->text);
    return true;
}

/* Adds the line's record; false: the line is not a whole line of ours. */
static bool take_line(struct journal_text *text, const char *line, size_t length)
{
    if (!seal_holds(line, length))
        return false;
    json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
    if (json == NULL)
        return false;

    if (text->count == text->room) {
        text->room = text->room == 0 ? RECORDS_FIRST : text->room * 2;
        text->records =
            memory_resize(text->records, text->room * sizeof *text->records);
    }
    bool ok = take_record(json, (int64_t)text->count + 1, &text->records[text->count]);
    json_decref(json);
    if (ok)
        text->count++;
    return ok;
}

bool journal_read_bytes(const char *name, const char *bytes, size_t length,
                        struct journal_text *ret_text, struct err *err)
{
    const char *at = bytes, *end = bytes + length;

    *ret_text = (struct journal_text){0};
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        bool last = newline == NULL || newline + 1 == end;
        if (newline != NULL && take_line(ret_text, at, (size_t)(newline - at))) {
            at = newline + 1;
            continue;
        }
        ret_text->torn = last;
        if (last)
            break;
        err_set(err, ERR_PROTOCOL,
                "%s:%zu: this line is damaged and others follow it; the journal cannot "
                "be trusted",
                name, ret_text->count + 1);
        journal_text_free(ret_text);
        return false;
    }
    ret_text->length = at - bytes;
    return true;
}

void journal_text_free(struct journal_text *text)
{
    free(text->records);
    *text = (struct journal_text){0};
}

/* All bytes of an open file; the caller frees. NULL on failure. */
static char *read_whole(int fd, const char *path, size_t *ret_length, struct err *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0) {
        err_set_errno(err, ERR_IO, errno, "%s", path);
        return NULL;
    }
    if (!S_ISREG(status.st_mode) || status.st_size > JOURNAL_FILE_MAX) {
        err_set(err, ERR_LIMIT, "%s: no regular file of at most %d bytes", path,
                JOURNAL_FILE_MAX);
        return NULL;
    }
    char *bytes = memory_new((size_t)status.st_size + 1);
    size_t length = 0;
    ssize_t count;
    while ((count = read(fd, bytes + length, (size_t)status.st_size - length)) > 0)
        length += (size_t)count;
    if (count < 0) {
        err_set_errno(err, ERR_IO, errno, "%s", path);
        free(bytes);
        return NULL;
    }
    *ret_length = length;
    return bytes;
}

bool journal_read(const char *path, struct journal_text *ret_text, struct err *err)
{
    size_t length = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s", path);
    char *bytes = read_whole(fd, path, &length, err);
    close(fd);
    if (bytes == NULL)
        return false;
    bool ok = journal_read_bytes(path, bytes, length, ret_text, err);
    free(bytes);
    return ok;
}

bool journal_path(const char *state, const char *run, char path[PATH_TEXT_MAX],
                  struct err *err)
{
    char name[RUN_ID_MAX + sizeof "runs/.jsonl"];

    snprintf(name, sizeof name, "runs/%s.jsonl", run);
    return path_join(state, name, path, err);
}

static int newest_first(const void *a, const void *b)
{
    return strcmp(((const struct run_name *)b)->id, ((const struct run_name *)a)->id);
}

/* "RUN.jsonl" → RUN. */
static bool run_of_file(const char *file, struct run_name *ret_run)
{
    const char *dot = strrchr(file, '.');

    return dot != NULL && dot != file && str_equal(dot, ".jsonl") &&
           str_copy_bytes(ret_run->id, sizeof ret_run->id, file, (size_t)(dot - file));
}

bool journal_runs(const char *state, struct run_name **ret_runs, size_t *ret_count,
                  struct err *err)
{
    char path[PATH_TEXT_MAX];
    struct run_name *runs = NULL;
    size_t count = 0;
    const struct dirent *entry;

    *ret_runs = NULL;
    *ret_count = 0;
    if (!path_join(state, "runs", path, err))
        return false;
    DIR *directory = opendir(path);
    if (directory == NULL)
        return errno == ENOENT ? true : err_set_errno(err, ERR_IO, errno, "%s", path);
    while ((entry = readdir(directory)) != NULL) {
        struct run_name run;
        if (!run_of_file(entry->d_name, &run))
            continue;
        runs = memory_resize(runs, (count + 1) * sizeof *runs);
        runs[count++] = run;
    }
    closedir(directory);
    if (count > 0)
        qsort(runs, count, sizeof *runs, newest_first);
    *ret_runs = runs;
    *ret_count = count;
    return true;
}
