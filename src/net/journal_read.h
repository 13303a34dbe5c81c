#ifndef BGC_NET_JOURNAL_READ_H
#define BGC_NET_JOURNAL_READ_H

/*
 * Reads a run's journal back (its form: net/journal.h).
 *
 * The longest valid beginning is accepted. A last line that was not written whole is
 * left out and noted, as a power cut leaves one; a bad line with others behind it is
 * damage, and the file is refused.
 */

#include "base/err.h"
#include "core/record.h"
#include "net/paths.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_FILE_MAX = 64 * 1024 * 1024 };

struct journal_text {
    struct record *records; /* one for each line; freed by journal_text_free() */
    size_t count;
    size_t room;    /* of `records` */
    int64_t length; /* bytes of the valid beginning */
    bool torn;      /* there was a last line that is not whole */
};

bool journal_read(const char *path, struct journal_text *ret_text, struct err *err);

/* As journal_read(), from bytes; `name` is for messages. */
bool journal_read_bytes(const char *name, const char *bytes, size_t length,
                        struct journal_text *ret_text, struct err *err);

void journal_text_free(struct journal_text *text);

/* The runs of an environment by their ids, newest first, in an array that the caller
 * frees. No directory yet: none. Returns false when it cannot be read. */
struct run_name {
    char id[RUN_ID_MAX];
};
bool journal_runs(const char *state, struct run_name **ret_runs, size_t *ret_count,
                  struct err *err);

/* The path of a run's journal. */
bool journal_path(const char *state, const char *run, char path[PATH_TEXT_MAX],
                  struct err *err);

#endif
