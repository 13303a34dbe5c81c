#include "net/ssh_shared.h"

#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void ssh_shared_init(struct ssh_shared *shared, struct log *log)
{
    *shared = (struct ssh_shared){.log = log};
}

bool ssh_shared_has_learned(const struct ssh_shared *shared, const char *address)
{
    for (int i = 0; i < shared->learned_count; i++) {
        if (str_equal(shared->learned[i], address))
            return true;
    }
    return false;
}

void ssh_shared_learn(struct ssh_shared *shared, const char *name, const char *address,
                      const char *why)
{
    if (ssh_shared_has_learned(shared, address))
        return;
    if (shared->learned_count < SSH_LEARNED_MAX)
        str_copy(shared->learned[shared->learned_count++], SSH_LEARNED_ADDRESS_MAX,
                 address);
    if (shared->log)
        log_line(shared->log, clock_now(), "ssh",
                 "%s (%s): openssh in place of libssh2: %s", name, address, why);
}

/* `below`/bgc.XXXXXX, 0700 by mkdtemp(), with room for the sockets' names. */
static bool directory_make(struct ssh_shared *shared, const char *below)
{
    enum { NAME_ROOM = 12 };
    struct str path = str_on(shared->directory, sizeof shared->directory - NAME_ROOM);

    str_addf(&path, "%s/bgc.XXXXXX", below);
    if (!path.cut && mkdtemp(shared->directory))
        return true;
    if (path.cut)
        errno = ENAMETOOLONG;
    shared->directory[0] = '\0';
    return false;
}

bool ssh_shared_control_path(struct ssh_shared *shared, char path[SSH_CONTROL_PATH_MAX],
                             struct err *err)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct str out = str_on(path, SSH_CONTROL_PATH_MAX);

    bool made = shared->directory[0] != '\0' ||
                (runtime && runtime[0] == '/' && directory_make(shared, runtime)) ||
                directory_make(shared, "/tmp");
    if (!made)
        return err_set_errno(err, ERR_IO, errno, "a directory for control sockets");
    str_addf(&out, "%s/%u", shared->directory, ++shared->sockets);
    return true;
}

/* What a child left there that was killed goes as well. */
static void directory_remove(const char *path)
{
    DIR *directory = opendir(path);
    struct dirent *entry;
    while (directory && (entry = readdir(directory)))
        unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
    rmdir(path);
}

void ssh_shared_close(struct ssh_shared *shared)
{
    if (shared->directory[0] != '\0')
        directory_remove(shared->directory);
    shared->directory[0] = '\0';
}
