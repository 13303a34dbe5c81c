#ifndef BGC_NET_JOURNAL_H
#define BGC_NET_JOURNAL_H

/*
 * The journal of a run: a file of JSON lines, only ever appended to.
 *
 *     {"v":1,"n":7,"t":"2026-11-23T18:26:22.123Z","mono":812334,...,"crc":"1a2b3c4d"}
 *
 * `v` is the version of this form, `n` counts the lines from 1, `t` is UTC, `mono` the
 * boot clock in ms; between stand the fields of core/record. `crc` is always last: the
 * CRC-32C of all bytes of the line before `,"crc":`, in 8 lower-case hexadecimal
 * digits.
 *
 * Each line is one write(). journal_sync() puts what was added on the disk; an effect
 * that changes the world is performed only after it said yes. One error makes the
 * journal lost for good: after a failed fdatasync() the kernel may have dropped the
 * data and say yes the second time.
 *
 * One process at a time holds the file (flock). 0600, never through a symbolic link.
 */

#include "base/err.h"
#include "core/record.h"
#include "net/paths.h"

#include <stdbool.h>
#include <stdint.h>

enum { JOURNAL_VERSION = 1, JOURNAL_LINE_MAX = 4096 };

struct journal {
    int fd; /* -1: no run is being written */
    bool unsynced;
    bool lost;     /* nothing more is written to it */
    int64_t lines; /* in the file */
    char path[PATH_TEXT_MAX];
};

void journal_init(struct journal *journal);

/* Makes RUN.jsonl in the environment's state directory (path_state()); what is missing
 * of the path is made. Closes the journal of the run before. Fails when the run is
 * known already, and when the disk has no room. */
bool journal_begin(struct journal *journal, const char *state, const char *run,
                   struct err *err);

/* Goes on writing a file that journal_read() has read: `length` bytes and `lines` lines
 * of it are good, what is behind is cut off. */
bool journal_resume(struct journal *journal, const char *path, int64_t length,
                    int64_t lines, struct err *err);

/* Appends one record. Without an open run nothing is written, which is no error. */
bool journal_add(struct journal *journal, const struct record *record, struct err *err);

/* Returns true when all that was added is on the disk. */
bool journal_sync(struct journal *journal, struct err *err);

void journal_close(struct journal *journal);

#endif
