#include "net/paths.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool whole(const struct str *path, struct err *err)
{
    return path->cut
               ? err_set(err, ERR_CONFIG, "%s...: this path is too long", path->at)
               : true;
}

static const char *home(struct err *err)
{
    const char *directory = getenv("HOME");

    if (directory == NULL || directory[0] != '/') {
        err_set(err, ERR_CONFIG, "the environment variable HOME is not set");
        return NULL;
    }
    return directory;
}

bool path_expand(const char *path, char buffer[PATH_TEXT_MAX], struct err *err)
{
    struct str out = str_on(buffer, PATH_TEXT_MAX);

    if (str_starts(path, "~/")) {
        const char *directory = home(err);
        if (directory == NULL)
            return false;
        str_add(&out, directory);
        path++;
    }
    str_add(&out, path);
    return whole(&out, err);
}

bool path_state(const char *env, char buffer[PATH_TEXT_MAX], struct err *err)
{
    const char *state = getenv("XDG_STATE_HOME");
    struct str out = str_on(buffer, PATH_TEXT_MAX);

    if (state != NULL && state[0] == '/') { /* a relative one is to be ignored (XDG) */
        str_addf(&out, "%s/bgconsole/%s", state, env);
    } else {
        const char *directory = home(err);
        if (directory == NULL)
            return false;
        str_addf(&out, "%s/.local/state/bgconsole/%s", directory, env);
    }
    return whole(&out, err);
}

bool path_join(const char *directory, const char *name, char buffer[PATH_TEXT_MAX],
               struct err *err)
{
    struct str out = str_on(buffer, PATH_TEXT_MAX);

    str_addf(&out, "%s/%s", directory, name);
    return whole(&out, err);
}

/* Makes one directory where it is missing. Its entry is on the disk when this returns,
 * so that a file in it cannot be lost with it. */
static bool make_directory(const char *path, struct err *err)
{
    char above[PATH_TEXT_MAX];

    if (mkdir(path, 0700) != 0)
        return errno == EEXIST ? true : err_set_errno(err, ERR_IO, errno, "%s", path);
    str_copy(above, sizeof above, path);
    char *slash = strrchr(above, '/');
    slash[slash == above ? 1 : 0] = '\0';
    int fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        err_set_errno(err, ERR_IO, errno, "%s", above);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool make_directories(const char *path, struct err *err)
{
    char part[PATH_TEXT_MAX];

    str_copy(part, sizeof part, path);
    for (char *at = part + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (!make_directory(part, err))
            return false;
        *at = '/';
    }
    return make_directory(part, err);
}

int path_open_private(const char *path, struct err *err)
{
    struct stat status;

    if (!make_directories(path, err))
        return -1;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        err_set_errno(err, ERR_IO, errno, "%s", path);
    } else if (status.st_uid != geteuid() || (status.st_mode & 022) != 0) {
        err_set(err, ERR_IO,
                "%s: this directory belongs to somebody else, or others may write it; "
                "set its owner and `chmod 0700`",
                path);
    } else {
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}
