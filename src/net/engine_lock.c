#include "net/engine_lock.h"

#include "base/printable.h"
#include "base/str.h"
#include "net/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { HOLDER_MAX = 128 };

void engine_lock_init(struct engine_lock *lock)
{
    lock->fd = -1;
}

/* "pid 123, since 14:02:31, on pts/3": the content of the file. */
static void write_holder(struct moment now, char holder[HOLDER_MAX])
{
    char since[CLOCK_STAMP_SIZE], terminal[64];
    struct str out = str_on(holder, HOLDER_MAX);

    clock_time_local(now.wall_ms, since);
    str_addf(&out, "pid %d, since %s", (int)getpid(), since);
    if (ttyname_r(STDIN_FILENO, terminal, sizeof terminal) == 0)
        str_addf(&out, ", on %s",
                 str_starts(terminal, "/dev/") ? terminal + strlen("/dev/") : terminal);
}

static bool fail_busy(int fd, struct err *err)
{
    char raw[HOLDER_MAX], holder[HOLDER_MAX];
    ssize_t length = read(fd, raw, sizeof raw);

    printable_text(raw, length > 0 ? (size_t)length : 0, holder, sizeof holder);
    return err_set(err, ERR_BUSY, "another console (%s) works on this environment",
                   holder[0] != '\0' ? holder : "it does not say who");
}

static bool say_holder(int fd, struct moment now)
{
    char holder[HOLDER_MAX];

    write_holder(now, holder);
    size_t length = strlen(holder);
    return ftruncate(fd, 0) == 0 && pwrite(fd, holder, length, 0) == (ssize_t)length;
}

static bool hold(int fd, struct moment now, struct err *err)
{
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? fail_busy(fd, err)
                                    : err_set_errno(err, ERR_IO, errno, "engine.lock");
    return say_holder(fd, now) ? true
                               : err_set_errno(err, ERR_IO, errno, "engine.lock");
}

bool engine_lock_take(struct engine_lock *lock, const char *state, struct moment now,
                      struct err *err)
{
    engine_lock_init(lock);
    int directory = path_open_private(state, err);
    if (directory < 0)
        return false;
    int fd = openat(directory, "engine.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                    0600);
    close(directory);
    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s/engine.lock", state);
    if (!hold(fd, now, err)) {
        close(fd);
        return false;
    }
    lock->fd = fd;
    return true;
}

void engine_lock_release(struct engine_lock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    engine_lock_init(lock);
}
