#ifndef BGC_BASE_LOG_H
#define BGC_BASE_LOG_H

/*
 * The program's own diary, for developers and bug reports: one line per entry in
 * a 0600 file. What operators need to know is said on the screen and in the
 * journal, never only here. Secrets given to log_hide() are masked.
 */

#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>

enum { LOG_SECRETS_MAX = 8, LOG_SECRET_MAX = 256 };

struct log {
    int fd; /* -1: written nowhere */
    int secret_count;
    char secrets[LOG_SECRETS_MAX][LOG_SECRET_MAX];
};

/* A log that goes nowhere. */
void log_init(struct log *log);

/* Appends to the file at `path`, made 0600 and refused when it is a symbolic link. */
bool log_open(struct log *log, const char *path, struct err *err);

/* From now on `secret` is written as "***". */
void log_hide(struct log *log, const char *secret);

void log_line(struct log *log, struct moment now, const char *room, const char *format,
              ...) __attribute__((format(printf, 4, 5)));

void log_close(struct log *log);

#endif
