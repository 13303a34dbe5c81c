#include "net/journal.h"

#include "base/str.h"
#include "net/crc32c.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

enum { RESERVED_BYTES = 1024 * 1024, FILE_NAME_MAX = RUN_ID_MAX + sizeof ".jsonl" };

void journal_init(struct journal *journal)
{
    *journal = (struct journal){.fd = -1};
}

static bool lose(struct journal *journal)
{
    journal->lost = true;
    return false;
}

static bool hold(struct journal *journal, struct err *err)
{
    if (flock(journal->fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        return err_set(err, ERR_BUSY, "%s: another console writes this journal",
                       journal->path);
    return err_set_errno(err, ERR_IO, errno, "%s", journal->path);
}

/* Room for what a run needs, so that a full disk is found before anything is changed.
 * Where the file system cannot reserve, that is no reason to stop. */
static bool reserve(struct journal *journal, struct err *err)
{
    if (fallocate(journal->fd, FALLOC_FL_KEEP_SIZE, 0, RESERVED_BYTES) == 0 ||
        errno != ENOSPC)
        return true;
    return err_set_errno(err, ERR_IO, ENOSPC, "%s", journal->path);
}

static bool create(struct journal *journal, int directory, const char *name,
                   struct err *err)
{
    static const int flags =
        O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;

    journal->fd = openat(directory, name, flags, 0600);
    if (journal->fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s", journal->path);
    if (hold(journal, err) && reserve(journal, err)) {
        if (fsync(directory) == 0)
            return true;
        err_set_errno(err, ERR_IO, errno, "%s", journal->path);
    }
    return false;
}

/* Without its file the journal is lost: no later record is taken for written. */
static bool give_up(struct journal *journal)
{
    journal_close(journal);
    return lose(journal);
}

bool journal_begin(struct journal *journal, const char *state, const char *run,
                   struct err *err)
{
    char runs[PATH_TEXT_MAX], name[FILE_NAME_MAX];

    journal_close(journal);
    snprintf(name, sizeof name, "%s.jsonl", run);
    if (!path_join(state, "runs", runs, err) ||
        !path_join(runs, name, journal->path, err))
        return give_up(journal);
    int directory = path_open_private(runs, err);
    if (directory < 0)
        return give_up(journal);
    bool ok = create(journal, directory, name, err);
    close(directory);
    return ok ? true : give_up(journal);
}

bool journal_resume(struct journal *journal, const char *path, int64_t length,
                    int64_t lines, struct err *err)
{
    journal_close(journal);
    str_copy(journal->path, sizeof journal->path, path);
    journal->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    journal->lines = lines;
    if (journal->fd < 0) {
        err_set_errno(err, ERR_IO, errno, "%s", path);
    } else if (hold(journal, err)) {
        if (ftruncate(journal->fd, length) == 0 && fsync(journal->fd) == 0)
            return true;
        err_set_errno(err, ERR_IO, errno, "%s", path);
    }
    return give_up(journal);
}

static void write_line(const struct journal *journal, const struct record *record,
                       struct str *line)
{
    struct json_out json = json_out_on(line);
    char stamp[CLOCK_STAMP_SIZE], crc[9];

    clock_iso_utc(record->wall_ms, stamp);
    json_object_open(&json, NULL);
    json_put_integer(&json, "v", JOURNAL_VERSION);
    json_put_integer(&json, "n", journal->lines + 1);
    json_put_string(&json, "t", stamp);
    json_put_integer(&json, "mono", record->mono_ms);
    record_write(record, &json);
    snprintf(crc, sizeof crc, "%08" PRIx32, crc32c(line->at, line->length));
    json_put_string(&json, "crc", crc);
    json_object_close(&json);
    str_add_char(line, '\n');
}

static bool fail_lost(struct err *err)
{
    return err_set(err, ERR_IO,
                   "the journal failed before and is not written any more");
}

bool journal_add(struct journal *journal, const struct record *record, struct err *err)
{
    char buffer[JOURNAL_LINE_MAX];
    struct str line = str_on(buffer, sizeof buffer);

    if (journal->lost)
        return fail_lost(err);
    if (journal->fd < 0)
        return true;
    write_line(journal, record, &line);
    if (line.cut) {
        err_set(err, ERR_LIMIT, "%s: a line would be longer than %d bytes",
                journal->path, JOURNAL_LINE_MAX);
        return lose(journal);
    }
    ssize_t written = write(journal->fd, line.at, line.length);
    if (written != (ssize_t)line.length) {
        err_set_errno(err, ERR_IO, written < 0 ? errno : ENOSPC, "%s", journal->path);
        return lose(journal);
    }
    journal->lines++;
    journal->unsynced = true;
    return true;
}

bool journal_sync(struct journal *journal, struct err *err)
{
    if (journal->lost)
        return fail_lost(err);
    if (journal->fd < 0)
        return true;
    if (!journal->unsynced)
        return true;
    if (fdatasync(journal->fd) != 0) {
        err_set_errno(err, ERR_IO, errno, "%s", journal->path);
        return lose(journal);
    }
    journal->unsynced = false;
    return true;
}

void journal_close(struct journal *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    journal_init(journal);
}
