#include "base/log.h"

#include "base/printable.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_ENTRY_MAX = 2048 };

void log_init(struct log *log)
{
    log->fd = -1;
    log->secret_count = 0;
}

bool log_open(struct log *log, const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "log %s", path);
    if (fchmod(fd, 0600) != 0) { /* it was there before, with the mode of then */
        err_set_errno(err, ERR_IO, errno, "log %s: chmod", path);
        close(fd);
        return false;
    }
    log->fd = fd;
    return true;
}

void log_hide(struct log *log, const char *secret)
{
    if (secret[0] == '\0' || log->secret_count == LOG_SECRETS_MAX)
        return;
    str_copy(log->secrets[log->secret_count++], LOG_SECRET_MAX, secret);
}

/* The secret that begins at `text`, NULL: none. */
static const char *secret_at(const struct log *log, const char *text)
{
    for (int i = 0; i < log->secret_count; i++)
        if (str_starts(text, log->secrets[i]))
            return log->secrets[i];
    return NULL;
}

static void add_masked(const struct log *log, struct str *out, const char *text)
{
    while (*text != '\0') {
        const char *secret = secret_at(log, text);
        if (secret != NULL) {
            str_add(out, "***");
            text += strlen(secret);
        } else {
            str_add_char(out, *text++);
        }
    }
}

void log_line(struct log *log, struct moment now, const char *room, const char *format,
              ...)
{
    if (log->fd < 0)
        return;
    char raw[LOG_ENTRY_MAX + LOG_SECRET_MAX];
    struct str words = str_on(raw, sizeof raw);
    va_list arguments;
    va_start(arguments, format);
    str_addv(&words, format, arguments);
    va_end(arguments);
    if (words.cut) /* the beginning of a secret may stand at the cut */
        words.at[words.length - LOG_SECRET_MAX] = '\0';

    char masked[sizeof raw];
    struct str hidden = str_on(masked, sizeof masked);
    add_masked(log, &hidden, raw);
    char shown[LOG_ENTRY_MAX];
    size_t length = printable_text(masked, hidden.length, shown, sizeof shown);

    char stamp[CLOCK_STAMP_SIZE];
    clock_iso_utc(now.wall_ms, stamp);
    char entry[LOG_ENTRY_MAX + 128];
    struct str line = str_on(entry, sizeof entry - 1);
    str_addf(&line, "%s %s: ", stamp, room);
    str_add_bytes(&line, shown, length);
    entry[line.length] = '\n';
    /* One write, so that lines of two processes never mix. The diary is nobody's duty:
     * a full disk must not stop the program. */
    ssize_t written = write(log->fd, entry, line.length + 1);
    (void)written;
}

void log_close(struct log *log)
{
    if (log->fd >= 0)
        close(log->fd);
    explicit_bzero(log->secrets, sizeof log->secrets);
    log_init(log);
}
